"""Numbers, alphabets and models as bytes: what is written reads back, and nothing else reads at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from bitarray import bitarray
from bitarray.util import int2ba, zeros
from hypothesis import given
from hypothesis import strategies as st
from of_q import priced
from peaks import peak_of

from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Form, Table, is_priced
from compress.coders.streams.arithmetic import ArithmeticCoder
from compress.errors import CorruptError, DataError
from compress.frames.packing import Cursor, _unpack_steps, pack_alphabet, pack_table, pack_varint, unpack_table
from compress.frames.packing import unpack_alphabet as unpack_alphabet_at
from compress.probability.frequencies import TOTAL, rounded
from compress.sources.tokens import tokeniser

BYTE_NAMES = tuple(chr(value) if 0x21 <= value <= 0x7E else f"\\x{value:02x}" for value in range(256))

# A letter that UTF-8 can hold: no lone surrogates.
CHARACTERS = st.characters(exclude_categories=["Cs"])
TEXTS = st.text(CHARACTERS, min_size=1, max_size=6)

ALPHABETS = st.one_of(
    st.tuples(
        st.just("bytes"), st.sets(st.integers(0, 255), min_size=1).map(lambda v: [BYTE_NAMES[i] for i in sorted(v)])
    ),
    st.tuples(st.just("bits"), st.sampled_from([["0"], ["1"], ["0", "1"]])),
    st.tuples(
        st.just("chars"),
        st.lists(CHARACTERS, min_size=1, max_size=40, unique=True),
    ),
    st.tuples(
        st.just("tokens"),
        st.lists(TEXTS, min_size=1, max_size=20, unique=True),
    ),
    st.tuples(
        st.just("words"),
        st.lists(st.from_regex(r"[a-z\u00e9]{1,6}| {1,3}|[.,;]", fullmatch=True), min_size=1, max_size=20, unique=True),
    ),
    st.tuples(
        st.just("lines"),
        st.lists(TEXTS.filter(lambda text: "\n" not in text), min_size=1, max_size=20, unique=True),
    ),
    st.tuples(st.just("nucleotides"), st.lists(st.sampled_from([*"ACGTacgtN\n ", ">head"]), min_size=1, unique=True)),
)


def table(form: Form, numbers: tuple[int, ...], size: int | None = None) -> Table:
    return Table(form, len(numbers) if size is None else size, numbers)


def unpack_alphabet(kind: str, size: int, data: bytes) -> tuple[str, ...]:
    cursor = Cursor(data)
    tokens = unpack_alphabet_at(tokeniser(kind), size, cursor)
    assert (cursor.at, cursor.left) == (len(data), 0)
    return tokens


def unpack_varint(data: bytes, at: int) -> tuple[int, int]:
    cursor = Cursor(data, at)
    return cursor.varint(), cursor.at


def gamma(number: int) -> bitarray:
    """P. Elias' gamma code, from its definition."""
    return zeros(number.bit_length() - 1, endian="big") + int2ba(number, endian="big")


def steps(numbers: Sequence[int]) -> bitarray:
    """0, -1, 1, -2, 2, ... are numbered 1, 2, 3, 4, 5, ..."""
    order = {step: place for place, step in enumerate((s for i in range(130) for s in ((-i, i) if i else (0,))), 1)}
    bits = bitarray(endian="big")
    for before, number in zip([0, *numbers], numbers, strict=False):
        bits += gamma(order[number - before])
    return bits


def model_bytes(form: int, bits: bitarray) -> bytes:
    return bytes([form]) + bits.tobytes()


# ---------------------------------------------------------------- varints


