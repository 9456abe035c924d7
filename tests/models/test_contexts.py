"""Contexts: the compiled loops are the plain ones bit for bit, and cost what the closed form says in each context."""

from __future__ import annotations

import itertools
import math
from collections import Counter, defaultdict
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from damage import is_message
from hypothesis import example, given, settings
from hypothesis import strategies as st

from compress.errors import DataError, LimitError, SpecError
from compress.models.catalog import recipe_named, sequential
from compress.models.contexts import Contexts
from compress.models.driven import DrivenCoder
from compress.models.links import encode_contexts
from compress.models.sequential import SequentialCoder
from compress.sources.tokens import tokeniser
from compress.symbols import Symbols, smallest_dtype

SAMPLES = Path(__file__).parents[2] / "samples"


def a_model(order: int, size: int, alpha: Fraction = Fraction(1, 32)) -> Contexts:
    return Contexts(f"order:{order}", size, alpha, order)


def drawn(size: int, n: int, seed: int, stickiness: float) -> Symbols:
    """n symbols, each the one before or a new one."""
    rng = np.random.Generator(np.random.PCG64(seed))
    symbols = rng.integers(0, size, n)
    for i in range(1, n):
        if rng.random() < stickiness:
            symbols[i] = symbols[i - 1]
    return symbols.astype(smallest_dtype(size))


FEW, MANY = (1, 2, 3, 4, 17, 256), (257, 70_000)


@st.composite
def messages(draw: st.DrawFn, sizes: tuple[int, ...] = FEW + MANY) -> tuple[Contexts, Symbols]:
    size = draw(st.sampled_from(sizes))
    alpha = Fraction(draw(st.integers(1, 9)), draw(st.integers(1, 40)))
    n, seed = draw(st.integers(0, 150)), draw(st.integers(0, 2**32))
    return a_model(draw(st.integers(1, 5)), size, alpha), drawn(size, n, seed, draw(st.sampled_from([0.0, 0.5, 0.95])))


@pytest.mark.both_forms
@settings(max_examples=25)
@given(messages(FEW))
@example((a_model(5, 1), np.zeros(9, np.uint8)))
@example((a_model(2, 3), np.array([2, 0, 2, 1, 2, 0, 2, 1, 0, 0, 0, 0], np.uint8)))
def test_the_compiled_loops_are_the_plain_ones_bit_for_bit(case: tuple[Contexts, Symbols]) -> None:
    require_the_same(*case)


@pytest.mark.both_forms(slow=True)
@settings(max_examples=10)
@given(messages(MANY))
def test_the_loops_of_wide_symbols_are_the_plain_ones_bit_for_bit(case: tuple[Contexts, Symbols]) -> None:
    require_the_same(*case)


def require_the_same(model: Contexts, symbols: Symbols) -> None:
    fast, plain = SequentialCoder(model), DrivenCoder(model)
    # The plain one sums K numbers for each token.
    symbols = symbols if model.size < 1_000 else symbols[:20]
    bits = fast.encode(symbols)
    assert bits == plain.encode(symbols)
    assert fast.encode(symbols) == bits
    for behind in ("", "0" * 70, "1" * 70, "10" * 9):
        assert np.array_equal(fast.decode(bits + bitarray(behind), symbols.size), symbols)
    assert np.array_equal(plain.decode(bits, symbols.size), symbols)


@given(messages())
def test_a_message_costs_the_closed_form_of_each_context_and_less_than_two_bits_more(
    case: tuple[Contexts, Symbols],
) -> None:
    model, symbols = case
    coder, a = SequentialCoder(model), float(model.alpha)
    followers: defaultdict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
    for t, symbol in enumerate(symbols.tolist()):
        followers[tuple(symbols[max(0, t - model.order) : t].tolist())][symbol] += 1
    nats = 0.0
    for counts in followers.values():
        nats += math.lgamma(counts.total() + model.size * a) - math.lgamma(model.size * a)
        nats -= math.fsum(math.lgamma(count + a) - math.lgamma(a) for count in counts.values())
    assert coder.ideal_bits(symbols) == pytest.approx(nats / math.log(2), abs=1e-7)
    assert coder.law(symbols).hold(len(coder.encode(symbols)))


def test_all_short_messages_are_a_prefix_free_code() -> None:
    coder = SequentialCoder(a_model(2, 3))
    for n in range(5):
        words = [coder.encode(np.array(symbols, np.uint8)).to01() for symbols in itertools.product(range(3), repeat=n)]
        assert len(set(words)) == 3**n
        assert not any(b.startswith(a) for a, b in itertools.permutations(words, 2))


