"""A network that reads: its gradient is that of its loss, and its windows are the characters before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress.training.characters import CharacterNetwork, windows
from compress.training.network import Network


@given(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 4), st.integers(0, 2**32))
def test_the_gradient_is_that_of_finite_differences(
    size: int, window: int, dimensions: int, hidden: int, seed: int
) -> None:
    network = CharacterNetwork.drawn(size, window, dimensions, max(hidden, 1), np.random.PCG64(seed))
    rng = np.random.Generator(np.random.PCG64(seed))
    symbols = rng.integers(0, size, 7).astype(np.uint8)
    x, step = windows(symbols, window, size), 1e-6
    gradient = network.gradient(x, symbols)
    for index in np.ndindex(network.vectors.shape):
        losses = []
        for sign in (1, -1):
            vectors = network.vectors.copy()
            vectors[index] += sign * step
            losses.append(CharacterNetwork(vectors, network.network).loss(x, symbols))
        assert gradient.vectors[index] == pytest.approx((losses[0] - losses[1]) / (2 * step), abs=1e-6)
    # What lies above is `Network`, with its own test; here only that it is asked with the right inputs.
    own = network.network.gradient(network.vectors[x].reshape(7, -1), symbols)
    for one, other in zip(gradient.network.layers, own.layers, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_a_window_has_the_characters_before_and_not_the_one_itself() -> None:
    symbols = np.array([2, 0, 1, 1], np.uint8)
    assert windows(symbols, 3, 3).tolist() == [[3, 3, 3], [3, 3, 2], [3, 2, 0], [2, 0, 1]]
    assert windows(symbols[:0], 2, 3).shape == (0, 2)


def test_where_there_is_no_character_no_byte_may_stand() -> None:
    assert windows(np.array([0, 255], np.uint8), 1, 256).tolist() == [[256], [0]]


def test_a_sum_adds_both_parts() -> None:
    one = CharacterNetwork.drawn(3, 2, 2, 4, np.random.PCG64(1))
    twice = one.plus(one, 2.0)
    assert np.allclose(twice.vectors, 3 * one.vectors)
    assert np.allclose(twice.network.layers[0][0], 3 * one.network.layers[0][0])
    assert one.size == one.vectors.size + one.network.size
    assert isinstance(one.network, Network)
