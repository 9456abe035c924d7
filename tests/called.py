"""Which test calls which function of the package, and how long it takes: a fault is tried where it can be seen."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

__all__ = ["Called", "recorded"]

# What opens pages, and what is itself a run of many tests.
_LEFT_OUT = ("tests/lab/", "tests/test_documents.py", "tests/test_examples.py", "tests/cli/test_interrupts.py")

# Whose tests are watched all.
_WHOLE = ("tests/theorems/",)

# A file and a qualified name.
Function = tuple[str, str]
# Of each test that was run: its seconds, and the functions that it called.
Called = dict[str, tuple[float, list[Function]]]


@contextlib.contextmanager
def watched(root: str) -> Iterator[set[Function]]:
    """The functions that are called meanwhile, of files whose name begins so."""
    found: set[Function] = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(root):
            found.add((frame.f_code.co_filename.removeprefix(root), frame.f_code.co_qualname))

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield found
    finally:
        sys.setprofile(before)


class _Recorder:
    """For pytest: of each test function the first of its tests, and of these every `share`-th, watched.

    What a fixture calls, each test calls that asks for it, also where it is made once for all of them.
    """

    def __init__(self, package: Path, first: int, share: int) -> None:
        self._root = str(package) + "/"
        self._first, self._share = first, share
        self.called: Called = {}
        self._fixtures: dict[tuple[str, str], set[Function]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Iterator[Any]:
        with watched(self._root) as found:
            self._fixtures[fixturedef.argname, fixturedef.baseid] = found
            return (yield)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        firsts: dict[str, pytest.Item] = {}
        for item in items:
            is_long = item.get_closest_marker("slow") or item.get_closest_marker("fuzz")
            if not (is_long or item.nodeid.startswith(_LEFT_OUT)):
                # Of a law's tests each asks another function.
                name = item.nodeid if item.nodeid.startswith(_WHOLE) else item.nodeid.partition("[")[0]
                firsts.setdefault(name, item)
        items[:] = list(firsts.values())[self._first :: self._share]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        asked: Sequence[str] = getattr(item, "fixturenames", ())
        begin = time.perf_counter()
        with watched(self._root) as found:
            try:
                return (yield)
            finally:
                seconds = time.perf_counter() - begin
                for (name, where), made in self._fixtures.items():
                    if name in asked and item.nodeid.startswith(where):
                        found |= made
                self.called[item.nodeid] = seconds, sorted(found)


def recorded(package: Path, options: Sequence[str], first: int, share: int, to: Path) -> int:
    """Run the first of each test function's tests, every `share`-th of them, and write what each called."""
    recorder = _Recorder(package, first, share)
    # A test that fails because it is watched has called what it called, and does not end the others.
    status = pytest.main([*options, "--maxfail=1000", "tests"], plugins=[recorder])
    to.write_text(json.dumps(recorder.called))
    return int(status)
