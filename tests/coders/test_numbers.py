"""Codes of the whole numbers: words of their own, of any length, and nothing of them in a file but the name."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from bitarray import bitarray
from bitarray.util import int2ba
from hypothesis import given
from hypothesis import strategies as st

from compress import decode, encode
from compress.coders.catalog import CODERS, choose
from compress.coders.family import Parameter
from compress.coders.protocol import Form, Table
from compress.coders.words.codebook import Codebook
from compress.coders.words.families import family_of_numbers
from compress.coders.words.prefix import PrefixCoder
from compress.errors import CorruptError, DataError, SpecError
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.frames.packing import pack_table, unpack_table
from compress.probability.distribution import Distribution, Pair


def unary(place: int) -> bitarray:
    return bitarray("1" * place + "0")


def gamma(place: int) -> bitarray:
    """P. Elias 1975."""
    number = place + 1
    return bitarray("0" * (number.bit_length() - 1)) + int2ba(number)


def backwards(place: int) -> bitarray:
    """Words in no order at all: a prefix code that is not canonical, and has gaps."""
    return bitarray(["111", "001", "10", "0101", "0100001"][place])


def rice(place: int, low: int = 1) -> bitarray:
    return bitarray("1" * (place >> low) + "0") + (int2ba(place & ((1 << low) - 1), low) if low else bitarray())


WORDS = {"unary": unary, "gamma": gamma, "backwards": backwards, "rice": rice}
UNARY = family_of_numbers("unary", 99, "", unary, lambda place: place + 1)
RICE = family_of_numbers(
    "rice",
    98,
    "",
    rice,
    lambda place, low: (place >> low) + 1 + low,
    parameter=Parameter.whole("K", 0, 9),
)


@pytest.mark.both_forms
@pytest.mark.parametrize(("name", "size"), [("unary", 4), ("gamma", 5), ("backwards", 5), ("rice", 6)])
def test_every_short_message_comes_back_and_is_the_words_in_a_row(name: str, size: int) -> None:
    coder = PrefixCoder(name, Codebook.of_words(lambda place: WORDS[name](place), size))
    for message in itertools.chain.from_iterable(itertools.product(range(size), repeat=n) for n in range(5)):
        bits = coder.encode(np.array(message, np.uint8))
        assert bits == sum((WORDS[name](place) for place in message), bitarray())
        assert coder.decode(bits + bitarray("0110"), len(message)).tolist() == [*message]


@pytest.mark.both_forms
@given(st.lists(st.integers(0, 40_000), max_size=30))
def test_long_words_that_are_not_canonical_come_back(large: PrefixCoder, message: list[int]) -> None:
    """Of 40,001 words many are longer than the table's strings, and are searched."""
    bits = large.encode(np.array(message, np.uint32))
    assert bits == sum((coder_word(place) for place in message), bitarray())
    assert large.decode(bits, len(message)).tolist() == message


def coder_word(place: int) -> bitarray:
    """Gamma, whose words of one length are sent in an order of their own, with gaps: what ends in 0 is left out."""
    number = place + 1
    size = number.bit_length()
    turned = int(f"{number:b}"[:0:-1] or "0", 2)
    return bitarray("0" * (size - 1) + "1") + (int2ba(turned, size - 1) if size > 1 else bitarray()) + bitarray("1")


@pytest.fixture(scope="module")
def large() -> PrefixCoder:
    return PrefixCoder("turned", Codebook.of_words(coder_word, 40_001))


def test_words_with_gaps_between_them_are_told_from_no_words() -> None:
    """Words of 14 bits, longer than the table's strings, of which every other one is used."""
    coder = PrefixCoder("gaps", Codebook.of_words(lambda place: int2ba(2 * place, 14), 1 << 13))
    assert coder.decode(int2ba(2 * 4_097, 14), 1).tolist() == [4_097]
    with pytest.raises(CorruptError, match="holds no code word at token 0"):
        coder.decode(int2ba(2 * 4_097 + 1, 14), 1)


