"""The honest total: every way to send labels gives them back, and its bits are counted to the last one."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from bitarray import bitarray
from hypothesis import given
from hypothesis import strategies as st

from compress.models.counts import Counting
from compress.models.predictions import Manner
from compress.symbols import Symbols
from compress.training import totals as module
from compress.training.labelled import Labelled, Matrix, learn_birds
from compress.training.learn import FLOOR, Plan, learn_labels, trained
from compress.training.network import Network
from compress.training.totals import Sending, read_network, totals, written_network

MANNER = Manner(zeros=FLOOR)
PLAN = Plan(epochs=6)


def sent(data: Labelled, plan: Plan = PLAN) -> dict[str, Sending]:
    start = Network.drawn(data.x.shape[1], plan.hidden, len(data.classes), np.random.PCG64([plan.seed, 2]))
    train = partial(trained, start, plan)
    return {total.name: total for total in totals(data, train(data.x, data.y), train, MANNER)}


def test_each_way_gives_the_labels_back_and_learning_pays() -> None:
    data = learn_birds(2_000, seed=1)
    made = sent(data)
    assert all(total.comes_back for total in made.values())
    n = data.y.size
    assert made["uniform"].bits == pytest.approx(n * math.log2(3), abs=3)
    assert made["order 0, kt"].bits == pytest.approx(Counting.of("kt", 3).ideal_bits(data.y), abs=3)
    assert made["two-part"].bits < 0.85 * made["order 0, kt"].bits
    # It pays with labels that are sent before much is learned.
    assert made["two-part"].bits < made["prequential"].bits < 0.9 * made["order 0, kt"].bits
    assert made["two-part"].model_bits > 33
    assert made["two-part"].bits == made["two-part"].model_bits + made["two-part"].data_bits


def test_where_there_is_nothing_to_learn_it_does_not_pay() -> None:
    data = learn_birds(300, seed=1)
    rng = np.random.Generator(np.random.PCG64(1))
    blind = replace(data, y=rng.permutation(data.y))
    made = sent(blind, Plan(epochs=20, rate=0.05, hidden=10))
    assert made["prequential"].bits > made["order 0, kt"].bits
    assert made["two-part"].bits > made["order 0, kt"].bits
    assert all(total.comes_back for total in made.values())


@given(st.integers(0, 2**32), st.integers(0, 3), st.integers(0, 4), st.integers(1, 3), st.integers(1, 12))
def test_a_network_is_read_as_it_was_written(seed: int, inputs: int, hidden: int, classes: int, precision: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    sizes = [inputs, *([hidden] if hidden else []), classes]
    layers = tuple((3 * rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in zip(sizes, sizes[1:], strict=False))
    network = Network(layers).rounded(precision)
    bits = written_network(network, precision)
    # The receiver is told the precision by the bits alone.
    back = read_network(bits + bitarray("1011"), [weights.shape for weights, _ in layers])
    for one, other in zip(network.layers, back.layers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))
    # Elias' gamma code: of 1, 2, 3, ... 2·floor(log2) + 1 bits.
    wholes = [round(float(x) * 2**precision) for layer in network.layers for array in layer for x in array.ravel()]
    coded = [precision, *(2 * whole if whole > 0 else 1 - 2 * whole for whole in wholes)]
    assert len(bits) == sum(2 * (number.bit_length() - 1) + 1 for number in coded)


def test_the_precision_is_that_of_the_least_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    data = learn_birds(1_000, seed=2)
    best = sent(data)["two-part"]
    each = []
    for precision in range(1, 13):
        monkeypatch.setattr(module, "_PRECISIONS", [precision])
        each.append(sent(data)["two-part"].bits)
    assert best.bits == min(each)
    assert each[-1] > best.bits


def test_each_total_says_what_it_is_made_of() -> None:
    made = sent(learn_birds(200, seed=3))
    # 160 rows to learn from: 16, 16, 32, 64 and the 32 that are left.
    assert [(total.name, total.said) for total in made.values() if total.name != "two-part"] == [
        ("uniform", ""),
        ("order 0, kt", ""),
        ("prequential", "5 blocks"),
    ]
    assert [total.model_bits for total in made.values() if total.name != "two-part"] == [0, 0, 0]
    assert made["two-part"].said.startswith("33 numbers to 2^-")


def test_what_is_sent_first_is_sent_blindly() -> None:
    """The first block knows nothing, and each later one what came before it and no more."""
    data = learn_birds(200, seed=3)
    asked: list[tuple[int, bytes]] = []
    blank = Network.drawn(data.x.shape[1], 0, 3, np.random.PCG64(0))

    def watched(x: Matrix, y: Symbols) -> Network:
        asked.append((len(x), y.tobytes()))
        return blank

    made = {total.name: total for total in totals(data, blank, watched, MANNER)}
    # Each beginning twice: once for who sends, once for who receives.
    assert [n for n, _ in asked] == [16, 16, 32, 32, 64, 64, 128, 128]
    for ours, theirs in zip(asked[::2], asked[1::2], strict=True):
        assert ours == theirs
        assert ours[1] == data.y[: ours[0]].tobytes()
    assert made["prequential"].bits == pytest.approx(160 * math.log2(3), abs=2 * 5)


def test_learn_has_the_totals_and_fails_if_labels_do_not_come_back() -> None:
    made = learn_labels(learn_birds(300, seed=1), Plan(epochs=2))
    assert [total.name for total in made.totals] == ["uniform", "order 0, kt", "two-part", "prequential"]
    assert made.verdict == "pass"
    broken = (*made.totals[:3], replace(made.totals[3], comes_back=False))
    assert replace(made, totals=broken).verdict == "fail"
