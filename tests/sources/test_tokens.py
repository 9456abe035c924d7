from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import compress
from compress.errors import DataError, SpecError, quoted
from compress.sources.tokens import tokeniser, visible
from compress.symbols import Stream, smallest_dtype

RESTORING = ("bytes", "bits", "chars", "words", "lines", "nucleotides")
FOR_ANALYSIS = ("ints", "tokens", "csv:1")
ALL = (*RESTORING, *FOR_ANALYSIS)

# `cafe` with U+0301, a space, and the same again, in words, as version 0.1.0 wrote it.
OLD_WORDS = (
    "8b434c4e011f010300050d0c09656d7069726963616c0000030120046361666502cc81026e64bcfd5705097480732ba0bf0057a65909"
)

text = st.text(st.characters(codec="utf-8"), max_size=60)
# Few letters, so that words, runs of spaces, apostrophes and newlines meet each other.
prose = st.text(alphabet="ab '\u2019_-.\n\r\t\u00a0\u2028é9", max_size=60)
letters = st.text(alphabet="ACGTUNRYSWKMBDHVacgtunryswkmbdhv-* \n\r\t", max_size=40)
genes = st.lists(st.one_of(letters, text.map(lambda words: ">" + words.replace("\n", "") + "\n")), max_size=6).map(
    "".join
)

INPUTS: dict[str, st.SearchStrategy[bytes]] = {
    "bytes": st.binary(max_size=80),
    "bits": st.binary(max_size=80),
    "chars": text.map(str.encode),
    "words": st.one_of(text, prose).map(str.encode),
    "lines": st.one_of(text, prose).map(str.encode),
    "nucleotides": genes.map(str.encode),
    "ints": st.lists(st.integers(-(10**20), 10**20)).map(lambda numbers: ", ".join(map(str, numbers)).encode()),
    "tokens": st.one_of(text, prose).map(str.encode),
}
SORTED_BY: dict[str, Callable[[str], object]] = {
    "bytes": lambda token: tokeniser("bytes").piece(token),
    "ints": int,
}
kinds_with_data = st.sampled_from(sorted(INPUTS)).flatmap(lambda kind: st.tuples(st.just(kind), INPUTS[kind]))


def spelled(stream: Stream) -> list[str]:
    return [stream.tokens[symbol] for symbol in stream.symbols]


def split(kind: str, data: str | bytes) -> Stream:
    return tokeniser(kind).split(data.encode() if isinstance(data, str) else data)


# Laws of every tokeniser


@given(st.sampled_from(RESTORING).flatmap(lambda kind: st.tuples(st.just(kind), INPUTS[kind])))
def test_what_is_split_is_restored_by_joining(case: tuple[str, bytes]) -> None:
    kind, data = case
    stream = split(kind, data)
    assert tokeniser(kind).join(stream) == data
    assert kind in ("bytes", "bits") or "".join(spelled(stream)) == data.decode()


@given(kinds_with_data)
def test_an_alphabet_is_sorted_and_holds_what_occurs_and_nothing_else(case: tuple[str, bytes]) -> None:
    kind, data = case
    stream = split(kind, data)
    assert list(stream.tokens) == sorted(set(stream.tokens), key=SORTED_BY.get(kind))  # type: ignore[arg-type]  # these orders are comparable
    assert set(stream.symbols.tolist()) == set(range(len(stream.tokens)))


@given(kinds_with_data)
def test_symbols_have_the_smallest_dtype_that_holds_the_alphabet(case: tuple[str, bytes]) -> None:
    kind, data = case
    stream = split(kind, data)
    assert stream.symbols.ndim == 1
    assert stream.symbols.dtype == np.uint8
    assert len(stream.tokens) <= 256


@given(kinds_with_data)
def test_splitting_what_was_joined_is_the_same_stream(case: tuple[str, bytes]) -> None:
    kind, data = case
    stream = split(kind, data)
    if kind == "ints":
        return_trip = split(kind, " ".join(spelled(stream)))
    else:
        return_trip = split(kind, tokeniser(kind).join(stream))
    assert return_trip.tokens == stream.tokens
    assert return_trip.symbols.tolist() == stream.symbols.tolist()


