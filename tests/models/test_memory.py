"""What a model says of the memory that a price takes, beside what it takes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from peaks import peak_of

from compress.coders.streams.interval import readable, written
from compress.models.catalog import recipe_named
from compress.models.chains import Chained
from compress.models.sequential import Compiled
from compress.probability.frequencies import TOTAL
from compress.symbols import smallest_dtype

# What any call takes, bytes.
LITTLE = 1 << 14


def told(spec: str) -> Callable[[int], Compiled]:
    recipe = recipe_named(spec)
    assert recipe is not None
    return recipe.build


def even_chain(size: int) -> Compiled:
    return Chained("chain", np.full((size + 1, size), TOTAL // size, np.int64))


MODELS = (
    *(pytest.param(told("kt"), size, id=f"kt, {size}") for size in (2, 256, 1 << 16)),
    *(pytest.param(told("laplace"), size, id=f"laplace, {size}") for size in (256, 1000)),
    *(
        pytest.param(told(f"order:{order}"), size, id=f"order:{order}, {size}")
        for order, size in ((1, 2), (2, 256), (5, 256), (5, 1 << 16))
    ),
    *(pytest.param(even_chain, size, id=f"chain, {size}") for size in (2, 256)),
    pytest.param(told("mix"), 256, id="mix", marks=pytest.mark.slow),
)


@pytest.mark.parametrize("n", [1 << 10, 1 << 17])
@pytest.mark.parametrize(("build", "size"), MODELS)
def test_the_price_of_a_message_takes_the_memory_that_is_said(
    build: Callable[[int], Compiled], size: int, n: int
) -> None:
    model = build(size)
    symbols = np.random.default_rng(0).integers(0, size, n).astype(smallest_dtype(size))
    # What is loaded and compiled once is no part of it.
    model.ideal_bits(symbols)
    assert peak_of(lambda: model.ideal_bits(symbols)) <= model.room_to_price(n) + LITTLE


@pytest.mark.parametrize("n", [1 << 10, 1 << 17])
@pytest.mark.parametrize(("build", "size"), MODELS)
def test_coding_takes_the_memory_that_is_said(build: Callable[[int], Compiled], size: int, n: int) -> None:
    symbols = np.random.default_rng(0).integers(0, size, n).astype(smallest_dtype(size))
    model = build(size)
    out = np.zeros(model.dearest_bits * n // 8 + 16, np.uint8)
    # What is loaded and compiled once is no part of it.
    count = build(size).encode_into(symbols, out)
    assert peak_of(lambda: model.encode_into(symbols, np.zeros_like(out))) <= model.room(n) + out.size + LITTLE
    payload, due = written(out, count), symbols.copy()
    data = readable(payload)
    build(size).decode_from(data, symbols)
    model = build(size)
    assert peak_of(lambda: model.decode_from(data, symbols)) <= model.room(n) + LITTLE
    assert symbols.tolist() == due.tolist()
