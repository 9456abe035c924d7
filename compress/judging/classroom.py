"""A class of coders, judged beside each other: one line each, whoever hangs or dies.

    submissions ──▶ judge, each by itself ──▶ passed, failed, the first failure, bits of three streams

Each has its own limits and its own processes, so that one that hangs delays nobody.

Next: `outside` (a file, and a coder that gets into none).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from compress.errors import DataError, SpecError, quoted
from compress.foreign.limits import Allowance
from compress.judging.cases import STREAMS
from compress.judging.court import Ruling
from compress.judging.judge import Cost, Judgement, judge
from compress.running.calls import each
from compress.shown import Shown

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["SHOWN", "Classroom", "Entry", "judge_all", "submissions"]

# The streams whose bits stand in the table.
SHOWN = tuple(stream.name for stream in STREAMS if stream.n == 10_000)[:3]


@dataclass(frozen=True)
class Entry:
    """A coder that was handed in: its judgement, or why there is none."""

    coder: str
    judgement: Judgement | None
    trouble: str = ""

    @property
    def first_failure(self) -> Ruling | None:
        """The first case that failed."""
        return next(iter(self.judgement.failed), None) if self.judgement is not None else None

    @property
    def passed(self) -> int:
        """How many cases passed."""
        rulings = self.judgement.rulings if self.judgement is not None else ()
        return sum(ruling.verdict == "pass" for ruling in rulings)

    @property
    def failed(self) -> int:
        """How many cases failed."""
        return len(self.judgement.failed) if self.judgement is not None else 0

    def cost(self, stream: str) -> Cost | None:
        """What a stream costs; None where it did not come back."""
        costs = self.judgement.costs if self.judgement is not None else ()
        return next((cost for cost in costs if cost.stream == stream), None)

    @property
    def verdict(self) -> str:
        """pass, or fail if a case failed or there is no judgement."""
        return "fail" if self.judgement is None else self.judgement.verdict


@dataclass(frozen=True)
class Classroom(Shown):
    """All that were handed in, in order."""

    _told = ("entries", "verdict")

    seed: int
    entries: tuple[Entry, ...]

    @property
    def verdict(self) -> str:
        """pass, or fail if one of them failed."""
        return "pass" if all(entry.verdict == "pass" for entry in self.entries) else "fail"


def submissions(places: Iterable[str], name: str | None = None) -> list[str]:
    """The spec of each coder: a file without a name has this one.

    Raises SpecError for a file without a name where there is none, and for one that is there twice.

    >>> submissions(["ann.py", "bob.py:Mine"], "Huffman")
    ['ann.py:Huffman', 'bob.py:Mine']
    """
    specs = []
    for place in places:
        is_bare = Path(place).suffix == ".py"
        if is_bare and name is None:
            raise SpecError(f"{quoted(place)} does not say which coder of the file; give its name")
        specs.append(f"{place}:{name}" if is_bare else place)
    for spec in specs:
        if specs.count(spec) > 1:
            raise SpecError(f"{quoted(spec)} is there twice")
    return specs


def judge_all(
    coders: Sequence[str],
    *,
    seed: int = 0,
    only: Iterable[str] = (),
    limits: Allowance | None = None,
    is_long: bool = False,
    watch: Callable[[Sequence[str]], Iterable[str]] = iter,
    heard: Callable[[Entry], object] = lambda entry: None,
    executor: Executor | Helpers | None = None,
) -> Classroom:
    """Each coder judged, as `judge` does.

    heard: is told of each as soon as it and those before it are judged.  executor: where they are judged.

    >>> [entry.verdict for entry in judge_all(["zlib:", "no_such_module:"], only=["zipf:k=100"]).entries]
    ['pass', 'fail']
    """
    work = partial(_judged, seed=seed, only=tuple(only), limits=limits or Allowance(), is_long=is_long)
    entries = []
    results = each(work, coders, executor, _gone, at_once=True)
    for _, entry in zip(watch(coders), results, strict=True):
        entries.append(entry)
        heard(entry)
    return Classroom(seed, tuple(entries))


def _judged(coder: str, *, seed: int, only: tuple[str, ...], limits: Allowance, is_long: bool) -> Entry:
    try:
        made = judge(coder, seed=seed, only=only, is_long=is_long, timeout=limits.timeout, max_memory=limits.max_memory)
    except (DataError, OSError) as error:
        return Entry(coder, None, str(error))
    return Entry(coder, made)


def _gone(coder: str) -> Entry:
    return Entry(coder, None, "the process that judged it died twice")