@pytest.mark.parametrize("kind", [*RESTORING, "ints", "tokens"])
def test_nothing_is_a_stream_of_no_tokens(kind: str) -> None:
    stream = split(kind, b"")
    assert stream.tokens == ()
    assert stream.symbols.shape == (0,)
    assert stream.symbols.dtype == np.uint8
    assert tokeniser(kind).join(stream) == b""


def test_the_tokenisers_that_restore_say_so_and_the_others_do_not() -> None:
    assert {kind: tokeniser(kind).restores for kind in ALL} == {
        **dict.fromkeys(RESTORING, True),
        **dict.fromkeys(FOR_ANALYSIS, False),
    }
    assert [tokeniser(kind).name for kind in ALL] == list(ALL)


@pytest.mark.parametrize("name", ["", "byte", "Bytes", "csv", "csv:", "bytes:", "words:2", "ints:x", " bytes"])
def test_a_name_that_is_no_tokeniser_is_refused_and_the_tokenisers_are_listed(name: str) -> None:
    with pytest.raises(
        SpecError, match="is not a kind of token; the kinds are bytes, bits, chars, words, lines"
    ) as caught:
        tokeniser(name)
    assert repr(name) in str(caught.value)
    assert "csv:COLUMN" in str(caught.value)
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("kind", ["chars", "words", "lines", "nucleotides", "ints", "tokens", "csv:1"])
@pytest.mark.parametrize(
    ("data", "offset"),
    [(b"\xff", 0), (b"AC\xff", 2), ("AéC".encode() + b"\x80", 4), (b"A\xc3", 1), (b"A\xed\xa0\x80", 1)],
)
def test_what_is_no_utf_8_is_refused_with_its_byte_offset(kind: str, data: bytes, offset: int) -> None:
    with pytest.raises(DataError, match=rf"^not UTF-8 text \(byte {offset}\); use tokens='bytes'") as caught:
        split(kind, data)
    assert caught.value.exit_status == 1


# bytes


def test_a_byte_is_named_by_its_ascii_character_or_in_hexadecimal() -> None:
    stream = split("bytes", bytes(range(256)))
    assert stream.symbols.tolist() == list(range(256))
    assert stream.tokens[0x00] == "\\x00"
    assert stream.tokens[0x0A] == "\\x0a"
    assert stream.tokens[0x20] == "\\x20"
    assert stream.tokens[0x21:0x7F] == tuple(map(chr, range(0x21, 0x7F)))
    assert stream.tokens[0x7F] == "\\x7f"
    assert stream.tokens[0xFF] == "\\xff"
    assert stream.tokens[0x5C] == "\\"
    assert len(set(stream.tokens)) == 256


def test_the_piece_of_each_byte_is_that_byte() -> None:
    tokens = split("bytes", bytes(range(256))).tokens
    assert b"".join(map(tokeniser("bytes").piece, tokens)) == bytes(range(256))


@pytest.mark.parametrize("token", ["", "ab", "é", " ", "\n", "\\x0A", "\\x41", "\\xg0", "\\n", "\\x100"])
def test_a_token_that_is_no_byte_has_no_piece(token: str) -> None:
    with pytest.raises(DataError, match="is not a byte; a byte is written by its ASCII character or as") as caught:
        tokeniser("bytes").piece(token)
    assert quoted(token) in str(caught.value)


def test_bytes_are_numbered_in_the_order_of_their_values_and_not_of_their_names() -> None:
    # As text "\\xff" comes before "a", as a byte after it.
    stream = split("bytes", b"a\xff!a")
    assert stream.tokens == ("!", "a", "\\xff")
    assert stream.symbols.tolist() == [1, 2, 0, 1]


# bits


def test_bits_come_most_significant_first() -> None:
    """0xA1 = 1010 0001, 0x0F = 0000 1111."""
    stream = split("bits", b"\xa1\x0f")
    assert stream.tokens == ("0", "1")
    assert "".join(spelled(stream)) == "1010000100001111"


@pytest.mark.parametrize(("data", "tokens"), [(b"\x00\x00", ("0",)), (b"\xff", ("1",))])
def test_bits_that_are_all_alike_are_an_alphabet_of_one(data: bytes, tokens: tuple[str, ...]) -> None:
    stream = split("bits", data)
    assert stream.tokens == tokens
    assert stream.symbols.tolist() == [0] * (8 * len(data))
    assert tokeniser("bits").join(stream) == data


