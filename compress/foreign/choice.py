"""A coder that is asked for: one of ours by its name, or somebody else's.

What somebody else's needs (processes, pickles, sockets) is loaded when there is one, so that nobody waits for it.

Next: `checks` (what "measured equals predicted" means).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np

from compress.coders.catalog import CODERS, choose
from compress.coders.family import Choice, Family
from compress.coders.protocol import Form, Static, Table
from compress.foreign.limits import Allowance
from compress.notation import taken_apart

if TYPE_CHECKING:
    from compress.foreign.workshop import Workshop

__all__ = ["ForeignChoice", "at_work", "chosen"]


@dataclass(frozen=True)
class ForeignChoice(Choice):
    """A coder from outside, with the workshop that all its Q share."""

    workshop: Workshop = field(kw_only=True)


def _is_outside(name: str) -> bool:
    """Whether it names a file, a program, a module that is there, or an entry point."""
    place, colon, _ = name.rpartition(":")
    if not colon:
        from importlib.metadata import entry_points

        from compress.foreign.places import GROUP

        return bool(entry_points(group=GROUP, name=name))
    if place.endswith(".py") or name.startswith("exec:"):
        return True
    return place.partition(".")[0].isidentifier() and find_spec(place.partition(".")[0]) is not None


def chosen(coder: Any, limits: Allowance | None = None) -> Choice:
    """A coder of ours, or one from outside, which may take so much time and memory.

    One from outside is named FILE.py:NAME, module:NAME, exec:COMMAND or by its entry point, or is the thing itself.

    >>> chosen("huffman").family.number, chosen("zlib:").family.number
    (2, None)
    """
    if isinstance(coder, ForeignChoice):
        return chosen(coder.workshop.coder, limits)
    if isinstance(coder, Choice):
        return coder
    if isinstance(coder, str) and (taken_apart(coder)[0] in CODERS or not _is_outside(coder)):
        return choose(coder)
    from compress.foreign.coder import ForeignCoder
    from compress.foreign.workshop import Workshop

    workshop = Workshop(coder, limits)

    def fit(weights: Sequence[int], _: int | None) -> Table:
        return Table(Form.COUNTS, len(weights), tuple(weights))

    def build(table: Table, _: int | None) -> Static:
        return ForeignCoder(workshop, np.array(table.numbers, np.float64) / sum(table.numbers))

    family = Family(
        name=workshop.name,
        number=None,
        summary="somebody else's",
        q_hat="what it states, else Q",
        fit=fit,
        build=build,
        law=lambda coder, pair, symbols: None,
        promise=lambda coder, pair: None,
    )
    return ForeignChoice(family, workshop=workshop)


@contextlib.contextmanager
def at_work(choices: Iterable[Choice]) -> Iterator[None]:
    """While they are used: those from outside are there, and afterwards no process of them is left.

    Raises DataError for one that cannot be had.
    """
    with contextlib.ExitStack() as stack:
        for choice in choices:
            if isinstance(choice, ForeignChoice):
                stack.enter_context(choice.workshop)
        yield