@pytest.mark.parametrize(
    ("number", "data"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "8001"),
        (300, "ac02"),
        (16383, "ff7f"),
        (16384, "808001"),
        (2**63 - 1, "ffffffffffffffff7f"),
    ],
)
def test_varints_are_seven_bits_a_byte_the_lowest_first(number: int, data: str) -> None:
    assert pack_varint(number) == bytes.fromhex(data)
    assert unpack_varint(bytes.fromhex(data), 0) == (number, len(data) // 2)


@given(st.integers(0, 2**63 - 1), st.binary(max_size=3), st.binary(max_size=3))
def test_every_number_reads_back_from_wherever_it_stands(number: int, before: bytes, after: bytes) -> None:
    data = pack_varint(number)
    assert len(data) == max(1, math.ceil(number.bit_length() / 7))
    assert unpack_varint(before + data + after, len(before)) == (number, len(before) + len(data))


@given(st.binary(min_size=1, max_size=12))
def test_each_number_has_one_form_alone(data: bytes) -> None:
    try:
        number, end = unpack_varint(data, 0)
    except CorruptError:
        return
    assert pack_varint(number) == data[:end]


@pytest.mark.parametrize("data", ["8000", "ff00", "80808000", "ffffffffffffffff00"])
def test_a_useless_zero_at_the_end_of_a_number_is_refused(data: str) -> None:
    with pytest.raises(CorruptError, match="useless zero"):
        unpack_varint(bytes.fromhex(data), 0)


@pytest.mark.parametrize("data", ["", "80", "ffff", "ff" * 8, "ff" * 9 + "01", "80" * 9 + "01", "ff" * 30])
def test_a_number_that_is_cut_short_or_of_ten_bytes_is_refused(data: str) -> None:
    with pytest.raises(CorruptError, match="cut short or too long"):
        unpack_varint(bytes.fromhex(data), 0)


def test_reading_a_number_behind_the_end_is_refused() -> None:
    with pytest.raises(CorruptError):
        unpack_varint(b"\1", 1)


# ---------------------------------------------------------------- alphabets


@given(ALPHABETS)
def test_every_alphabet_reads_back(alphabet: tuple[str, list[str]]) -> None:
    kind, tokens = alphabet
    data = pack_alphabet(tokeniser(kind), tokens)
    assert unpack_alphabet(kind, len(tokens), data) == tuple(tokens)
    # It knows its own end: what follows does not matter.
    cursor = Cursor(b"??" + data + b"\0\xff", 2)
    assert unpack_alphabet_at(tokeniser(kind), len(tokens), cursor) == tuple(tokens)
    assert cursor.at == 2 + len(data)


@given(ALPHABETS, st.data())
def test_an_alphabet_cut_short_is_refused(alphabet: tuple[str, list[str]], data: st.DataObject) -> None:
    kind, tokens = alphabet
    packed = pack_alphabet(tokeniser(kind), tokens)
    cut = data.draw(st.integers(0, len(packed) - 1))
    with pytest.raises(CorruptError):
        unpack_alphabet_at(tokeniser(kind), len(tokens), Cursor(packed[:cut]))


@pytest.mark.parametrize("kind", ["bytes", "bits", "chars", "words", "lines", "nucleotides", "tokens"])
def test_no_tokens_are_no_bytes(kind: str) -> None:
    assert pack_alphabet(tokeniser(kind), ()) == b""
    assert unpack_alphabet_at(tokeniser(kind), 0, Cursor(b"")) == ()


def test_all_256_bytes_take_one_byte() -> None:
    assert pack_alphabet(tokeniser("bytes"), BYTE_NAMES) == b"\0"


@pytest.mark.parametrize("size", [1, 2, 31, 32])
def test_up_to_32_bytes_are_listed(size: int) -> None:
    assert pack_alphabet(tokeniser("bytes"), BYTE_NAMES[:size]) == b"\1" + bytes(range(size))


@pytest.mark.parametrize("size", [33, 100, 255])
def test_more_than_32_bytes_are_a_map_of_256_bits(size: int) -> None:
    """The map has 32 bytes, a list has as many as there are tokens: the list is longer from 33 on."""
    expected = bitarray("1" * size + "0" * (256 - size), endian="big").tobytes()
    assert pack_alphabet(tokeniser("bytes"), BYTE_NAMES[:size]) == b"\2" + expected


def test_bits_and_chars_are_their_own_text() -> None:
    assert pack_alphabet(tokeniser("bits"), ["0", "1"]) == b"01"
    assert pack_alphabet(tokeniser("chars"), ["a", "é", "😀"]) == b"\7" + "aé😀".encode()


def test_words_are_written_each_with_its_size() -> None:
    assert pack_alphabet(tokeniser("words"), ["to", " ", "bé"]) == b"\2to\1 \3b\xc3\xa9"


@pytest.mark.parametrize(
    ("kind", "token"),
    [
        ("bytes", "ab"),
        ("bytes", "é"),
        ("bytes", ""),
        ("bits", "2"),
        ("chars", "ab"),
        ("words", "\ud800"),
        ("chars", ""),
    ],
)
def test_what_is_no_token_of_its_kind_is_not_written(kind: str, token: str) -> None:
    with pytest.raises(DataError):
        pack_alphabet(tokeniser(kind), [token])


HOSTILE_ALPHABETS = {
    "a form that does not exist": ("bytes", 1, b"\3a"),
    "no form": ("bytes", 1, b""),
    "a list that is not sorted": ("bytes", 2, b"\1ba"),
    "a byte listed twice": ("bytes", 2, b"\1aa"),
    "a list that ends early": ("bytes", 3, b"\1ab"),
    "all bytes, but a size of 255": ("bytes", 255, b"\0"),
    "a map with a byte too few": ("bytes", 2, b"\2" + b"\x80" + bytes(31)),
    "a map with a byte too many": ("bytes", 1, b"\2" + b"\xc0" + bytes(31)),
    "a map that ends early": ("bytes", 40, b"\2" + bytes([255] * 5)),
    "a bit that is none": ("bits", 2, b"02"),
    "a bit twice": ("bits", 2, b"00"),
    "three bits": ("bits", 3, b"010"),
    "bits that are bytes above 127": ("bits", 1, b"\xb0"),
    "more characters than claimed": ("chars", 1, b"\2ab"),
    "fewer characters than claimed": ("chars", 3, b"\2ab"),
    "a character twice": ("chars", 2, b"\2aa"),
    "characters that are not UTF-8": ("chars", 1, b"\1\xff"),
    "half a character": ("chars", 1, b"\1\xc3"),
    "a surrogate": ("chars", 1, b"\3\xed\xa0\x80"),
    "an overlong form": ("chars", 1, b"\2\xc0\x80"),
    "characters of 2^62 bytes": ("chars", 1, pack_varint(2**62) + b"a"),
    "a word of 2^62 bytes": ("words", 1, pack_varint(2**62) + b"a"),
    "a word twice": ("words", 2, b"\1a\1a"),
    "an empty word": ("words", 1, b"\0"),
    "an empty line": ("lines", 1, b"\0"),
    "a word that is not UTF-8": ("words", 1, b"\1\xff"),
    "a million words, none there": ("words", 2**20, b""),
    "a million bytes": ("bytes", 2**20, b"\0"),
    "a useless zero in a size": ("words", 1, b"\x81\0a"),
}


@pytest.mark.parametrize("name", HOSTILE_ALPHABETS)
def test_a_hostile_alphabet_is_refused(name: str) -> None:
    kind, size, data = HOSTILE_ALPHABETS[name]
    with pytest.raises(CorruptError):
        unpack_alphabet_at(tokeniser(kind), size, Cursor(data))


@given(
    st.sampled_from(["bytes", "bits", "chars", "words", "lines", "nucleotides", "tokens"]),
    st.integers(0, 300),
    st.binary(max_size=60),
)
def test_any_bytes_are_an_alphabet_of_the_claimed_size_or_corrupt(kind: str, size: int, data: bytes) -> None:
    cursor = Cursor(data)
    try:
        tokens = unpack_alphabet_at(tokeniser(kind), size, cursor)
    except CorruptError:
        return
    assert len(set(tokens)) == size
    assert cursor.at <= len(data)


# ---------------------------------------------------------------- models


def weights_of(size: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.one_of(st.integers(0, 9), st.integers(0, 2**45)), min_size=1, max_size=size).filter(any)


@given(st.sampled_from(sorted(CODERS)), weights_of(30))
def test_a_model_reads_back_and_rebuilds_a_coder_of_the_same_surprises(name: str, weights: list[int]) -> None:
    coder = choose(name).of(weights)
    model = choose(name).fit(weights)
    read = unpack_table(pack_table(model), len(weights))
    assert read == model
    rebuilt = choose(name).build(read)
    assert rebuilt.name == name
    if not is_priced(rebuilt):
        assert rebuilt.facts == coder.facts
    else:
        assert np.array_equal(rebuilt.surprises, priced(coder).surprises)


@given(weights_of(30))
def test_a_model_of_counts_rebuilds_the_coder_of_the_rounded_counts(weights: list[int]) -> None:
    model = choose("arithmetic").fit(weights, counts=True)
    read = unpack_table(pack_table(model), len(weights))
    assert read == model
    expected = ArithmeticCoder.of(rounded(weights))
    assert np.array_equal(priced(choose("arithmetic").build(read)).surprises, expected.surprises)


@pytest.mark.parametrize("name", ["fixed", "arithmetic"])
@pytest.mark.parametrize("size", [1, 2, 3, 256, 1000])
def test_equal_tokens_need_no_numbers(name: str, size: int) -> None:
    model = choose(name).fit([7] * size)
    assert model == table(Form.EQUAL, (), size)
    assert pack_table(model) == b"\0"
    surprises = priced(choose(name).build(unpack_table(b"\0", size))).surprises
    # 2^40 parts shared among K tokens: within one part of an equal share.
    tolerance = 1e-8 if name == "arithmetic" else 0.0
    expected = math.log2(size) if name == "arithmetic" else (size - 1).bit_length()
    assert np.abs(surprises - expected).max() <= tolerance


def test_each_coder_takes_the_form_that_suits_it() -> None:
    forms = {name: choose(name).fit([5, 0, 2, 1]).form for name in CODERS}
    assert {name: forms[name] for name in ("arithmetic", "huffman", "shannon", "fixed")} == {
        "arithmetic": Form.PARTS,
        "huffman": Form.LENGTHS,
        "shannon": Form.LENGTHS,
        "fixed": Form.LENGTHS,
    }
    assert choose("arithmetic").fit([5, 0, 2, 1], counts=True).form == Form.COUNTS


def test_lengths_are_written_as_steps_of_length_plus_one() -> None:
    """Lengths 1, 2, none, 2: plus one 2, 3, 0, 3; steps +2, +1, -3, +3, numbered 5, 3, 6, 7.

    In gamma: 00101 011 00110 00111, and six zeros: 0010 1011 0011 0001 1100 0000.
    """
    model = table(Form.LENGTHS, (1, 2, -1, 2))
    assert pack_table(model) == bytes.fromhex("01 2B 31 C0")
    assert unpack_table(pack_table(model), 4) == model


def test_counts_are_written_as_widths_and_upper_halves() -> None:
    """Counts 5 and 2: 5 = 101 keeps 2 bits of 3, so it becomes 6 = 110; 2 = 10 keeps 1 bit.

    Widths 3, 2: steps +3, -1, numbered 7, 2: 00111 010.  Then 11 without its first bit: 1; of the 2
    nothing.  0011 1010 1000 0000.
    """
    model = choose("arithmetic").fit([5, 2], counts=True)
    assert model.numbers == (6, 2)
    assert pack_table(model) == bytes.fromhex("02 3A 80")
    assert unpack_table(pack_table(model), 2) == model


def test_parts_are_written_whole() -> None:
    """2^40 - 1 and 1: 40 bits and 1 bit; steps +40, -39, numbered 81, 78.

    81 = 1010001 and 78 = 1001110, each behind six zeros; then 39 ones, the 40 bits without the first.
    """
    model = table(Form.PARTS, (TOTAL - 1, 1))
    bits = bitarray("00000010100010000001001110" + "1" * 39, endian="big")
    assert pack_table(model) == model_bytes(Form.PARTS, bits)
    assert unpack_table(pack_table(model), 2) == model


@given(weights_of(40))
def test_counts_take_their_steps_and_half_of_their_bits(weights: list[int]) -> None:
    numbers = rounded(weights)
    widths = [number.bit_length() for number in numbers]
    bits = len(steps(widths)) + sum(max((width + 1) // 2 - 1, 0) for width in widths)
    packed = pack_table(choose("arithmetic").fit(weights, counts=True))
    assert len(packed) == 1 + math.ceil(bits / 8)
    assert packed[1:].startswith(steps(widths)[: len(steps(widths)) // 8 * 8].tobytes())


def test_a_zero_among_counts_stays_zero() -> None:
    model = unpack_table(pack_table(choose("arithmetic").fit([4, 0, 0, 9], counts=True)), 4)
    assert model.numbers[1:3] == (0, 0)
    assert math.isinf(priced(choose("arithmetic").build(model)).surprises[1])


@pytest.mark.parametrize(
    ("weights", "sum_of_parts"),
    [((1, 1), TOTAL - 1), ((1, 1), TOTAL + 1), ((3, 1), 2 * TOTAL), ((1, 1), 1)],
)
def test_frequencies_of_a_wrong_sum_are_refused(weights: tuple[int, int], sum_of_parts: int) -> None:
    first = sum_of_parts * weights[0] // sum(weights)
    data = pack_table(table(Form.PARTS, (first, sum_of_parts - first)))
    with pytest.raises(CorruptError, match="do not sum"):
        unpack_table(data, 2)
    with pytest.raises(DataError):
        choose("arithmetic").build(table(Form.PARTS, (first, sum_of_parts - first)))


@pytest.mark.parametrize("lengths", [(0, 0), (1, 1, 1), (0, 1), (2, 2, 2, 2, 60), (1, 2, 3, 3, 3)])
def test_lengths_that_break_krafts_inequality_are_refused(lengths: tuple[int, ...]) -> None:
    model = unpack_table(pack_table(table(Form.LENGTHS, lengths)), len(lengths))
    with pytest.raises(DataError, match="Kraft"):
        choose("huffman").build(model)


def test_a_code_without_any_word_is_refused() -> None:
    with pytest.raises(DataError):
        choose("huffman").build(unpack_table(pack_table(table(Form.LENGTHS, (-1, -1))), 2))


def test_counts_that_are_all_zero_are_refused() -> None:
    with pytest.raises(DataError):
        choose("arithmetic").build(unpack_table(pack_table(table(Form.COUNTS, (0, 0, 0))), 3))


@pytest.mark.parametrize("bits", [28, 40, 62, 63, 64])
def test_a_word_of_absurd_length_is_refused_as_corrupt_without_building_it(bits: int) -> None:
    """A few bytes may name a length of 2^40: neither the word nor its Kraft sum may be written out."""
    data = pack_table(table(Form.LENGTHS, (1, 2**bits - 2)))
    assert len(data) < 32

    def build() -> None:
        with pytest.raises(DataError):
            choose("huffman").build(unpack_table(data, 2))

    assert peak_of(build) < 32 << 20


MODELS = {
    "equal": (table(Form.EQUAL, (), 5), 5),
    "lengths": (table(Form.LENGTHS, (1, 3, 3, 2)), 4),
    "counts": (choose("arithmetic").fit([900, 3, 70, 0], counts=True), 4),
    "parts": (choose("arithmetic").fit([900, 3, 70, 0]), 4),
    "recipe": (table(Form.RECIPE, (3, 0, 300), 4), 4),
    "recipe of no numbers": (table(Form.RECIPE, (), 4), 4),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("tail", [b"\0", b"\1", b"\x80", b"\0\0\0"])
def test_bytes_behind_a_model_are_refused(name: str, tail: bytes) -> None:
    model, size = MODELS[name]
    assert unpack_table(pack_table(model), size) == model
    with pytest.raises(CorruptError):
        unpack_table(pack_table(model) + tail, size)


@pytest.mark.parametrize("name", MODELS)
def test_every_shorter_model_is_refused(name: str) -> None:
    model, size = MODELS[name]
    data = pack_table(model)
    refused = 0
    for end in range(len(data)):
        with pytest.raises(CorruptError):
            unpack_table(data[:end], size)
        refused += 1
    assert refused == len(data)


def test_padding_that_is_not_zero_is_refused() -> None:
    data = pack_table(table(Form.LENGTHS, (1, 1)))
    assert data == b"\1\x2c"
    for padding in (1, 2, 3):
        with pytest.raises(CorruptError, match="behind"):
            unpack_table(bytes([data[0], data[1] | padding]), 2)


@given(st.lists(st.integers(-1, 60), min_size=2, max_size=30), st.integers(1, 3))
def test_lengths_of_another_alphabets_size_are_refused(lengths: list[int], lie: int) -> None:
    """A token more finds only zeros, a token less leaves a gamma code behind, which holds a 1."""
    data = pack_table(table(Form.LENGTHS, tuple(lengths)))
    for size in (len(lengths) + lie, max(len(lengths) - lie, 0)):
        with pytest.raises(CorruptError):
            unpack_table(data, size)


@pytest.mark.parametrize(("name", "lie"), [("counts", -1), ("counts", 1000), ("parts", -1), ("parts", 1)])
def test_numbers_of_another_alphabets_size_are_refused(name: str, lie: int) -> None:
    """Examples, not a law: bits of a number's tail may read as one width more."""
    model, size = MODELS[name]
    with pytest.raises(CorruptError):
        unpack_table(pack_table(model), size + lie)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (Form.LENGTHS, "arithmetic"),
        (Form.COUNTS, "huffman"),
        (Form.COUNTS, "shannon"),
        (Form.COUNTS, "fixed"),
        (Form.PARTS, "huffman"),
    ],
)
def test_a_model_of_a_coder_that_it_does_not_fit_is_refused(form: Form, name: str) -> None:
    numbers = {Form.LENGTHS: (1, 1), Form.COUNTS: (1, 1), Form.PARTS: (TOTAL // 2, TOTAL // 2)}[form]
    with pytest.raises(DataError, match="does not fit"):
        choose(name).build(table(form, numbers))


@pytest.mark.parametrize("form", [9, 10, 128, 255])
def test_a_form_that_does_not_exist_is_refused(form: int) -> None:
    with pytest.raises(CorruptError, match="unknown form"):
        unpack_table(bytes([form]), 1)


def test_a_recipe_is_its_numbers_as_varints() -> None:
    assert pack_table(table(Form.RECIPE, (3, 0, 300), 7)) == bytes.fromhex("04 03 03 00 AC02")
    for cut in ("04", "04 03", "04 03 03 00 AC", "04 FFFFFFFFFFFFFFFF7F 01"):
        with pytest.raises(CorruptError, match="cut short"):
            unpack_table(bytes.fromhex(cut), 7)


def test_no_model_at_all_is_refused() -> None:
    with pytest.raises(CorruptError, match="missing"):
        unpack_table(b"", 1)


def test_a_negative_number_in_a_model_is_refused() -> None:
    """Step -1 from 0: gamma 2 = 010."""
    for form in (Form.LENGTHS, Form.COUNTS, Form.PARTS):
        with pytest.raises(CorruptError, match="negative"):
            unpack_table(model_bytes(form, bitarray("010", endian="big")), 1)


def test_a_number_whose_bits_are_not_all_there_is_cut_short() -> None:
    """Gamma 6 = 00110, and gamma 3 = 011: of the first its last bit is missing, and what is left is no 3."""
    with pytest.raises(CorruptError, match="cut short"):
        _unpack_steps(bitarray("0011", endian="big"), 0, 1)
    assert _unpack_steps(bitarray("00111", endian="big"), 0, 1) == ([3], 5)


@pytest.mark.parametrize("form", [Form.COUNTS, Form.PARTS])
def test_a_number_of_more_than_64_bits_is_refused(form: int) -> None:
    bits = steps([65]) + zeros(64, endian="big")
    with pytest.raises(CorruptError, match="too large"):
        unpack_table(model_bytes(form, bits), 1)


def test_counts_of_64_bits_are_the_largest_and_make_a_coder() -> None:
    model = unpack_table(pack_table(table(Form.COUNTS, (1 << 63, 1 << 63))), 2)
    assert model.numbers == (1 << 63, 1 << 63)
    assert priced(choose("arithmetic").build(model)).surprises.tolist() == [1.0, 1.0]


@given(st.integers(0, 4), st.binary(max_size=24), st.integers(0, 12), st.sampled_from(sorted(CODERS)))
def test_any_bytes_are_a_model_or_corrupt(form: int, tail: bytes, size: int, name: str) -> None:
    try:
        model = unpack_table(bytes([form]) + tail, size)
        if max(model.numbers, default=0) > 1 << 20 and model.form == Form.LENGTHS:
            return  # A test of its own shows what absurd lengths do.
        coder = choose(name).build(model)
    except DataError:
        return
    assert not is_priced(coder) or coder.surprises.shape == (size,)
