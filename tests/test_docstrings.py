"""What a function says of itself, also where Python has left it out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from compress.docstrings import docstring


def said() -> str:
    """One line.

    And another,
        moved in.
    """
    return ""


def silent() -> None:
    pass


@pytest.mark.parametrize("left_out", [False, True])
def test_a_docstring_is_read_from_its_source_where_it_is_nowhere_else(
    left_out: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if left_out:
        monkeypatch.setattr(said, "__doc__", None)
    assert docstring(said) == "One line.\n\nAnd another,\n    moved in."


def from_nowhere() -> Callable[[], object]:
    made: dict[str, Callable[[], object]] = {}
    exec("def made(): pass", made)
    return made["made"]


@pytest.mark.parametrize("function", [silent, from_nowhere()])
def test_without_a_docstring_or_a_source_nothing_is_said(function: Callable[[], object]) -> None:
    assert docstring(function) == ""