def test_bits_over_a_reversed_alphabet_are_joined_by_their_names() -> None:
    stream = split("bits", b"\xa1").over(["1", "0"])
    assert stream.symbols.tolist() == [0, 1, 0, 1, 1, 1, 1, 0]
    assert tokeniser("bits").join(stream) == b"\xa1"


@pytest.mark.parametrize("token", ["", "2", "00", "true"])
def test_a_token_that_is_no_bit_has_no_piece(token: str) -> None:
    with pytest.raises(DataError, match="is not a bit; the bits are 0 and 1"):
        tokeniser("bits").piece(token)


# chars


def test_chars_are_code_points_and_not_bytes() -> None:
    stream = split("chars", "\ufeffé😀é\n")
    assert spelled(stream) == ["\ufeff", "é", "😀", "é", "\n"]
    assert stream.tokens == ("\n", "é", "\ufeff", "😀")


@pytest.mark.parametrize(("size", "dtype"), [(256, np.uint8), (257, np.uint16), (65537, np.uint32)])
def test_many_chars_need_a_wider_dtype(size: int, dtype: type[np.unsignedinteger]) -> None:
    # Code points above the surrogates.
    data = "".join(map(chr, range(0x10000, 0x10000 + size))).encode()
    stream = split("chars", data)
    assert len(stream.tokens) == size
    assert stream.symbols.dtype == dtype
    assert stream.symbols.tolist() == list(range(size))
    assert tokeniser("chars").join(stream) == data


@pytest.mark.parametrize("token", ["", "ab", "e\u0301"])
def test_a_token_of_other_than_one_character_has_no_piece_among_chars(token: str) -> None:
    with pytest.raises(DataError, match="is not one character"):
        tokeniser("chars").piece(token)


@pytest.mark.parametrize("kind", ["chars", "words", "lines", "nucleotides", "ints", "tokens", "csv:1"])
def test_a_lone_surrogate_has_no_piece(kind: str) -> None:
    with pytest.raises(DataError, match=r"token '\\ud800' is not valid Unicode text"):
        tokeniser(kind).piece("\ud800")


# words and lines


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("to be", ["to", " ", "be"]),
        ("don't", ["don't"]),
        ("l\u2019\u00e9t\u00e9", ["l\u2019\u00e9t\u00e9"]),
        ("'tis dogs'", ["'", "tis", " ", "dogs", "'"]),
        ("rock'n'roll", ["rock'n'roll"]),
        ("a''b", ["a", "'", "'", "b"]),
        ("end.  \n\tNew", ["end", ".", "  \n\t", "New"]),
        ("x_1 = 3.14", ["x_1", " ", "=", " ", "3", ".", "14"]),
        ("...", [".", ".", "."]),
        ("\ud55c\uad6d\uc5b4!", ["\ud55c\uad6d\uc5b4", "!"]),
        ("a\u00a0b", ["a", "\u00a0", "b"]),
    ],
)
def test_words_are_words_runs_of_white_space_and_single_other_characters(sentence: str, tokens: list[str]) -> None:
    assert spelled(split("words", sentence)) == tokens


@pytest.mark.parametrize(
    ("page", "tokens"),
    [
        ("a b\nc\n", ["a b", "\n", "c", "\n"]),
        ("a\n\n\nb", ["a", "\n", "\n", "\n", "b"]),
        ("\na", ["\n", "a"]),
        ("a\r\nb", ["a\r", "\n", "b"]),
        ("a\u2028b\x0bc\x0cd", ["a\u2028b\x0bc\x0cd"]),
    ],
)
def test_lines_end_at_newlines_alone_and_newlines_are_tokens(page: str, tokens: list[str]) -> None:
    assert spelled(split("lines", page)) == tokens


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("cafe\u0301 noir", ["cafe\u0301", " ", "noir"]),
        ("हिन्दी में शब्द", ["हिन्दी", " ", "में", " ", "शब्द"]),
        ("Viê\u0323t Nam", ["Viê\u0323t", " ", "Nam"]),
        ("l\u2019e\u0301te\u0301", ["l\u2019e\u0301te\u0301"]),
        ("x\u0305²", ["x\u0305²"]),
        # A mark that combines with no letter stands alone.
        (" \u0301a", [" ", "\u0301", "a"]),
        ("-\u0301", ["-", "\u0301"]),
    ],
)
def test_a_letter_and_its_marks_are_of_one_word(sentence: str, tokens: list[str]) -> None:
    assert spelled(split("words", sentence)) == tokens