def test_unary_of_5000_has_words_of_5000_bits() -> None:
    coder = UNARY.build(UNARY.fit([1] * 5_000, None), None)
    message = np.array([4_999, 0, 2_500, 1], np.uint16)
    bits = coder.encode(message)
    assert len(bits) == 5_000 + 1 + 2_501 + 2
    assert coder.decode(bits, 4).tolist() == message.tolist()
    with pytest.raises(CorruptError, match="ends within its 4 tokens"):
        coder.decode(bits[:-1], 4)


@pytest.mark.slow
def test_words_that_would_fill_the_memory_are_refused() -> None:
    """Unary of 65,536 tokens has 268 MB of words."""
    with pytest.raises(DataError, match="the words of 65,536 tokens have more than 268,435,456 bits together"):
        UNARY.build(UNARY.fit([1] * 65_536, None), None)


@pytest.mark.parametrize("words", [["0", "01"], ["10", "1"], ["", "0"], ["00", "00"]])
def test_words_of_which_one_begins_another_are_refused(words: list[str]) -> None:
    with pytest.raises(DataError, match=r"the beginning of another|Kraft sum"):
        Codebook.of_words(lambda place: bitarray(words[place]), 2)


def test_a_file_tells_the_name_and_the_parameter_and_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODERS, "unary", UNARY)
    monkeypatch.setitem(CODERS, "rice", RICE)
    content = b"abracadabra"
    for name, lengths in (("unary", [1, 2, 3, 4, 5]), ("rice:1", [2, 2, 3, 3, 4])):
        data = encode(content, name)
        assert decode(data) == content
        [frame] = inspect(io.BytesIO(data), Limits())
        assert frame.header.coder.name == name
        assert frame.header.table == Table(Form.NAMED, 5)
        assert frame.payload_bits == sum(lengths["abcdr".index(chr(byte))] for byte in content)
    with pytest.raises(SpecError, match="rice needs its K: rice:K, a whole number from 0 to 9"):
        choose("rice")
    assert pack_table(Table(Form.NAMED, 5)) == b"\x06"
    assert unpack_table(b"\x06", 5) == Table(Form.NAMED, 5)
    with pytest.raises(DataError, match="a table of lengths does not fit unary"):
        UNARY.build(Table(Form.LENGTHS, 2, (1, 1)), None)
    with pytest.raises(DataError, match="a table of named does not fit huffman"):
        CODERS["huffman"].build(Table(Form.NAMED, 5), None)


def test_its_law_and_its_promise_are_those_of_its_words() -> None:
    p = Distribution(("0", "1", "2", "3"), (8, 4, 2, 1))
    coder, message = choose_rice(2), np.array([0, 3, 1], np.uint8)
    bounds = RICE.law(coder, Pair(p, p), message)
    assert bounds is not None
    assert bounds.hold(len(coder.encode(message)))
    assert not bounds.hold(len(coder.encode(message)) - 1)
    assert RICE.promise(coder, Pair(p, p))
    assert not RICE.promise(PrefixCoder("rice", Codebook.of([1, 2, 3, 3]), 2), Pair(p, p))
    assert not RICE.takes_q
    assert CODERS["huffman"].takes_q


def choose_rice(low: int) -> PrefixCoder:
    coder = RICE.build(RICE.fit([8, 4, 2, 1], low), low)
    assert isinstance(coder, PrefixCoder)
    return coder


def test_words_may_fill_their_room_to_the_last_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compress.coders.words.codebook.MOST_BITS", 10)
    assert Codebook.of_words(lambda place: unary(place), 4).size == 4
    with pytest.raises(DataError, match="the words of 5 tokens have more than 10 bits together"):
        Codebook.of_words(lambda place: unary(place), 5)


def test_the_empty_word_is_the_number_0() -> None:
    assert Codebook.of_words(lambda _: bitarray(), 1).values == [0]
