"""Vitter: its tree grown by hand, always one of Huffman's and the flattest, and what it costs beside Huffman's code."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compress import decode, encode, validate
from compress.coders.catalog import choose
from compress.coders.messages.vitter import FAMILY, VitterCoder
from compress.coders.protocol import Bounds, Form, Table
from compress.coders.reference import huffman_lengths
from compress.errors import CorruptError, DataError
from compress.experiments.comparison import expected_cost
from compress.probability.distribution import Distribution, Pair
from compress.sources.protocol import generator
from compress.symbols import smallest_dtype

P = Distribution.parse("a=1")


def checked(size: int, message: list[int]) -> bitarray:
    """The payload: it comes back, whatever follows it, and has the bits of a walk from tree to tree."""
    coder, symbols = VitterCoder(size), np.array(message, smallest_dtype(size))
    bits = coder.encode(symbols)
    for behind in ("", "0" * 40, "1" * 40):
        assert coder.decode(bits + bitarray(behind), symbols.size).tolist() == message
    law = FAMILY.law(coder, Pair(P, P), symbols)
    assert law == Bounds(len(bits), len(bits) + 1)
    return bits


def lengths_after(size: int, message: list[int]) -> list[tuple[int, int]]:
    """Of each leaf how often its token came, and how deep it is; what is left is that of all that have not come."""
    coder, counts = VitterCoder(size), np.bincount(message, minlength=size)
    before = len(coder.encode(np.array(message, np.uint8)))
    found = [
        (int(counts[symbol]), len(coder.encode(np.array([*message, symbol], np.uint8))) - before)
        for symbol in np.flatnonzero(counts).tolist()
    ]
    left = 1 - sum(Fraction(1, 1 << depth) for _, depth in found)
    return [*found, (0, left.denominator.bit_length() - 1)] if left else found


class Slid:
    """The tree as it is drawn in the paper: its nodes in a row, in which they slide."""

    def __init__(self, size: int) -> None:
        # Weight, symbol, number of the pair of children: one of both; size stands for all that have not come.
        self.size, self.row = size, [(0, size, -1)]

    def place(self, symbol: int, pair: int = -1) -> int:
        return next(at for at, node in enumerate(self.row) if node[1:] == (symbol, pair))

    def parent(self, at: int) -> int:
        return self.place(-1, (at - 1) // 2) if at else -1

    def word(self, symbol: int) -> str:
        at, word = self.place(symbol if any(node[1] == symbol for node in self.row) else self.size), ""
        while at:
            word, at = str(at % 2) + word, self.parent(at)
        return word

    def slide(self, at: int) -> int:
        weight, symbol, pair = self.row.pop(at)
        to, above = at, self.parent(at) if symbol < 0 else -1
        while to and (self.row[to - 1][1] < 0, self.row[to - 1][0]) == (
            (True, weight) if symbol >= 0 else (False, weight + 1)
        ):
            to -= 1
        self.row.insert(to, (weight + 1, symbol, pair))
        return self.parent(to) if symbol >= 0 else above

    def learn(self, symbol: int) -> None:
        late = False
        if all(node[1] != symbol for node in self.row):
            at = len(self.row) - 1
            if sum(node[1] >= 0 for node in self.row) < self.size:
                self.row[at:] = [(0, -1, at // 2), (0, symbol, -1), (0, self.size, -1)]
                late = True
            else:
                self.row[at] = (0, symbol, -1)
        else:
            old = self.place(symbol)
            at = next(at for at, node in enumerate(self.row) if node[1] >= 0 and node[0] == self.row[old][0])
            self.row[at], self.row[old] = self.row[old], self.row[at]
            if at == len(self.row) - 2 and self.row[-1][1] == self.size:
                at, late = self.parent(at), True
        while at >= 0:
            at = self.slide(at)
        if late:
            self.slide(self.place(symbol))


# By hand, from J. S. Vitter 1987, sec. 3: what rises slides ahead of its block, and leaves stand behind nodes.
@pytest.mark.parametrize(
    ("size", "message", "words"),
    [
        # A new token is told by the leaf of all that have not come, and its number among those.
        # b: leaf "" and 0 of a, b.  b: 1.  a: leaf 0, and there is but one.  a, a: 0, then 1, for it has overtaken b.
        (2, [1, 1, 0, 0, 0, 0], ["1", "1", "0", "0", "0", "1"]),
        # One token: nothing is left to say.
        (1, [0, 0, 0], ["", "", ""]),
        # Number 0 of 3 is 0, for the others are 10 and 11.  The last that waits, c, gets it; so c is 0 of 2, behind the
        # leaf, 0.  Now the node of c and the leaf weighs 1, ahead of a, so that the leaf is 10.
        (3, [0, 2, 1], ["0", "00", "10"]),
        (4, [0, 1, 0, 2, 3], ["00", "010", "0", "001", "110"]),
    ],
)
def test_words_by_hand(size: int, message: list[int], words: list[str]) -> None:
    assert checked(size, message).to01() == "".join(words)
    steps = FAMILY.steps
    assert steps is not None
    told = steps(VitterCoder(size), np.array(message, np.uint8))
    assert [step["word"] for _, step in told.sent] == words
    assert [step["token is"] for _, step in told.found] == [
        "known" if symbol in message[:at] else "new" for at, symbol in enumerate(message)
    ]


@pytest.mark.both_forms(slow=True)
def test_all_short_messages_are_a_prefix_free_code() -> None:
    for size in (1, 2, 3):
        for count in range(6):
            payloads = sorted(
                checked(size, list(message)).to01() for message in itertools.product(range(size), repeat=count)
            )
            for shorter, longer in itertools.pairwise(payloads):
                assert not longer.startswith(shorter), (size, count)
            # And there is no bit that could be spared: any bits are some message.
            assert sum(Fraction(1, 1 << len(payload)) for payload in payloads) == 1


@pytest.mark.both_forms(slow=True)
@settings(max_examples=25)
@given(st.sampled_from([1, 2, 5, 17, 256]), st.integers(0, 2**32), st.integers(0, 200))
@example(40, 3, 1500)
def test_any_message(size: int, seed: int, n: int) -> None:
    rng = np.random.Generator(generator(seed))
    # Of some seeds the tokens are all alike, of others nearly the same one.
    message = (size * rng.random(n) ** (1 + seed % 9)).astype(int).tolist()
    checked(size, message)


@pytest.mark.slow
@pytest.mark.parametrize("size", [257, 3000, 70_000])
def test_large_alphabets(size: int) -> None:
    rng = np.random.Generator(generator(size))
    for n in (3, 900):
        checked(size, (size * rng.random(n) ** 3).astype(int).tolist())


@given(st.integers(1, 9), st.lists(st.integers(0, 8), max_size=60))
def test_words_are_those_of_a_row_in_which_nodes_slide(size: int, message: list[int]) -> None:
    tree, coder, payload = Slid(size), VitterCoder(size), ""
    for stop, symbol in enumerate((symbol % size for symbol in message), 1):
        word = tree.word(symbol)
        longer = coder.encode(np.array(message[:stop], np.uint8) % size).to01()
        assert longer.startswith(payload + word)
        payload = longer
        tree.learn(symbol)


@given(st.lists(st.integers(0, 4), max_size=30))
def test_the_tree_is_huffmans_and_the_flattest_of_them(message: list[int]) -> None:
    found = lengths_after(5, message)
    counts, depths = [count for count, _ in found], [depth for _, depth in found]
    best = [
        (sum(map(int.__mul__, sorted(counts, reverse=True), lengths)), sum(lengths), max(lengths))
        for lengths in itertools.combinations_with_replacement(range(len(counts)), len(counts))
        if sum(Fraction(1, 1 << length) for length in lengths) <= 1
    ]
    cost = min(best)[0]
    flattest = [rest for least, *rest in best if least == cost]
    assert sum(map(int.__mul__, counts, depths)) == cost
    assert sum(depths) == min(total for total, _ in flattest)
    assert max(depths) == min(longest for _, longest in flattest)


def test_it_costs_at_most_a_bit_a_token_more_than_huffmans_code() -> None:
    """Vitter's theorem: S <= V < S + n - K + 1, and what tells new tokens apart is counted by itself."""
    rng = np.random.Generator(generator(2))
    for case in range(40):
        size, n = 2 + case % 12, 50 * (1 + case % 7)
        message = (size * rng.random(n) ** (1 + case % 4)).astype(int)
        counts = np.bincount(message, minlength=size)
        static = int(counts @ np.array(huffman_lengths(counts.tolist())))
        numbers = sum((left - 1).bit_length() for left in range(1, size + 1))
        assert len(checked(size, message.tolist())) <= static + n + numbers, case