def test_every_mark_of_unicode_continues_a_word() -> None:
    marks = [chr(point) for point in range(0x110000) if unicodedata.category(chr(point))[0] == "M"]
    assert len(marks) > 2000
    words = [f"a{mark}b" for mark in marks]
    assert spelled(split("words", " ".join(words)))[::2] == words


def test_a_file_whose_words_were_split_at_marks_still_decodes() -> None:
    """As version 0.1.0 wrote it: `cafe` and U+0301 apart."""
    old = bytes.fromhex(OLD_WORDS)
    assert compress.decode(old) == "cafe\u0301 cafe\u0301".encode()


def test_a_cell_of_any_length_is_a_cell() -> None:
    long = "x" * 200_000
    usual = csv.field_size_limit()
    assert spelled(split("csv:a", f"a,b\n{long},1\n{long}y,2\n")) == [long, f"{long}y"]
    assert csv.field_size_limit() == usual
    with pytest.raises(DataError, match="line 2 is not CSV"):
        split("csv:a", 'a\n"x"y\n')
    assert csv.field_size_limit() == usual


def test_a_whole_number_of_any_length_is_a_whole_number() -> None:
    nines, more = "9" * 5000, "1" + "0" * 5000
    stream = split("ints", f"{more} -{nines} +{nines} 007 -0 -{more} ٣ -3 12")
    assert stream.tokens == (f"-{more}", f"-{nines}", "-3", "0", "3", "7", "12", nines, more)


def test_more_words_than_a_byte_can_number_have_a_wider_dtype() -> None:
    data = " ".join(f"w{i:03}" for i in range(300)).encode()
    stream = split("words", data)
    assert len(stream.tokens) == 301
    assert stream.symbols.dtype == np.uint16
    assert tokeniser("words").join(stream) == data


# nucleotides


def test_nucleotides_are_letters_white_space_and_whole_headers() -> None:
    stream = split("nucleotides", ">seq 1 X!\nACg-\n>é\nN*")
    assert spelled(stream) == [">seq 1 X!", "\n", "A", "C", "g", "-", "\n", ">é", "\n", "N", "*"]


def test_every_iupac_code_is_a_nucleotide_in_both_cases() -> None:
    codes = "ACGTUNRYSWKMBDHV"
    assert spelled(split("nucleotides", codes + codes.lower() + "-*")) == list(codes + codes.lower() + "-*")


@pytest.mark.parametrize(
    ("data", "letter", "offset"),
    [
        ("XACG", "X", 0),
        ("ACGX", "X", 3),
        ("AC\nGXQ", "X", 4),
        (">é header\nAC1", "1", 13),
        ("ACéG", "é", 2),
        ("AC\u00a0!", "!", 4),
        ("X", "X", 0),
    ],
)
def test_a_bad_nucleotide_is_refused_with_its_byte_offset(data: str, letter: str, offset: int) -> None:
    assert data.encode()[offset:].startswith(letter.encode())
    with pytest.raises(
        DataError, match=rf"^'{letter}' is not a nucleotide \(byte {offset}\); the letters are the IUPAC"
    ):
        split("nucleotides", data)


# ints


def test_ints_are_cut_at_white_space_commas_and_semicolons_and_sorted_by_value() -> None:
    stream = split("ints", "10 9,-2;+9\n007\t-0 ,; 0")
    assert stream.tokens == ("-2", "0", "7", "9", "10")
    assert spelled(stream) == ["10", "9", "-2", "9", "7", "0", "0"]


@pytest.mark.parametrize(
    ("data", "cell", "offset"),
    [
        ("1.5", "1.5", 0),
        ("1 2 three", "three", 4),
        ("é", "é", 0),
        ("1,\u00a02;x", "x", 6),
        ("1 --2", "--2", 2),
        ("1 2-3", "2-3", 2),
        ("0x10", "0x10", 0),
        ("1_000", "1_000", 0),
        ("7 +", "+", 2),
    ],
)
def test_a_bad_int_is_refused_with_its_byte_offset(data: str, cell: str, offset: int) -> None:
    assert data.encode()[offset:].startswith(cell.encode())
    with pytest.raises(DataError) as caught:
        split("ints", data)
    assert str(caught.value) == f"{cell!r} is not a whole number (byte {offset})"


