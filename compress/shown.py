"""Records that show themselves: what `reports` makes of a record, as methods of the record.

    record.to_json()  to_csv()  to_markdown()      text, as the command line exports it
    record.to_rows()                               a flat dictionary for each run, as data frames take them
    print(record)                                  what the command line shows
    record                                         in a notebook: its words and tables; at a prompt: one line

A record knows nothing of how it looks.  This is the one place where what lies below asks what lies above it,
and it does so by name, when it is first asked.
"""

from __future__ import annotations

import importlib
from contextvars import ContextVar
from typing import Any, ClassVar, Protocol

__all__ = ["COMMAND", "Displayed", "Shown", "Specified"]

# What was typed to make the records that are exported now; empty where nothing was.
COMMAND = ContextVar("COMMAND", default="")


class Specified(Protocol):
    """Whatever a spec stands for: a distribution, a chain, a recipe."""

    @property
    def spec(self) -> str:
        """As a user writes it."""


class Displayed:
    """An object that shows itself as `reports.displays` says: printed, or in a notebook.

    A class may name the figures that it is told by in a line, `_told`: at a prompt it is then no more than these.
    """

    _told: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "_told" in vars(cls):
            # A dataclass leaves alone what its class has.
            cls.__repr__ = _line  # type: ignore[assignment,method-assign]

    def __str__(self) -> str:
        return str(importlib.import_module("compress.reports.displays").as_text(self))

    def _repr_html_(self) -> str:
        return str(importlib.import_module("compress.reports.displays").as_display(self))


class Shown(Displayed):
    """A record that `reports.views` knows how to show."""

    def to_json(self) -> str:
        """The JSON text that the command line writes."""
        return str(self._view("as_json_text"))

    def to_csv(self) -> str:
        """A CSV table with a row for each run.  Raises TypeError for a record without runs."""
        return str(self._view("as_csv"))

    def to_markdown(self) -> str:
        """The tables and words of the record as Markdown."""
        return str(self._view("as_markdown"))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat dictionary for each run, all with the same keys.  Raises TypeError for a record without runs."""
        rows: list[dict[str, Any]] = self._view("as_rows")
        return rows

    def _view(self, name: str) -> Any:
        return getattr(importlib.import_module("compress.reports.views"), name)(self)


def _line(record: Displayed) -> str:
    """Its name, and the figures that matter."""
    told = ((name, getattr(record, name)) for name in record._told)
    return f"{type(record).__name__}({', '.join(f'{name}={_brief(value)}' for name, value in told)})"


def _brief(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, tuple | list | dict):
        return str(len(value))
    return repr(getattr(value, "spec", value))
