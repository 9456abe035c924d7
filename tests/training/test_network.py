"""A network's gradient is that of its loss, by finite differences; and it learns what there is to learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.training.network import Believed, Descent, Network, orders, uniforms

Case = tuple[Network, np.ndarray, np.ndarray]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    inputs, hidden, classes = draw(st.integers(0, 4)), draw(st.integers(0, 5)), draw(st.integers(1, 4))
    rng = np.random.Generator(np.random.PCG64(draw(st.integers(0, 2**32))))
    sizes = [inputs, *([hidden] if hidden else []), classes]
    layers = tuple((rng.normal(size=(a, b)), rng.normal(size=b)) for a, b in zip(sizes, sizes[1:], strict=False))
    n = draw(st.integers(1, 9))
    return Network(layers), rng.normal(size=(n, inputs)), rng.integers(0, classes, n).astype(np.uint8)


@given(cases())
def test_the_gradient_is_that_of_finite_differences(case: Case) -> None:
    network, x, y = case
    gradient, step = network.gradient(x, y), 1e-6
    for place, layer in enumerate(network.layers):
        for which, array in enumerate(layer):
            for index in np.ndindex(array.shape):
                losses = []
                for sign in (1, -1):
                    moved = [[part.copy() for part in each] for each in network.layers]
                    moved[place][which][index] += sign * step
                    losses.append(Network(tuple((w, b) for w, b in moved)).loss(x, y))
                due = (losses[0] - losses[1]) / (2 * step)
                assert gradient.layers[place][which][index] == pytest.approx(due, abs=1e-6)


@given(cases())
def test_the_loss_is_the_mean_surprise(case: Case) -> None:
    network, x, y = case
    q = network.probabilities(x)
    assert q.sum(axis=1) == pytest.approx(np.ones(y.size))
    assert network.loss(x, y) == pytest.approx(
        -np.mean([math.log(row[k]) for row, k in zip(q, y.tolist(), strict=True)])
    )
    assert network.size == sum(w.size + b.size for w, b in network.layers)


def test_weights_are_drawn_on_both_sides_of_nothing() -> None:
    [(weights, biases), (last, _)] = Network.drawn(30, 20, 4, np.random.PCG64(3)).layers
    reach = math.sqrt(6 / 50)
    assert weights.min() == pytest.approx(-reach, rel=0.02)
    assert weights.max() == pytest.approx(reach, rel=0.02)
    assert abs(last.mean()) < 0.1
    assert not biases.any()


def test_what_was_believed_less_what_came_pulls_the_logits() -> None:
    network = Network(((np.zeros((0, 3)), np.log([0.5, 0.3, 0.2])),))
    [(_, biases)] = network.gradient(np.zeros((1, 0)), np.array([1], np.uint8)).layers
    assert biases == pytest.approx([0.5, 0.3 - 1, 0.2])


def test_a_layer_between_learns_what_one_layer_cannot() -> None:
    """Exclusive or."""
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 50, np.float64)
    y = (x[:, 0] != x[:, 1]).astype(np.uint8)
    losses = []
    for hidden in (0, 8):
        rng = np.random.PCG64(1)
        descent, order = Descent(Network.drawn(2, hidden, 2, rng), 0.1), orders(rng, 200)
        for _ in range(60):
            descent.epoch(x, y, next(order), 20)
        losses.append(descent.network.loss(x, y))
    assert losses[0] == pytest.approx(math.log(2), abs=0.02)
    assert losses[1] < 0.02


def test_a_seed_gives_the_same_network_and_the_same_orders() -> None:
    a, b = (Network.drawn(3, 4, 2, np.random.PCG64(5)) for _ in range(2))
    for one, other in zip(a.layers, b.layers, strict=True):
        assert all(np.array_equal(u, v) for u, v in zip(one, other, strict=True))
    assert not np.array_equal(a.layers[0][0], Network.drawn(3, 4, 2, np.random.PCG64(6)).layers[0][0])
    first, second = (next(orders(np.random.PCG64(2), 50)) for _ in range(2))
    assert first.tolist() == second.tolist()
    assert sorted(first.tolist()) == [*range(50)]
    each = orders(np.random.PCG64(2), 50)
    assert next(each).tolist() != next(each).tolist()
    assert uniforms(np.random.PCG64(1), 10_000).mean() == pytest.approx(0.5, abs=0.01)


def test_rounded_numbers_are_multiples() -> None:
    network = Network.drawn(3, 4, 2, np.random.PCG64(5)).rounded(3)
    for layer in network.layers:
        for array in layer:
            assert np.array_equal(array * 8, np.round(array * 8))


def test_beliefs_are_the_same_however_they_are_cut() -> None:
    """Which rows are asked for together may change their last digits, and a decoder asks for others."""
    rng = np.random.default_rng(0)
    n = 20_000
    network, x = Network.drawn(7, 5, 11, np.random.PCG64(1)), rng.normal(size=(n, 7))
    q, y = Believed(network, x), rng.integers(0, 11, n).astype(np.uint8)
    whole = q[0:n]
    assert q.shape == whole.shape == (n, 11)
    for begin, end in ((0, 1), (8_191, 8_193), (5, 17_000), (16_384, 20_000), (19_999, 30_000), (7, 7)):
        assert np.array_equal(q[begin:end], whole[begin:end])
    assert np.allclose(whole, network.probabilities(x), atol=1e-15)
    most, whose = q.likeliest()
    assert np.array_equal(most, whole.max(axis=1))
    assert np.array_equal(whose, whole.argmax(axis=1))
    assert np.array_equal(q.of(y), whole[np.arange(n), y])
    assert network.loss(x, y) == float(-np.log(whole[np.arange(n), y]).mean())