def test_a_long_word_that_is_no_number_is_told_by_its_beginning() -> None:
    with pytest.raises(DataError, match=f"^'{'x' * 20}' is not a whole number"):
        tokeniser("ints").split(b"x" * 21)


# csv:COLUMN

SHEET = b"name,side,2\nann,H,x\nbob,T,y\ncid,H,z\n"


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("side", ["H", "T", "H"]),
        ("1", ["ann", "bob", "cid"]),
        ("3", ["x", "y", "z"]),
        ("03", ["x", "y", "z"]),
    ],
)
def test_a_csv_column_is_found_by_name_and_by_number(column: str, cells: list[str]) -> None:
    assert spelled(split(f"csv:{column}", SHEET)) == cells


def test_a_csv_columns_name_comes_before_its_number() -> None:
    assert spelled(split("csv:2", SHEET)) == ["x", "y", "z"]


def test_csv_cells_may_be_quoted_empty_or_hold_newlines_and_blank_lines_are_none() -> None:
    data = '\ufeffa,b\r\n"x, y",1\r\n\r\n"line\n2",2\r\n,3\r\n"say ""hi""",4\r\n'
    assert spelled(split("csv:a", data)) == ["x, y", "line\n2", "", 'say "hi"']
    assert spelled(split("csv:b", data)) == ["1", "2", "3", "4"]


def test_a_csv_columns_name_may_hold_a_colon() -> None:
    assert spelled(split("csv:a:b", "a:b,c\n1,2\n")) == ["1"]


@given(st.lists(text.filter(lambda cell: "\x00" not in cell), min_size=1, max_size=6))
def test_any_cells_written_as_csv_are_read_back(cells: list[str]) -> None:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([["n", "cell"], *([str(i), c] for i, c in enumerate(cells))])
    assert spelled(split("csv:cell", file.getvalue())) == cells


@pytest.mark.parametrize(
    ("column", "data", "message"),
    [
        ("z", SHEET, "no column 'z'; the columns are name, side, 2"),
        ("0", SHEET, "no column '0'; the columns are name, side, 2"),
        ("4", SHEET, "no column '4'; the columns are name, side, 2"),
        ("-1", SHEET, "no column '-1'; the columns are name, side, 2"),
        ("\u00b2", SHEET, "no column '\u00b2'; the columns are name, side, 2"),
        ("a", b"", "no column 'a'; the columns are none"),
        ("b", b"a,b\n1,2\n3\n", "line 3 has no column 'b'"),
        ("b", b'a,b\n"1"x,2\n', "line 2 is not CSV: ',' expected after '\"'"),
        ("b", b'a,"b\n', "line 1 is not CSV: unexpected end of data"),
    ],
)
def test_a_csv_that_lacks_the_column_or_is_no_csv_is_refused_by_line(column: str, data: bytes, message: str) -> None:
    with pytest.raises(DataError) as caught:
        split(f"csv:{column}", data)
    assert str(caught.value) == message


def test_a_csv_column_number_of_5000_digits_is_no_column() -> None:
    with pytest.raises(DataError, match="no column"):
        split("csv:" + "1" * 5000, SHEET)


# tokens


@pytest.mark.parametrize(
    ("data", "tokens"),
    [
        ("H\nT\nH\n", ["H", "T", "H"]),
        ("H\nT", ["H", "T"]),
        ("H T\n\nH\n", ["H T", "", "H"]),
        ("\n", [""]),
        ("a\r\nb\n", ["a\r", "b"]),
    ],
)
def test_token_lines_are_one_token_each(data: str, tokens: list[str]) -> None:
    assert spelled(split("tokens", data)) == tokens


@given(st.lists(st.one_of(text, st.text(alphabet="n\n\\x0a", max_size=6)), min_size=1, max_size=6))
def test_any_tokens_written_one_a_line_are_read_back(tokens: list[str]) -> None:
    kind = tokeniser("tokens")
    lines = b"".join(map(kind.piece, tokens))
    assert lines.count(b"\n") == len(tokens)
    assert spelled(kind.split(lines)) == tokens


