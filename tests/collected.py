"""Tests that are collected once: whoever wants some of them run forks a process, and runs them there."""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path, PurePath
from typing import TypeVar

import pytest
from exchange import load

__all__ = ["UNTRIED", "Collected", "forked", "is_long", "silence", "with_tests"]

T = TypeVar("T")

_OPTIONS = (
    *("-qq", "-x", "-s", "--no-header", "-p", "no:cacheprovider", "-o", "addopts="),
    # What is loaded already is not pytest's to rewrite.
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),
    # An example that fails need not be made small.
    *("--hypothesis-profile", "mutations"),
    # No time is spent on looking for virtual environments, nor on telling how a test failed.
    *("--collect-in-virtualenv", "--tb=no"),
)
# The exit status of a process that came to no end.
UNTRIED = 70
_NO_TEST = 5


class Collected:
    """Tests that wait for being run, each found by its own name, its function's, its file's or its folder's."""

    def __init__(self, session: pytest.Session) -> None:
        self._session = session
        self.all: Sequence[pytest.Item] = tuple(session.items)
        self._named: dict[str, list[pytest.Item]] = {}
        for item in self.all:
            function = item.nodeid.partition("[")[0]
            path = function.partition("::")[0]
            for name in dict.fromkeys([item.nodeid, function, path, *map(str, PurePath(path).parents)]):
                self._named.setdefault(name, []).append(item)

    def named(self, names: Iterable[str]) -> list[pytest.Item]:
        """The tests of these names, each once."""
        return list(dict.fromkeys(item for name in names for item in self._named.get(name, [])))

    def run(self, items: Sequence[pytest.Item], plugin: object = None) -> int:
        """Run these in this process; returns pytest's exit status: 0, 1 or, of no tests, 5.

        plugin: whose hooks see all of them; without one it ends with the first that fails.
        """
        config = self._session.config
        if plugin:
            config.pluginmanager.register(plugin)
        for item, following in itertools.pairwise([*items, None]):
            config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._session.testsfailed and not plugin:
                break
        # What fixtures have made goes away, also where not all were run.
        self._session._setupstate.teardown_exact(None)
        return min(self._session.testsfailed, 1) if items else _NO_TEST


def is_long(item: pytest.Item) -> bool:
    """Whether a test is none of the suite."""
    return any(item.get_closest_marker(name) for name in ("slow", "fuzz"))


def with_tests(names: Sequence[str], work: Callable[[Collected], T]) -> T:
    """Collect tests, and return what some work with them gives.  Raises RuntimeError if they cannot be collected."""
    given: list[T] = []

    class Instead:
        @pytest.hookimpl(tryfirst=True)
        def pytest_runtestloop(self, session: pytest.Session) -> bool:
            # Or each forked process would make its own, and clear away those of others.
            session.config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
            load()
            given.append(work(Collected(session)))
            return True

    status = pytest.main([*_OPTIONS, *names], plugins=[Instead()])
    if not given:
        raise RuntimeError(f"the tests cannot be collected: pytest ends with {status}")
    return given[0]


@contextlib.contextmanager
def silence(log: Path) -> Iterator[None]:
    """What is printed within this, also by other processes that begin in it, goes to a file."""
    sys.stdout.flush()
    sys.stderr.flush()
    before = os.dup(1), os.dup(2)
    to = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    try:
        for number in (1, 2):
            os.dup2(to, number)
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for number, was in zip((1, 2), before, strict=True):
            os.dup2(was, number)
            os.close(was)
        os.close(to)


def forked(work: Callable[[], int], log: Path) -> int:
    """Start some work in a process of its own, what it prints going to a file; returns its number."""
    sys.stdout.flush()
    sys.stderr.flush()
    if child := os.fork():
        return child
    status = UNTRIED
    try:
        os.setsid()
        with silence(log):
            try:
                status = work()
            except BaseException:
                traceback.print_exc()
    finally:
        os._exit(status)
