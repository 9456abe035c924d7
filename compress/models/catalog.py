"""The catalog of models: every recipe for a Q that changes, for the command line, the API and the file format.

    kt  laplace          what was counted so far (`counts`)
    order:K[,ALPHA]      the same after each K tokens (`contexts`); order:0 is kt with another α
    mix                  many contexts, mixed bit by bit (`mixing`); of bytes only

A chain is believed as it is (`chains`), and has a recipe of its rows; `specs` says how it is written.

To add a model: write its module, and list its family in `MODELS`.

Next: `ledger` (where every bit went).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from compress.coders.family import Choice
from compress.coders.protocol import Form, Table
from compress.errors import DataError, SpecError
from compress.models.counts import Counting
from compress.models.protocol import LONGEST_ORDER
from compress.models.sequential import Compiled, SequentialCoder
from compress.notation import numbers, taken_apart
from compress.probability.chain import Chain
from compress.probability.frequencies import TOTAL

__all__ = ["MODELS", "ModelFamily", "Recipe", "recipe_named", "recipe_of", "sequential", "usages"]

_DEFAULT_ALPHA = Fraction(1, 32)
# Of α as a fraction, so that a context can count enough before its total is too large.
_MOST = 1_000
# The number of a chain, whose recipe is all of its rows.
_CHAIN = 4


class Recipe(NamedTuple):
    """A belief that is made while the tokens come.

    numbers: what a file tells of it.  build: the model of K tokens.  of_bytes: whether those are all bytes.
    """

    spec: str
    numbers: tuple[int, ...]
    build: Callable[[int], Compiled]
    of_bytes: bool = False

    def __reduce__(self) -> Any:
        """To another process it is told by its name."""
        return recipe_named, (self.spec,)

    def require(self, choice: Choice) -> None:
        """Raise SpecError for a coder that has one code for all tokens."""
        if not choice.family.drives_models:
            raise SpecError(f"{choice.name} uses one code for all tokens; {self.spec} needs arithmetic")

    def table(self, size: int) -> Table:
        """All that a decoder must be told: no counts, for it counts for itself."""
        return Table(Form.RECIPE, size, self.numbers)


@dataclass(frozen=True, kw_only=True, eq=False)
class ModelFamily:
    """A line of the catalog.

    usage: what a user may write.  number: in files, never used again for another.
    read(spec): the whole numbers that a file tells of it; None for a spec of another.  Raises SpecError.
    spelled(told): a spec that means these numbers.  build(spec, told, size): the model of so many tokens.
    of_bytes: whether they are all bytes.
    """

    usage: str
    number: int
    read: Callable[[str], tuple[int, ...] | None]
    spelled: Callable[[tuple[int, ...]], str]
    build: Callable[[str, tuple[int, ...], int], Compiled]
    of_bytes: bool = False


def _counting(spec: str, number: int) -> ModelFamily:
    """A counting model: its name says all."""
    return ModelFamily(
        usage=spec,
        number=number,
        read=lambda text: () if text == spec else None,
        spelled=lambda told: spec,
        build=lambda text, told, size: Counting.of(spec, size),
    )


def _order_and_alpha(spec: str) -> tuple[int, int, int] | None:
    if taken_apart(spec)[0] != "order":
        return None
    given = numbers(spec, ["k", "alpha"])
    if "k" not in given:
        raise SpecError("order needs a number of tokens, for example order:2")
    order, alpha = given["k"], given.get("alpha", _DEFAULT_ALPHA)
    if order.denominator > 1 or not 0 <= order <= LONGEST_ORDER:
        raise SpecError(f"the k of order is a whole number from 0 to {LONGEST_ORDER}")
    if alpha <= 0 or max(alpha.as_integer_ratio()) > _MOST:
        raise SpecError(f"the alpha of order is a fraction of two whole numbers from 1 to {_MOST:,}, as 1/32 is")
    return int(order), *alpha.as_integer_ratio()


def _contexts(spec: str, told: tuple[int, ...], size: int) -> Compiled:
    from compress.models.contexts import Contexts

    order, a, b = told
    return Contexts(spec, size, Fraction(a, b), order) if order else Counting(spec, size, Fraction(a, b))


def _mixing(spec: str, told: tuple[int, ...], size: int) -> Compiled:
    from compress.models.mixing.mix import Mixing

    return Mixing.of(size)


MODELS = (
    _counting("kt", 1),
    _counting("laplace", 2),
    ModelFamily(
        usage="order:K[,ALPHA]",
        number=3,
        read=_order_and_alpha,
        spelled=lambda told: "order:{},{}/{}".format(*told),
        build=_contexts,
    ),
    ModelFamily(
        usage="mix",
        number=5,
        read=lambda text: () if text == "mix" else None,
        spelled=lambda told: "mix",
        build=_mixing,
        of_bytes=True,
    ),
)


def usages() -> str:
    """What a user may write, in words.

    >>> usages()
    'kt, laplace, order:K[,ALPHA] or mix'
    """
    *most, last = (family.usage for family in MODELS)
    return f"{', '.join(most)} or {last}"


def recipe_named(spec: str) -> Recipe | None:
    """The recipe of that name; None for what is none.  Raises SpecError for one whose numbers are impossible.

    >>> recipe_named("kt").table(256).numbers, recipe_named("order:2").numbers, recipe_named("uniform")
    ((1,), (3, 2, 1, 32), None)
    """
    for family in MODELS:
        told = family.read(spec)
        if told is not None:
            build = functools.partial(family.build, spec, told)
            return Recipe(spec, (family.number, *told), build, family.of_bytes)
    return None


def recipe_of(chain: Chain) -> Recipe:
    """The recipe of a chain: the whole numbers of its rows.

    >>> recipe_of(Chain.of([("a", [("a", 0.5), ("b", 0.5)]), ("b", [("a", 1)])])).numbers[:3]
    (4, 549755813888, 549755813888)
    """
    from compress.models.chains import chained

    model = chained(chain)
    return Recipe(chain.spec, (_CHAIN, *model.frequencies.ravel().tolist()), lambda size: model)


def sequential(table: Table) -> SequentialCoder:
    """The coder of a table of the form RECIPE.  Raises DataError for a recipe that is not known.

    >>> sequential(Table(Form.RECIPE, 2, (1,))).model.spec
    'kt'
    """
    if table.numbers[:1] == (_CHAIN,):
        return SequentialCoder(_chain_told(table))
    try:
        return SequentialCoder(_recipe_told(table.numbers).build(table.size))
    except SpecError as error:
        raise DataError(str(error)) from None


def _chain_told(table: Table) -> Compiled:
    from compress.models.chains import Chained

    size, numbers = table.size, table.numbers[1:]
    rows = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    if len(numbers) != size * (size + 1) or any(sum(row) != TOTAL for row in rows):
        raise DataError(f"a chain of {size} tokens has {size + 1} rows that sum to 2^40 each")
    return Chained("chain", np.array(rows, np.int64))


def _recipe_told(told: tuple[int, ...]) -> Recipe:
    for family in MODELS:
        if told[:1] == (family.number,):
            try:
                found = recipe_named(family.spelled(told[1:]))
            except SpecError as error:
                raise DataError(str(error)) from None
            # Too few numbers for its text.
            except IndexError:
                break
            # One model has one form.
            if found is not None and found.numbers == told:
                return found
    raise DataError(f"no model has the recipe {' '.join(map(str, told))}")
