"""Q in a file as weights: frequencies over 2^40, or a file's own counts, rounded.

What a code is built from can be told instead of the code itself.  That is shorter where the code is large: an
arithmetic coder has no words to tell, and a block code has words for all pairs, triples, and so on.

Next: `arithmetic` (one number for a message).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from compress.coders.protocol import Form, Table
from compress.errors import DataError, SpecError
from compress.probability.frequencies import Frequencies, rounded

__all__ = ["ByWeights", "fit_counts", "fit_weights", "told_by_weights", "weights_of"]


def fit_weights(weights: Sequence[int], _: int | None = None) -> Table:
    """Frequencies over 2^40.

    >>> fit_weights([3, 3]), fit_weights([3, 1]).numbers[1] == 1 << 38
    (Table(form=<Form.EQUAL: 0>, size=2, numbers=()), True)
    """
    frequencies, size = Frequencies.of(weights).values, len(weights)
    if np.array_equal(frequencies, Frequencies.of([1] * size).values):
        return Table(Form.EQUAL, size)
    return Table(Form.PARTS, size, tuple(frequencies.tolist()))


def fit_counts(counts: Sequence[int], _: int | None = None) -> Table:
    """A file's own counts, to the upper half of their bits.

    >>> fit_counts([1000, 7]).numbers
    (992, 8)
    """
    return Table(Form.COUNTS, len(counts), tuple(rounded(counts)))


class ByWeights(NamedTuple):
    """How a coder that is built from weights is told: what `Family` takes."""

    fit: Callable[[Sequence[int], int | None], Table]
    fit_counts: Callable[[Sequence[int], int | None], Table]
    build: Callable[[Table, int | None], Any]


def told_by_weights(
    name: str, make: Callable[[str, tuple[int, ...], int], Any], require: Callable[[Sequence[int], int], None]
) -> ByWeights:
    """A coder's table is its weights; make(name, weights, parameter).

    require(weights, parameter): raises SpecError where it cannot have so many; of a file that is a DataError, for
    whoever reads it has chosen nothing.

    >>> how = told_by_weights("pair", lambda *told: told, lambda weights, parameter: None)
    >>> how.build(how.fit_counts([3, 1], 2), 2)
    ('pair', (4, 1), 2)
    """

    def fitted(fit: Callable[[Sequence[int]], Table]) -> Callable[[Sequence[int], int | None], Table]:
        def checked(weights: Sequence[int], parameter: int | None) -> Table:
            assert parameter is not None
            require(weights, parameter)
            return fit(weights)

        return checked

    def build(table: Table, parameter: int | None) -> Any:
        assert parameter is not None
        weights = tuple(weights_of(table, name))
        try:
            require(weights, parameter)
        except SpecError as error:
            raise DataError(str(error)) from None
        return make(name, weights, parameter)

    return ByWeights(fitted(fit_weights), fitted(fit_counts), build)


def weights_of(table: Table, name: str) -> Sequence[int]:
    """The weights that a table tells.  Raises DataError for a table of another form.

    >>> weights_of(Table(Form.EQUAL, 3), "arithmetic")
    (1, 1, 1)
    """
    if table.form == Form.EQUAL:
        return (1,) * table.size
    if table.form in (Form.PARTS, Form.COUNTS):
        return table.numbers
    raise DataError(f"a table of {table.form.name.lower()} does not fit {name}")
