"""The catalog of models: every recipe for a Q that changes, for the command line, the API and the file format.

    kt  laplace          what was counted so far (`counts`)
    order:K[,ALPHA]      the same after each K tokens (`contexts`); order:0 is kt with another α

A chain is believed as it is (`chains`), and has a recipe of its rows; `specs` says how it is written.

To add a model: write its module, and list its recipe here.

Next: `ledger` (where every bit went).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from compress.coders.protocol import Choice, Form, Table
from compress.errors import DataError, SpecError
from compress.models.counts import ALPHAS, Counting
from compress.models.protocol import LONGEST_ORDER
from compress.models.sequential import Compiled, SequentialCoder
from compress.notation import numbers, taken_apart
from compress.probability.chain import Chain
from compress.probability.frequencies import TOTAL

__all__ = ["MODELS", "Recipe", "recipe_named", "recipe_of", "sequential"]

# What a user may write, in words.
MODELS = ("kt", "laplace", "order:K[,ALPHA]")

# Numbers in files, never used again for another.
_COUNTING = {spec: number for number, spec in enumerate(ALPHAS, 1)}
_ORDER, _CHAIN = 3, 4
_DEFAULT_ALPHA = Fraction(1, 32)
# Of α as a fraction, so that a context can count enough before its total is too large.
_MOST = 1_000


@dataclass(frozen=True)
class Recipe:
    """A belief that is made while the tokens come.

    numbers: what a file tells of it.  build: the model of K tokens.
    """

    spec: str
    numbers: tuple[int, ...]
    build: Callable[[int], Compiled]

    def require(self, choice: Choice) -> None:
        """Raise SpecError for a coder that has one code for all tokens."""
        if not choice.family.drives_models:
            raise SpecError(f"{choice.name} has one code for all tokens; {self.spec} needs arithmetic")

    def table(self, size: int) -> Table:
        """All that a decoder must be told: no counts, for it counts for itself."""
        return Table(Form.RECIPE, size, self.numbers)


def recipe_named(spec: str) -> Recipe | None:
    """The recipe of that name; None for what is none.  Raises SpecError for one whose numbers are impossible.

    >>> recipe_named("kt").table(256).numbers, recipe_named("order:2").numbers, recipe_named("uniform")
    ((1,), (3, 2, 1, 32), None)
    """
    if spec in _COUNTING:
        return _counting(spec)
    if taken_apart(spec)[0] != "order":
        return None
    given = numbers(spec, ["k", "alpha"])
    if "k" not in given:
        raise SpecError("order needs a number of tokens, order:2")
    order, alpha = given["k"], given.get("alpha", _DEFAULT_ALPHA)
    if order.denominator > 1 or not 0 <= order <= LONGEST_ORDER:
        raise SpecError(f"the k of order is a whole number from 0 to {LONGEST_ORDER}")
    if alpha <= 0 or max(alpha.as_integer_ratio()) > _MOST:
        raise SpecError(f"the alpha of order is a fraction of two whole numbers from 1 to {_MOST:,}, as 1/32 is")
    return _contexts(spec, int(order), alpha)


def recipe_of(chain: Chain) -> Recipe:
    """The recipe of a chain: the whole numbers of its rows.

    >>> recipe_of(Chain.of([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("a", 1)])])).numbers[:3]
    (4, 549755813888, 549755813888)
    """
    from compress.models.chains import chained

    model = chained(chain)
    return Recipe(chain.spec, (_CHAIN, *model.frequencies.ravel().tolist()), lambda size: model)


def _counting(spec: str) -> Recipe:
    return Recipe(spec, (_COUNTING[spec],), lambda size: Counting.of(spec, size))


def _contexts(spec: str, order: int, alpha: Fraction) -> Recipe:
    def build(size: int) -> Compiled:
        from compress.models.contexts import Contexts

        return Contexts(spec, size, alpha, order) if order else Counting(spec, size, alpha)

    return Recipe(spec, (_ORDER, order, *alpha.as_integer_ratio()), build)


def sequential(table: Table) -> SequentialCoder:
    """The coder of a table of the form RECIPE.  Raises DataError for a recipe that is not known.

    >>> sequential(Table(Form.RECIPE, 2, (1,))).model.spec
    'kt'
    """
    if table.numbers[:1] == (_CHAIN,):
        return SequentialCoder(_chain_told(table))
    return SequentialCoder(_recipe_told(table.numbers).build(table.size))


def _chain_told(table: Table) -> Compiled:
    from compress.models.chains import Chained

    size, numbers = table.size, table.numbers[1:]
    rows = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    if len(numbers) != size * (size + 1) or any(sum(row) != TOTAL for row in rows):
        raise DataError(f"a chain of {size} tokens has {size + 1} rows that sum to 2^40 each")
    return Chained("chain", np.array(rows, np.int64))


def _recipe_told(told: tuple[int, ...]) -> Recipe:
    for spec, number in _COUNTING.items():
        if told == (number,):
            return _counting(spec)
    if len(told) == 4 and told[0] == _ORDER:
        _, order, a, b = told
        try:
            found = recipe_named(f"order:{order},{a}/{b}")
        except SpecError as error:
            raise DataError(str(error)) from None
        # One model has one form.
        if found is not None and found.numbers == told:
            return found
    raise DataError(f"no model has the recipe {' '.join(map(str, told))}")
