"""Which test calls which function of the package, and how long it takes: a fault is tried where it can be seen."""

from __future__ import annotations

import ast
import contextlib
import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from collected import Collected, forked, is_long
from exchange import PACKAGE, codes, functions, module_of

__all__ = ["Called", "called_by"]

# Rooms whose tests are not watched: they call all kinds of things, or open pages, or are runs of many tests.
_LEFT_OUT = (
    *("tests/lab/", "tests/reports/", "tests/fuzz/", "tests/machine/"),
    *("tests/test_documents.py", "tests/test_examples.py", "tests/test_imports.py", "tests/cli/test_interrupts.py"),
)
# Of whose tests all are watched: of a law's each asks another function.
_WHOLE = ("tests/theorems/",)

# Of each test that was run: its seconds, and the functions that it called, each as its file and its qualified name.
Called = dict[str, tuple[float, list[str]]]


def called_by(tests: Collected, workers: int, folder: Path) -> Called:
    """What is called by the first test of each function of tests, found by some forked processes."""
    shares = [folder / f"called-{number}.json" for number in range(workers)]
    children = [
        forked(partial(_recorded, tests, number, workers, share), share.with_suffix(".log"))
        for number, share in enumerate(shares)
    ]
    called: Called = {}
    for child, share in zip(children, shares, strict=True):
        os.waitpid(child, 0)
        if not share.exists():
            raise RuntimeError(f"the tests cannot be watched:\n{share.with_suffix('.log').read_text()}")
        called |= json.loads(share.read_text())
    return called


def _recorded(tests: Collected, number: int, of: int, to: Path) -> int:
    """Run every `of`-th test that is watched, and write what each called."""
    recorder = _Recorder(_marked())
    status = tests.run(_firsts(tests.all)[number::of], recorder)
    to.write_text(json.dumps(recorder.called))
    return status


def _firsts(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """The first of each function's tests that takes no long time."""
    firsts: dict[str, pytest.Item] = {}
    for item in items:
        if not (is_long(item) or item.nodeid.startswith(_LEFT_OUT)):
            name = item.nodeid if item.nodeid.startswith(_WHOLE) else item.nodeid.partition("[")[0]
            firsts.setdefault(name, item)
    return list(firsts.values())


# ---------------------------------------------------------------- functions that tell that they are called


def _marked() -> set[str]:
    """Have each function tell that it is called, and return the set into which they all tell it.

    A kernel tells it as Python, but not as machine code.
    """
    from compress.kernel import Kernel

    kernels = {
        id(value): value
        for made in functions().values()
        for function in made
        for value in function.__globals__.values()
        if isinstance(value, Kernel)
    }
    plain = {id(each.plain) for each in kernels.values()}
    names = {(each._function.__module__, each._function.__qualname__) for each in kernels.values()}
    # The Python of kernels has been made just now.
    functions.cache_clear()
    found: set[str] = set()
    for path in sorted(PACKAGE.rglob("*.py")):
        file = str(path.relative_to(PACKAGE))
        tree = _Marks(file).visit(ast.parse(path.read_text("utf-8")))
        marked = codes(compile(ast.fix_missing_locations(tree), str(path), "exec"))
        for function in functions().get(module_of(file), []):
            name = function.__code__.co_qualname
            if (
                name in marked
                and name[-8:] != "<lambda>"
                and (id(function) in plain or (function.__module__, name) not in names)
            ):
                function.__code__ = marked[name]
                function.__globals__["__called__"] = found.add
    return found


class _Marks(ast.NodeTransformer):
    """Put a call of `__called__` into each function of a file, behind its docstring."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._prefix = ""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self._within(node, f"{node.name}.")
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self._within(node, f"{node.name}.<locals>.")
        mark = ast.parse(f"__called__({f'{self._file} {self._prefix}{node.name}'!r})").body
        at = 1 if ast.get_docstring(node, clean=False) is not None else 0
        node.body[at:at] = mark
        return node

    def _within(self, node: ast.AST, more: str) -> None:
        before, self._prefix = self._prefix, self._prefix + more
        self.generic_visit(node)
        self._prefix = before


class _Recorder:
    """For pytest: what each test calls, and what is called for its fixtures, also where they are made once for many."""

    def __init__(self, marked: set[str]) -> None:
        self._marked = marked
        self.called: Called = {}
        self._fixtures: dict[tuple[str, str], set[str]] = {}

    @contextlib.contextmanager
    def _watched(self) -> Iterator[set[str]]:
        """What is called meanwhile: one such watch may be within another."""
        found, before = set[str](), set(self._marked)
        self._marked.clear()
        try:
            yield found
        finally:
            found |= self._marked
            self._marked |= before

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        with self._watched() as found:
            self._fixtures[fixturedef.argname, fixturedef.baseid] = found
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        asked: Sequence[str] = getattr(item, "fixturenames", ())
        begin = perf_counter()
        with self._watched() as found:
            try:
                return (yield)
            finally:
                seconds = perf_counter() - begin
                found |= self._marked
                for (name, where), made in self._fixtures.items():
                    if name in asked and item.nodeid.startswith(where):
                        found |= made
                self.called[item.nodeid] = seconds, sorted(found)
