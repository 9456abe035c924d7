"""The catalog: every family of coders by its name, for the command line, the API and the file format.

To add a coder: write its module, which ends with its `FAMILY` (or FAMILIES), and list it here: what a user writes, and
the module.

Next: `models.protocol` (a Q that changes from token to token).
"""

from __future__ import annotations

import copyreg
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from typing import Any

from compress.coders.family import Choice, Family
from compress.coders.protocol import Static, is_priced
from compress.coders.streams import arithmetic
from compress.errors import SpecError, quoted
from compress.notation import taken_apart

__all__ = ["CODERS", "DEFAULT", "build", "choose", "chosen_by_number", "names"]

# What a user writes, with a letter where a number belongs, and the module whose FAMILY it is, or one of its FAMILIES.
_MODULES = {
    "arithmetic": "compress.coders.streams.arithmetic",
    "huffman": "compress.coders.words.huffman",
    "shannon": "compress.coders.words.shannon",
    "fixed": "compress.coders.words.fixed",
    "fano": "compress.coders.words.fano",
    "limited:LEN": "compress.coders.words.limited",
    "sfe": "compress.coders.words.sfe",
    "unary": "compress.coders.words.integers",
    "golomb:M": "compress.coders.words.integers",
    "rice:K": "compress.coders.words.integers",
    "expgolomb:K": "compress.coders.words.integers",
    "gamma": "compress.coders.words.universal",
    "delta": "compress.coders.words.universal",
    "omega": "compress.coders.words.universal",
    "fibonacci": "compress.coders.words.universal",
    "block:M": "compress.coders.messages.block",
    "tunstall:BITS": "compress.coders.messages.tunstall",
    "typical:EPS": "compress.coders.messages.typical",
    "vitter": "compress.coders.messages.vitter",
    "textbook:BITS": "compress.coders.streams.textbook",
    "range:BITS": "compress.coders.streams.range",
    "rans:BITS": "compress.coders.streams.rans",
    "tans:BITS": "compress.coders.streams.tans",
}


class _Catalog(MutableMapping[str, Family]):
    """Families by their names; each is loaded when it is first asked for, for most are not needed."""

    def __init__(self) -> None:
        self._usages = {taken_apart(usage)[0]: usage for usage in _MODULES}
        self._families: dict[str, Family | None] = dict.fromkeys(self._usages)

    def __getitem__(self, name: str) -> Family:
        family = self._families[name]
        if family is None:
            module = import_module(_MODULES[self._usages[name]])
            families = module.FAMILIES if hasattr(module, "FAMILIES") else (module.FAMILY,)
            [family] = (each for each in families if each.name == name)
            self._families[name] = family
        return family

    def usage(self, name: str) -> str:
        """What a user writes for a family of that name, which is not loaded for it."""
        return self._usages.get(name) or self[name].usage

    def __contains__(self, name: object) -> bool:
        return name in self._families

    def __setitem__(self, name: str, family: Family) -> None:
        self._families[name] = family

    def __delitem__(self, name: str) -> None:
        del self._families[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._families)

    def __len__(self) -> int:
        return len(self._families)


CODERS = _Catalog()
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
    return [CODERS.usage(name) for name in CODERS]