def test_order_0_is_kt_with_another_alpha() -> None:
    symbols = drawn(9, 500, seed=3, stickiness=0.3)
    kt, same = recipe_named("kt"), recipe_named("order:0,1/2")
    assert kt is not None
    assert same is not None
    assert SequentialCoder(kt.build(9)).encode(symbols) == SequentialCoder(same.build(9)).encode(symbols)


def test_a_longer_context_knows_more_of_prose() -> None:
    stream = tokeniser("bytes").split((SAMPLES / "prose.txt").read_bytes())
    costs = []
    for order in range(3):
        recipe = recipe_named(f"order:{order}")
        assert recipe is not None
        bits = SequentialCoder(recipe.build(len(stream.tokens))).encode(stream.symbols)
        costs.append(len(bits) / stream.symbols.size)
    assert costs[0] > costs[1] + 0.5
    assert costs[1] > costs[2] + 0.1


@pytest.mark.parametrize("spec", ["kt", "laplace", "order:0", "order:3", "order:2,0.5", "order:1,3/7"])
def test_what_a_file_tells_is_the_whole_model(spec: str) -> None:
    recipe = recipe_named(spec)
    assert recipe is not None
    symbols = drawn(7, 200, seed=5, stickiness=0.6)
    assert sequential(recipe.table(7)).encode(symbols) == SequentialCoder(recipe.build(7)).encode(symbols)


@pytest.mark.parametrize(
    "numbers", [(3,), (3, 6, 1, 32), (3, 2, 0, 1), (3, 2, 2, 64), (3, 2, 1, 0), (3, 2, 1, 1001), (4,), (1, 1), ()]
)
def test_a_recipe_that_no_file_has_is_refused(numbers: tuple[int, ...]) -> None:
    kt = recipe_named("kt")
    assert kt is not None
    table = kt.table(4)
    with pytest.raises(DataError):
        sequential(type(table)(table.form, table.size, numbers))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("order", "order needs a number of tokens, for example order:2"),
        ("order:alpha=1", "order needs a number of tokens, for example order:2"),
        ("order:6", "the k of order is a whole number from 0 to 5"),
        ("order:1.5", "the k of order is a whole number from 0 to 5"),
        ("order:2,0", "the alpha of order is a fraction of two whole numbers from 1 to 1,000, as 1/32 is"),
        ("order:2,0.0001", "the alpha of order is a fraction of two whole numbers from 1 to 1,000"),
        ("order:2,1,1", "order:2,1,1 has too many numbers; it is written order:k=...,alpha=..."),
        ("order:two", "'two' is not a number"),
    ],
)
def test_impossible_words_are_refused(spec: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        recipe_named(spec)
    assert str(caught.value).startswith(message)


def test_a_message_that_a_context_cannot_count_is_refused() -> None:
    recipe = recipe_named("order:2,1/1000")
    assert recipe is not None
    coder = SequentialCoder(recipe.build(256))
    assert coder.model.longest == (2**31 - 1 - 256) // 1_000
    with pytest.raises(LimitError, match="more than order:2,1/1000 counts in a message"):
        coder.decode(bitarray(), coder.model.longest + 1)


def test_the_memory_of_contexts_is_that_of_all_that_can_come() -> None:
    """Of two kinds of tokens at most 4 contexts of two, and 8 tokens after them; places of a hash table for as many."""
    recipe = recipe_named("order:2")
    assert recipe is not None
    assert recipe.build(2).room(1000) == 4 * (4 * (4 + 4) + 4 * (8 + 4) + 32 + 2)
    assert recipe.build(256).room(5) == 4 * (4 * (5 + 4) + 4 * (5 + 4) + 32 + 2)


@pytest.mark.slow
@given(st.integers(1, 300), st.integers(1, 3), st.integers(0, 200), st.binary(max_size=40))
def test_damage_is_an_error_or_another_message(size: int, order: int, count: int, payload: bytes) -> None:
    bits = bitarray(endian="big")
    bits.frombytes(payload)
    for coder in (SequentialCoder(a_model(order, size)), DrivenCoder(a_model(order, size))):
        is_message(coder, bits, count, size)


def test_contexts_of_the_same_place_in_the_table_are_told_apart() -> None:
    """12,000 contexts of three tokens, a third of them with the same last one: each is made once, no two are one."""
    symbols = np.random.Generator(np.random.PCG64(2)).integers(1, 200, 12_000).astype(np.uint8)
    symbols[::3] = 0
    model = a_model(3, 200)
    memory = model._memory(symbols.size)
    encode_contexts(symbols, 200, 3, 1, 32, *memory, np.zeros(48_000, np.uint8))
    past = [tuple(symbols[max(0, t - 3) : t].tolist()) for t in range(symbols.size + 1)]
    assert int(memory.used[0]) == len(set(past))
    links = {(*context, symbol) for context, symbol in zip(past, symbols.tolist(), strict=False)}
    assert int(memory.used[1]) == len(links)
