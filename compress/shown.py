"""Records that show themselves: what `reports` makes of a record, as methods of the record.

    record.to_json()  to_csv()  to_markdown()      text, as the command line exports it
    record.to_rows()                               a flat dictionary for each run, as data frames take them
    print(record)                                  what the command line shows
    record                                         in a notebook: its words and tables; at a prompt: one line

A record knows nothing of how it looks.  Whoever makes something of records registers it here, by the name of the
function, when the package is loaded; it is imported when it is first asked.
"""

from __future__ import annotations

import importlib
from contextvars import ContextVar

# Not from `typing`, which takes longer to load than all that stands here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar

__all__ = ["COMMAND", "Displayed", "Shown", "register"]

# What was typed to make the records that are exported now; empty where nothing was.
COMMAND = ContextVar("COMMAND", default="")

# Functions of a record, by what they make of it.
_MAKERS: dict[str, str] = {}


def register(**makers: str) -> None:
    """Functions that make something of a record: the full name of each, by what it makes.

    >>> register(text="compress.reports.displays.as_text")
    """
    _MAKERS.update(makers)


def _made(what: str, record: object) -> Any:
    module, _, function = _MAKERS[what].rpartition(".")
    return getattr(importlib.import_module(module), function)(record)


class Displayed:
    """An object that shows itself: printed, or in a notebook.

    A class may name the figures that it is told by in a line, `_told`: at a prompt it is then no more than these.
    """

    _told: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "_told" in vars(cls):
            # A dataclass leaves alone what its class has.
            cls.__repr__ = _line  # type: ignore[assignment,method-assign]

    def __str__(self) -> str:
        return str(_made("text", self))

    def _repr_html_(self) -> str:
        return str(_made("display", self))


class Shown(Displayed):
    """A record that can be shown as JSON, CSV, Markdown, rows and text."""

    def to_json(self) -> str:
        """The JSON text that the command line writes."""
        return str(_made("json", self))

    def to_csv(self) -> str:
        """A CSV table with a row for each run.  Raises TypeError for a record without runs."""
        return str(_made("csv", self))

    def to_markdown(self) -> str:
        """The tables and words of the record as Markdown."""
        return str(_made("markdown", self))

    def to_rows(self) -> list[dict[str, Any]]:
        """A flat dictionary for each run, all with the same keys.  Raises TypeError for a record without runs."""
        rows: list[dict[str, Any]] = _made("rows", self)
        return rows


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
