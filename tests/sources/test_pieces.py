"""Files a piece at a time: wherever a piece ends, the tokens are those of the whole."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from compress.errors import DataError
from compress.sources.pieces import counted, numbering, pieces
from compress.sources.tokens import BYTES, Tokeniser, tokeniser
from compress.symbols import Symbols, smallest_dtype

# Letters that decide where tokens end: marks, apostrophes, spaces of one, two and three bytes, bases and headers.
TEXT = st.text("ab😀 '\u2019\u0301\u00a0\u2028é_9\n\r\t.我", max_size=60)
GENES = st.lists(st.sampled_from(["ACGT", "N", "\n", ">x y\n", "a-", " ", ">\n"]), max_size=20).map("".join)
KINDS = st.one_of(
    st.tuples(st.sampled_from(["bytes", "bits"]), st.binary(max_size=60)),
    st.tuples(st.sampled_from(["chars", "words", "lines"]), TEXT.map(str.encode)),
    st.tuples(st.just("nucleotides"), GENES.map(str.encode)),
)


@given(KINDS, st.integers(1, 20))
@example(("words", b"don't"), 4)
@example(("words", "a \u00a0 b".encode()), 2)
@example(("words", "cafe\u0301 e\u0301".encode()), 5)
@example(("lines", b"ab\n\ncd"), 1)
@example(("chars", "é我😀".encode()), 1)
@example(("chars", "a\U00010000b\u00a0".encode()), 3)
@example(("nucleotides", b"AC\n>a>b\nGT"), 6)
def test_the_tokens_of_pieces_are_those_of_the_whole(case: tuple[str, bytes], size: int) -> None:
    name, data = case
    kind = tokeniser(name)
    whole = kind.split(data)

    def cut() -> list[bytes]:
        return list(pieces(kind, io.BytesIO(data), size))

    assert b"".join(cut()) == data
    assert all(cut())
    for threads in (1, 2):
        found = counted(kind, cut, threads)
        assert (found.seen.tokens, found.seen.counts) == (whole.tokens, whole.seen.counts)
        assert (found.size, found.crc, found.seen.n) == (len(data), zlib.crc32(data), whole.symbols.size)
    for token in whole.tokens:
        assert found.seen.first(token) == whole.seen.first(token)
    symbols = [np.zeros(0, smallest_dtype(len(whole.tokens))), *numbered(kind, whole.tokens, cut())]
    assert np.array_equal(np.concatenate(symbols), whole.symbols)
    assert {part.dtype for part in symbols} == {smallest_dtype(len(whole.tokens))}


def numbered(kind: Tokeniser, tokens: Sequence[str], cut: Iterable[bytes]) -> Iterator[Symbols]:
    made = numbering(kind, tokens)
    return map(made.symbols, map(made.values, cut))


@pytest.mark.parametrize("name", ["bytes", "bits", "chars", "words", "lines", "nucleotides"])
def test_little_is_held_back(name: str) -> None:
    """No piece is much longer than asked for, if no token is."""
    kind, data = tokeniser(name), b"ACGT AT\n" * 1000
    assert max(map(len, pieces(kind, io.BytesIO(data), 64))) <= 64 + 8


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("chars", b"abcdefgh\xffij"),
        ("words", b"ab cd ef \xc3"),
        ("lines", b"ab\ncd\nef\xe2\x82\n"),
        ("nucleotides", b"ACGT\nACGT\nACXT\n"),
        ("words", b"ab cd \xf0\x9f\x98"),
    ],
)
def test_what_is_wrong_is_found_at_its_byte(name: str, data: bytes) -> None:
    kind = tokeniser(name)
    with pytest.raises(DataError) as whole:
        kind.split(data)
    for size in range(1, 12):
        with pytest.raises(DataError) as found:
            counted(kind, lambda size=size: pieces(kind, io.BytesIO(data), size))  # type: ignore[misc]
        assert str(found.value) == str(whole.value), size


def test_a_token_that_is_not_among_those_is_told() -> None:
    for kind in (BYTES, tokeniser("words"), tokeniser("chars")):
        with pytest.raises(DataError, match=r"token 'c' .*is not in the alphabet"):
            list(numbered(kind, ("a", "b"), [b"a", b"c" if kind.name == "words" else b"abcab"]))
    all_but_one = BYTES.split(bytes(range(255))).tokens
    with pytest.raises(DataError, match=r"^token '\\xff' is not in the alphabet$"):
        list(numbered(BYTES, all_but_one, [b"a\xff"]))
    with pytest.raises(DataError, match="token 'c' does not come"):
        counted(BYTES, lambda: [b"ab"]).seen.first("c")


def test_all_256_bytes_and_more_characters_than_that_have_symbols_of_the_usual_width() -> None:
    [symbols] = numbered(BYTES, BYTES.split(bytes(range(256))).tokens, [bytes(range(256))])
    assert (symbols.dtype.name, symbols.tolist()) == ("uint8", list(range(256)))
    text = "".join(map(chr, range(0x100, 0x200)))
    kind = tokeniser("chars")
    [symbols] = numbered(kind, tuple(text), [text.encode()])
    assert (symbols.dtype.name, symbols.tolist()) == ("uint8", list(range(256)))
