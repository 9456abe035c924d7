"""The catalog of models: every recipe for a Q that changes, for the command line, the API and the file format.

To add a model: write its module, and list its recipe here.

Next: `ledger` (where every bit went).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from compress.coders.protocol import Form, Table
from compress.errors import DataError
from compress.models.counts import ALPHAS, Counting, CountingCoder

__all__ = ["MODELS", "Recipe", "recipe_named", "sequential"]


@dataclass(frozen=True)
class Recipe:
    """A belief that is made while the tokens come.

    number: in files, never used again for another.  build: the coder of K tokens.
    """

    spec: str
    number: int
    build: Callable[[int], CountingCoder]

    def table(self, size: int) -> Table:
        """All that a decoder must be told: no counts, for it counts for itself."""
        return Table(Form.RECIPE, size, (self.number,))


def _counting(spec: str, number: int) -> Recipe:
    return Recipe(spec, number, lambda size: CountingCoder(Counting.of(spec, size)))


MODELS = {spec: _counting(spec, number) for number, spec in enumerate(ALPHAS, 1)}


def recipe_named(spec: str) -> Recipe | None:
    """The recipe of that name; None for what is none.

    >>> recipe_named("kt").table(256).numbers, recipe_named("uniform")
    ((1,), None)
    """
    return MODELS.get(spec)


def sequential(table: Table) -> CountingCoder:
    """The coder of a table of the form RECIPE.  Raises DataError for a recipe that is not known.

    >>> sequential(Table(Form.RECIPE, 2, (1,))).model.spec
    'kt'
    """
    found = next((recipe for recipe in MODELS.values() if table.numbers == (recipe.number,)), None)
    if found is None:
        raise DataError(f"no model has the recipe {' '.join(map(str, table.numbers))}")
    return found.build(table.size)