def test_a_newline_and_a_backslash_within_a_token_are_spelled_out() -> None:
    assert tokeniser("tokens").piece("a\nb") == b"a\\nb\n"
    assert tokeniser("tokens").piece("a\\nb") == b"a\\\\nb\n"
    assert spelled(split("tokens", "a\\nb\na\\\\nb\n")) == ["a\nb", "a\\nb"]


def test_token_lines_are_joined_with_a_newline_after_each() -> None:
    kind = tokeniser("tokens")
    assert kind.join(kind.split(b"H\nTails\nH")) == b"H\nTails\nH\n"


# Pieces of what can be no token


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("words", ""),
        ("words", "a b"),
        ("lines", ""),
        ("lines", "a\nb"),
        ("nucleotides", ""),
        ("nucleotides", "X"),
        ("nucleotides", "AC"),
        ("ints", "one"),
    ],
)
def test_what_can_be_no_token_of_a_kind_has_no_piece(kind: str, token: str) -> None:
    with pytest.raises(DataError):
        tokeniser(kind).piece(token)


# Streams


def test_a_stream_over_a_larger_alphabet_spells_the_same_tokens() -> None:
    stream = split("bytes", b"abca")
    larger = stream.over(["z", "c", "b", "a"])
    assert larger.tokens == ("z", "c", "b", "a")
    assert larger.symbols.tolist() == [3, 2, 1, 3]
    assert tokeniser("bytes").join(larger) == b"abca"


def test_a_stream_over_its_own_alphabet_is_itself() -> None:
    stream = split("bytes", b"abca")
    assert stream.over(["a", "b", "c"]) is stream


@pytest.mark.parametrize(("size", "dtype"), [(256, np.uint8), (257, np.uint16), (65537, np.uint32)])
def test_a_stream_over_a_larger_alphabet_has_the_dtype_of_that(size: int, dtype: type[np.unsignedinteger]) -> None:
    alphabet = list(map(str, range(size - 1, -1, -1)))
    assert split("tokens", "0\n1\n").over(alphabet).symbols.dtype == dtype
    assert split("tokens", "0\n1\n").over(alphabet).symbols.tolist() == [size - 1, size - 2]
    assert split("tokens", "").over(alphabet).symbols.dtype == dtype


@pytest.mark.parametrize(
    ("data", "alphabet", "token", "position"),
    [(b"abca", "ab", "c", 2), (b"abca", "bc", "a", 0), (b"bbbab", "b", "a", 3), (b"a", "", "a", 0)],
)
def test_a_stream_over_an_alphabet_that_lacks_a_token_names_it_and_its_first_position(
    data: bytes, alphabet: str, token: str, position: int
) -> None:
    with pytest.raises(DataError) as caught:
        split("bytes", data).over(list(alphabet))
    assert str(caught.value) == f"token {token!r} (first at token {position}) is not in the alphabet"
    assert caught.value.exit_status == 1


def test_a_stream_over_no_alphabet_is_empty_only_if_it_has_no_tokens() -> None:
    assert split("bytes", b"").over([]).symbols.shape == (0,)
    assert split("bytes", b"").over(["a"]).tokens == ("a",)


# Types and names


@pytest.mark.parametrize(
    ("size", "dtype"),
    [
        (0, np.uint8),
        (1, np.uint8),
        (256, np.uint8),
        (257, np.uint16),
        (65536, np.uint16),
        (65537, np.uint32),
        (2**32, np.uint32),
        (2**32 + 1, np.uint64),
    ],
)
def test_the_smallest_dtype_holds_k_minus_1(size: int, dtype: type[np.unsignedinteger]) -> None:
    assert smallest_dtype(size) == dtype


@pytest.mark.parametrize(
    ("token", "shown"),
    [
        ("H", "H"),
        ("é", "é"),
        ("\\x0a", "\\x0a"),
        ("don't", "don't"),
        ("", "''"),
        (" ", "' '"),
        ("a b", "'a b'"),
        ("\n", r"'\n'"),
        ("\u00a0", r"'\xa0'"),
        ("\x1b[31m", r"'\x1b[31m'"),
        ("\ud800", r"'\ud800'"),
    ],
)
def test_white_space_and_control_characters_are_spelled_out_where_they_are_shown(token: str, shown: str) -> None:
    assert visible(token) == shown
