"""What a model says of the memory that a price takes, beside what it takes."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

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


BUILDS = {
    **{spec: told(spec) for spec in ("kt", "laplace", "order:1", "order:2", "order:5", "mix")},
    "chain": even_chain,
}
SIZES = {"kt": (2, 256, 1 << 16), "laplace": (256, 1000), "order:1": (2,), "order:5": (256, 1 << 16), "chain": (2, 256)}


def cases() -> Iterator[Any]:
    """Each model with a short message and a long one, and its form: machine code of contexts takes seconds to make."""
    for (spec, build), n in itertools.product(BUILDS.items(), (1 << 10, 1 << 17)):
        dear = (spec.startswith("order") and n == 1 << 17) or spec == "mix"
        form = "never" if spec.startswith("order") and not dear else "always"
        for size in SIZES.get(spec, (256,)):
            yield pytest.param(build, size, n, form, id=f"{spec}, {size}, {n}", marks=[pytest.mark.slow] * dear)


@pytest.mark.parametrize(("build", "size", "n", "_form"), [*cases()], indirect=["_form"])
def test_the_price_of_a_message_takes_the_memory_that_is_said(
    build: Callable[[int], Compiled], size: int, n: int
) -> None:
    model = build(size)
    symbols = np.random.default_rng(0).integers(0, size, n).astype(smallest_dtype(size))
    # What is loaded and compiled once is no part of it.
    model.ideal_bits(symbols)
    assert peak_of(lambda: model.ideal_bits(symbols)) <= model.room_to_price(n) + LITTLE


@pytest.mark.parametrize(("build", "size", "n", "_form"), [*cases()], indirect=["_form"])
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