def test_in_the_long_run_it_costs_what_huffmans_code_costs() -> None:
    p = Distribution.parse("a=.4,b=.2,c=.2,d=.1,e=.1")
    assert expected_cost(p, choose("vitter")) == expected_cost(p, choose("huffman")) == pytest.approx(2.2)
    run = validate(p, "true", "vitter", n=60_000, seed=3)
    assert run.bits_per_token == pytest.approx(2.2, abs=0.01)
    assert run.expected_bits_per_token is None
    assert run.verdict == "pass"


def test_a_file_holds_no_table_and_restarts_with_each_block() -> None:
    data = b"abracadabra" * 40_000
    file = encode(data, coder="vitter")
    assert decode(file) == data
    assert FAMILY.fit([5, 3], None) == Table(Form.NAMED, 2)
    with pytest.raises(DataError, match="a table of counts does not fit vitter"):
        FAMILY.build(Table(Form.COUNTS, 2, (1, 1)), None)


@pytest.mark.both_forms
def test_bits_that_end_too_soon_are_an_error() -> None:
    coder = VitterCoder(9)
    bits = coder.encode(np.array([3, 1, 4, 1, 5, 8, 2, 6, 5, 3, 5], np.uint8))
    for length in range(len(bits)):
        with pytest.raises(CorruptError, match=rf"the payload of {length} bits ends within token \d+ of 11"):
            coder.decode(bits[:length], 11)
    with pytest.raises(DataError):
        coder.encode(np.array([9], np.uint8))


@pytest.mark.slow
def test_where_a_walk_is_too_much_work_no_length_is_stated() -> None:
    assert FAMILY.law(VitterCoder(1 << 20), Pair(P, P), np.zeros(4_000, np.uint32)) is None
    bits = VitterCoder(1 << 20).encode(np.arange(20_000, dtype=np.uint32))
    assert VitterCoder(1 << 20).decode(bits, 20_000).tolist() == list(range(20_000))
