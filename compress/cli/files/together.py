"""Several files at once, each in a process of its own where that is worth it, and one line for each that fails."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from compress.cli.failures import each
from compress.cli.options import PIPE
from compress.errors import CompressError, DataError

__all__ = ["each_together"]

T = TypeVar("T")


def each_together(
    names: Sequence[str], work: Callable[[str], T], then: Callable[[str, T], None], ctx: click.Context, jobs: int
) -> int:
    """Work on every file, in so many processes, and do something here with what comes of each, in order.

    work can be pickled.  Returns the exit status; what fails is told as `failures.each` tells it.
    """
    if len(names) < 2 or PIPE in names or jobs == 1:
        return each(names, lambda name: then(name, work(name)), ctx)
    # Whoever has one file does not wait for these.
    from compress.running import calls
    from compress.running.helpers import processes

    with processes(jobs) as helpers:
        results = calls.each(functools.partial(_tried, work), names, helpers, _lost)

        def take(name: str) -> None:
            made, error = next(results)
            if error is not None:
                raise error
            assert made is not None
            then(name, made[0])

        return each(names, take, ctx)


def _tried(work: Callable[[str], T], name: str) -> tuple[tuple[T] | None, Exception | None]:
    """What came of it; or the error, which is told where the file's turn has come."""
    try:
        return (work(name),), None
    except (CompressError, OSError, MemoryError) as error:
        return None, error


def _lost(name: str) -> tuple[None, Exception]:
    return None, DataError(f"{name}: it ended two processes; perhaps they had too little memory")
