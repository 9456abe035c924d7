"""PrefixCoder: the payload is the words, one after the other, and nothing else."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

from compress.coders.words.codebook import ABSENT, Codebook
from compress.coders.words.fixed import fixed
from compress.coders.words.huffman import huffman
from compress.coders.words.prefix import PrefixCoder
from compress.coders.words.shannon import shannon
from compress.errors import CorruptError, DataError
from compress.sources.protocol import generator
from compress.symbols import Symbols, smallest_dtype


def coder_of(lengths: Sequence[int]) -> PrefixCoder:
    return PrefixCoder("test", Codebook.of(lengths))


def symbols_of(values: Sequence[int], size: int) -> Symbols:
    return np.array(values, dtype=smallest_dtype(size))


def bits_of(string: str) -> bitarray:
    return bitarray(string, endian="big")


def random_bits(rng: np.random.Generator, count: int) -> bitarray:
    return bits_of("".join(map(str, rng.integers(0, 2, count).tolist())))


def joined_words(book: Codebook, message: Sequence[int]) -> bitarray:
    """The payload as its definition reads."""
    bits = bitarray(endian="big")
    for symbol in message:
        word = book.words[symbol]
        assert word is not None
        bits += word
    return bits


def small_books(size: int, longest: int) -> Iterator[Codebook]:
    """Every book of K symbols with words of up to `longest` bits, complete or not, some symbols absent."""
    for lengths in itertools.product(range(ABSENT, longest + 1), repeat=size):
        if max(lengths) >= 0 and sum(2.0**-length for length in lengths if length >= 0) <= 1:
            yield Codebook.of(lengths)


def messages(book: Codebook, longest: int) -> Iterator[list[int]]:
    """Every message of up to `longest` symbols that have words."""
    present = [symbol for symbol in range(book.size) if book.lengths[symbol] != ABSENT]
    for count in range(longest + 1):
        yield from map(list, itertools.product(present, repeat=count))


def unary(size: int) -> list[int]:
    """1, 2, ..., K-1, K-1: the lengths of a geometric distribution."""
    return [*range(1, size), size - 1]


def fibonacci(size: int) -> list[int]:
    weights = [1, 1]
    while len(weights) < size:
        weights.append(weights[-1] + weights[-2])
    return weights


def check_round_trip(coder: PrefixCoder, message: Sequence[int], follow: bitarray) -> bitarray:
    """Encode, compare with the words joined, decode alone and with other bits behind; returns the payload."""
    symbols = symbols_of(message, coder.book.size)
    bits = coder.encode(symbols)
    assert bits == joined_words(coder.book, message)
    assert len(bits) == coder.ideal_bits(symbols)
    for payload in (bits, bits + follow):
        decoded = coder.decode(payload, len(message))
        assert decoded.dtype == smallest_dtype(coder.book.size)
        assert decoded.tolist() == list(message)
    return bits


# Golden bits


@pytest.mark.both_forms
def test_the_message_abcda_in_the_worked_example_is_0_10_110_111_0() -> None:
    """a = 0, b = 10, c = 110, d = 111 (the book drawn in `codebook`): 1 + 2 + 3 + 3 + 1 = 10 bits."""
    bits = coder_of([1, 2, 3, 3]).encode(symbols_of([0, 1, 2, 3, 0], 4))
    assert bits.to01() == "0101101110"


@pytest.mark.both_forms
def test_three_fixed_words_of_2_bits_are_00_01_10() -> None:
    bits = PrefixCoder("fixed", fixed([1, 1, 1])).encode(symbols_of([2, 1, 0, 2], 3))
    assert bits.to01() == "10010010"


@pytest.mark.both_forms
def test_a_word_of_40_bits_is_written_with_its_first_bit_first() -> None:
    """Unary with K = 41: symbol 2 is 110, symbol 39 is 39 ones and a zero, symbol 40 is 40 ones."""
    bits = coder_of(unary(41)).encode(symbols_of([2, 39, 0, 40], 41))
    assert bits.to01() == "110" + "1" * 39 + "0" + "0" + "1" * 40


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("name", "size", "bits", "digest"),
    [
        ("huffman", 5, 10000, "80dff32460134cb8"),
        ("huffman", 300, 68147, "ef7961281e5bfed3"),
        ("shannon", 300, 72550, "e6c3a656f086a1e0"),
        ("fixed", 300, 45000, "ccc290680fa59200"),
    ],
)
def test_the_same_message_gives_these_very_bits_compiled_or_not(name: str, size: int, bits: int, digest: str) -> None:
    weights = [10**6 // rank**2 + 1 for rank in range(1, size + 1)]
    construct = {"huffman": huffman, "shannon": shannon, "fixed": fixed}[name]
    message = [(i * i * 7 + i) % size for i in range(5000)]
    payload = PrefixCoder(name, construct(weights)).encode(symbols_of(message, size))
    assert len(payload) == bits
    assert hashlib.sha256(payload.tobytes()).hexdigest()[:16] == digest


# Round trips


def test_every_short_message_in_every_small_book_comes_back() -> None:
    follow = bits_of("1011001")
    books = 0
    for size, longest, count in ((1, 3, 5), (2, 3, 5), (3, 2, 5), (4, 2, 4)):
        for book in small_books(size, longest):
            books += 1
            coder = PrefixCoder("test", book)
            for message in messages(book, count):
                check_round_trip(coder, message, follow)
    assert books > 90


@pytest.mark.both_forms
@pytest.mark.parametrize("lengths", [[1, 1], [1, 2, 2], [2, 1, 2], [1, 2, 3, 3], [2, ABSENT, 2, 2], [3], [0, ABSENT]])
def test_every_message_of_up_to_5_symbols_comes_back(lengths: list[int]) -> None:
    coder = coder_of(lengths)
    for message in messages(coder.book, 5 if len(lengths) < 4 else 4):
        check_round_trip(coder, message, bits_of("1011001"))


@pytest.mark.both_forms
def test_whatever_three_bits_follow_the_message_stays_the_same() -> None:
    coder = coder_of([1, 2, 3, 3])
    for message in messages(coder.book, 3):
        bits = coder.encode(symbols_of(message, 4))
        for follow in itertools.product("01", repeat=3):
            assert coder.decode(bits + bits_of("".join(follow)), len(message)).tolist() == message


@pytest.mark.both_forms
@pytest.mark.parametrize("size", [2, 12, 13, 14, 17, 18, 19, 31, 32, 33, 34, 45, 62, 63, 64, 65, 101])
def test_words_of_every_length_up_to_k_minus_1_come_back_in_any_mixture(size: int) -> None:
    """Unary words: within the table, beyond it, in two halves beyond 31 bits, and by bitarray beyond 62."""
    coder = coder_of(unary(size))
    rng = np.random.Generator(generator(size))
    for message in (
        list(range(size)),
        list(range(size - 1, -1, -1)),
        [size - 1] * 40,
        [size - 2] * 40,
        [symbol for pair in zip([0] * 40, [size - 1] * 40, strict=True) for symbol in pair],
        rng.integers(0, size, 300).tolist(),
    ):
        check_round_trip(coder, message, random_bits(rng, 70))


@pytest.mark.both_forms
@pytest.mark.parametrize(("size", "longest"), [(60, 59), (63, 62), (64, 63), (100, 99)])
def test_fibonacci_weights_make_words_of_k_minus_1_bits_which_come_back(size: int, longest: int) -> None:
    coder = PrefixCoder("huffman", huffman(fibonacci(size)))
    assert coder.book.longest == longest
    rng = np.random.Generator(generator(size))
    check_round_trip(coder, [*range(size), *rng.integers(0, size, 300).tolist()], random_bits(rng, 120))


@pytest.mark.both_forms
@pytest.mark.parametrize("offset", range(33))
def test_a_long_word_may_begin_at_any_bit_of_a_machine_word(offset: int) -> None:
    coder = coder_of(unary(60))
    check_round_trip(coder, [*[0] * offset, 59, 0, 58, 40, 1], bits_of("1" * 70))


@pytest.mark.parametrize("construct", [huffman, shannon, fixed])
@pytest.mark.parametrize("size", [1, 2, 3, 255, 256, 257, 65_535, 65_536])
def test_alphabets_at_every_edge_of_a_type_come_back(construct: object, size: int) -> None:
    assert callable(construct)
    book = construct([10**9 // rank for rank in range(1, size + 1)])
    rng = np.random.Generator(generator(size))
    symbols = rng.integers(0, size, 20_000).astype(smallest_dtype(size))
    symbols[:2] = 0, size - 1
    coder = PrefixCoder("test", book)
    bits = coder.encode(symbols)
    assert len(bits) == int(book.lengths[symbols].sum())
    assert np.array_equal(coder.decode(bits + random_bits(rng, 50), 20_000), symbols)


def test_65536_words_of_16_bits_write_the_symbols_themselves() -> None:
    symbols = np.arange(65_536, dtype=np.uint16)
    bits = PrefixCoder("fixed", fixed([1] * 65_536)).encode(symbols)
    assert bits.tobytes() == symbols.astype(">u2").tobytes()


@given(st.lists(st.integers(0, 10**40), min_size=1, max_size=50).filter(any), st.data())
def test_any_weights_and_any_message_come_back(weights: list[int], data: st.DataObject) -> None:
    possible = [symbol for symbol, weight in enumerate(weights) if weight]
    message = data.draw(st.lists(st.sampled_from(possible), max_size=60))
    follow = bits_of(data.draw(st.text("01", max_size=80)))
    for construct in (huffman, shannon, fixed):
        check_round_trip(PrefixCoder("test", construct(weights)), message, follow)


# Nothing, and certainty


@pytest.mark.both_forms
@pytest.mark.parametrize("lengths", [[0], [1, 1], unary(20), unary(60), unary(70)])
def test_an_empty_message_costs_0_bits(lengths: list[int]) -> None:
    coder = coder_of(lengths)
    assert coder.encode(symbols_of([], len(lengths))) == bitarray()
    assert coder.decode(bitarray(endian="big"), 0).tolist() == []
    assert coder.decode(bits_of("1" * 100), 0).tolist() == []


@pytest.mark.both_forms
def test_certainty_costs_0_bits_however_long_the_message() -> None:
    coder = coder_of([ABSENT, 0, ABSENT])
    symbols = symbols_of([1] * 1000, 3)
    assert len(coder.encode(symbols)) == 0
    assert coder.ideal_bits(symbols) == 0.0
    assert coder.decode(bitarray(endian="big"), 1000).tolist() == [1] * 1000


# What cannot be encoded


@pytest.mark.both_forms
@pytest.mark.parametrize("lengths", [[1, ABSENT, 1], [ABSENT, 0], [*unary(40), ABSENT], [*unary(70), ABSENT]])
def test_a_symbol_without_a_word_is_refused_by_name(lengths: list[int]) -> None:
    absent = lengths.index(ABSENT)
    coder = coder_of(lengths)
    symbols = symbols_of([absent], len(lengths))
    assert coder.ideal_bits(symbols) == math.inf
    with pytest.raises(DataError, match=f"symbol {absent} has no code word"):
        coder.encode(symbols)


@pytest.mark.both_forms
def test_a_symbol_outside_the_alphabet_is_refused() -> None:
    with pytest.raises(DataError, match="symbol 2 lies outside"):
        coder_of([1, 1]).encode(symbols_of([0, 2], 3))


# Damage


@pytest.mark.both_forms
@pytest.mark.parametrize(
    "lengths", [[1, 1], [1, 2, 3, 3], [2, 2, 2], [3, 3, 3, 3, 3], unary(20), unary(40), unary(60), unary(70)]
)
def test_a_payload_cut_anywhere_is_noticed(lengths: list[int]) -> None:
    """What is left at the cut is the beginning of a word, and no word is that short."""
    coder = coder_of(lengths)
    message = [0, len(lengths) - 1, 1, len(lengths) - 2]
    bits = coder.encode(symbols_of(message, len(lengths)))
    for kept in range(len(bits)):
        with pytest.raises(CorruptError):
            coder.decode(bits[:kept], len(message))


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("lengths", "payload"),
    [
        ([2, 2, 2], "11"),
        ([2, 2, 2], "0011"),
        ([1], "1"),
        ([3, 3, 3], "011" + "0" * 40),
        (list(range(1, 20)), "1" * 40),
        (list(range(1, 41)), "1" * 80),
        (list(range(1, 63)), "1" * 80),
        (list(range(1, 71)), "1" * 160),
    ],
)
def test_a_string_that_no_word_begins_is_noticed(lengths: list[int], payload: str) -> None:
    """Each book is incomplete: 2 2 2 leaves 11 unused, unary without its last word the ones."""
    coder = coder_of(lengths)
    assert not coder.book.is_complete
    with pytest.raises(CorruptError):
        coder.decode(bits_of(payload), 2)


@pytest.mark.both_forms
@pytest.mark.parametrize(
    "lengths",
    [
        [1, 1],
        [2, 2, 2],
        [1, 2, 3, 3],
        [3, 5, ABSENT, 9],
        unary(14),
        unary(20),
        unary(45),
        list(range(2, 60)),
        unary(70),
    ],
)
def test_random_payloads_decode_to_symbols_of_the_book_or_are_refused(lengths: list[int]) -> None:
    coder = coder_of(lengths)
    rng = np.random.Generator(generator(len(lengths)))
    for _ in range(60):
        bits = random_bits(rng, int(rng.integers(0, 200)))
        count = int(rng.integers(0, 40))
        try:
            symbols = coder.decode(bits, count)
        except CorruptError:
            continue
        assert symbols.size == count
        # What was read is what the payload begins with.
        assert bits[: int(coder.ideal_bits(symbols))] == joined_words(coder.book, symbols.tolist())


@pytest.mark.both_forms
@pytest.mark.parametrize("lengths", [[1, 1], [1, 2, 2], unary(40)])
def test_a_count_that_the_payload_cannot_hold_is_refused(lengths: list[int]) -> None:
    with pytest.raises(CorruptError, match=r"too short|ends within"):
        coder_of(lengths).decode(bits_of("0101"), 5)


@pytest.mark.parametrize("lengths", [[1, 1], unary(40), unary(70)])
def test_an_absurd_count_is_a_corrupt_payload_and_not_a_failed_allocation(lengths: list[int]) -> None:
    """Four bits hold at most four words: no array of 2^60 symbols need be asked for to see it."""
    with pytest.raises(CorruptError):
        coder_of(lengths).decode(bits_of("0101"), 1 << 60)


@pytest.mark.parametrize("lengths", [[1, 2, 3, 3], unary(70)])
def test_bits_of_the_other_endianness_decode_to_the_same_symbols(lengths: list[int]) -> None:
    """A bitarray's endianness is how it lies in memory; as a sequence of bits it is the same."""
    coder = coder_of(lengths)
    message = [3, 0, 1, 2, 2, 0, 3, 1, 1]
    bits = coder.encode(symbols_of(message, len(lengths)))
    other = bitarray(bits, endian="little")
    assert other == bits
    assert coder.decode(other, len(message)).tolist() == message


@pytest.mark.both_forms
@pytest.mark.parametrize(
    ("lengths", "payload", "count"),
    [([1, 2, 3, 3], "1" * 320, 320), ([1, 62, 62], "0" * 31 + "1", 32), ([1, 2, 2], "0" * 63 + "1", 64)],
)
def test_a_message_longer_than_its_payload_is_refused(lengths: list[int], payload: str, count: int) -> None:
    """As many bits as tokens, so that the count alone does not tell; the last word runs out of the payload."""
    coder = PrefixCoder("huffman", Codebook.of(lengths))
    with pytest.raises(CorruptError, match=f"ends within its {count} tokens|no code word"):
        coder.decode(bitarray(payload, endian="big"), count)
