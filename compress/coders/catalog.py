"""The catalog: every family of coders by its name, for the command line, the API and the file format.

To add a coder: write its module, which ends with its `FAMILY` (or FAMILIES), and list it here.

Next: `models.protocol` (a Q that changes from token to token).
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from typing import Any

from compress.coders.family import Choice, Family
from compress.coders.messages import block, tunstall, typical, vitter
from compress.coders.protocol import Static, is_priced
from compress.coders.streams import arithmetic, rans, tans, textbook
from compress.coders.streams import range as range_coder
from compress.coders.words import fano, fixed, huffman, integers, limited, sfe, shannon, universal
from compress.errors import SpecError, quoted
from compress.notation import taken_apart

__all__ = ["CODERS", "DEFAULT", "build", "choose", "chosen_by_number", "names"]

CODERS: dict[str, Family] = {
    family.name: family
    for family in (
        arithmetic.FAMILY,
        huffman.FAMILY,
        shannon.FAMILY,
        fixed.FAMILY,
        fano.FAMILY,
        limited.FAMILY,
        sfe.FAMILY,
        *integers.FAMILIES,
        *universal.FAMILIES,
        block.FAMILY,
        tunstall.FAMILY,
        typical.FAMILY,
        vitter.FAMILY,
        textbook.FAMILY,
        range_coder.FAMILY,
        rans.FAMILY,
        tans.FAMILY,
    )
}
# The instrument: within 2 bits of ideal for any Q.
DEFAULT = Choice(arithmetic.FAMILY)


def _told_by_name(choice: Choice) -> Any:
    """To another process a coder of ours is told by its name."""
    return (choose, (choice.name,)) if choice.family.is_ours else (Choice, (choice.family, choice.parameter))


copyreg.pickle(Choice, _told_by_name)


def choose(name: str | Choice) -> Choice:
    """The coder of that name, with its parameter if it has one.  Raises SpecError for a name that is none.

    >>> choose("huffman").of([2, 1, 1]).surprises.tolist()
    [1.0, 2.0, 2.0]
    """
    if isinstance(name, Choice):
        return name
    family, text = taken_apart(name)
    if family not in CODERS:
        raise SpecError(f"{quoted(name)} is not a coder; the coders are {', '.join(names())}")
    return Choice.read(CODERS[family], text)


def chosen_by_number(number: int, parameter: int | None = None) -> Choice | None:
    """The coder that a file names; None for a number that is not known.

    >>> chosen_by_number(2).name, chosen_by_number(0)
    ('huffman', None)
    """
    family = next((family for family in CODERS.values() if family.number == number), None)
    return None if family is None else Choice(family, parameter)


def build(name: str, weights: Sequence[int]) -> Static:
    """The coder of that name for tokens in proportion to the weights, with a price for each.

    Raises SpecError for an unknown name, and for a coder of groups.

    >>> build("shannon", [3, 1]).surprises.tolist()
    [1.0, 2.0]
    """
    coder = choose(name).of(weights)
    if not is_priced(coder):
        raise SpecError(f"no token has a price of its own with {coder.name}")
    return coder


def names() -> list[str]:
    """What a user may write, in the order of the catalog; where a number belongs, its letter.

    >>> names()[:3]
    ['arithmetic', 'huffman', 'shannon']
    """
    return [family.usage for family in CODERS.values()]
