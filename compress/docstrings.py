"""Docstrings that are shown to users, also where Python has left them out (python -OO, PYTHONOPTIMIZE=2)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["docstring"]


def docstring(function: Callable[..., Any]) -> str:
    """Its docstring, without the indentation; read from its source where it is nowhere else.

    >>> docstring(docstring).splitlines()[0][:14]
    'Its docstring,'
    """
    if function.__doc__ is not None:
        return inspect.cleandoc(function.__doc__)
    import ast
    import textwrap

    try:
        [defined] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    except (OSError, ValueError):
        return ""
    assert isinstance(defined, ast.FunctionDef)
    return ast.get_docstring(defined) or ""
