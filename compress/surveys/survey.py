"""Many files, each coded with several beliefs by several coders, and every bit of every file accounted for.

    files ──▶ a survey of each, here or in several processes ──▶ rows in the order of the files ──▶ totals

Next: `tally` (so many that only sums stay).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from compress.errors import DataError
from compress.foreign.choice import at_work, chosen
from compress.foreign.limits import Allowance
from compress.frames.files import Encoding
from compress.probability.zeros import ZeroPolicy
from compress.running.calls import each
from compress.sources.tokens import tokeniser
from compress.specs import BARE, Reading
from compress.surveys.baselines import BASELINES, Baseline, baselines_named
from compress.surveys.report import BaselineRow, Failure, Report, Row
from compress.surveys.subject import Content, Ways, lost_with, surveyed
from compress.surveys.whereabouts import files_among

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["Step", "report", "survey"]


def report(
    paths: str | Path | Iterable[str | Path],
    *,
    assumed: Sequence[str] = ("empirical",),
    coders: Sequence[str | Any] = ("arithmetic", "huffman"),
    tokens: str = "bytes",
    zeros: str = "error",
    normalize: bool = False,
    recursive: bool = False,
    baselines: str = ",".join(BASELINES),
    speed: bool = True,
    timeout: float = Allowance.timeout,
    max_memory: int = Allowance.max_memory,
    executor: Executor | Helpers | None = None,
) -> Report:
    """Encode each file with each belief and coder, decode it, and account for every bit.

    paths: a file, a folder of files (recursive: also the folders in it), or several of them. A file that cannot be
    read, or cannot be coded with some belief, is a failure in the report, not an error.
    coders: names of our coders, or somebody else's coders, as `foreign.choice.chosen` takes them; `timeout` limits each
    of their calls, in seconds, and `max_memory` each process, in bytes.
    executor: where the files are coded, if it takes long; somebody else's coder has processes of its own.
    Raises SpecError for words that mean nothing, and DataError if there are files and none could be coded.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     (Path(folder) / "a").write_bytes(b"aab" * 100)
    ...     [total] = report(folder, coders=["huffman"], baselines="none").totals
    300
    >>> total.sums.n, total.sums.payload_bits
    (300, 300)
    """
    kind, policy = tokeniser(tokens), ZeroPolicy.parse(zeros)
    reading = Reading(kind, normalize)
    beliefs, limits = [reading.believed(spec) for spec in assumed], Allowance(timeout, max_memory)
    choices = [chosen(coder, limits) for coder in coders]
    hows = [Encoding(q, choice, kind, policy) for q in beliefs for choice in choices]
    beside = baselines_named(baselines)
    if isinstance(paths, str | Path):
        paths = [paths]
    alone = any(not choice.family.is_ours for choice in choices)
    made = survey(
        files_among(paths, recursive=recursive),
        hows,
        beside,
        reading=reading,
        speed=speed,
        executor=None if alone else executor,
    )
    if made.failures and not made.rows:
        first = made.failures[0]
        raise DataError(f"nothing could be coded; {first.name}: {first.message}")
    return made


@dataclass(frozen=True)
class Step:
    """A file of so many bytes that is to be coded."""

    file: str
    size: int


def survey(
    files: Iterable[str],
    hows: Sequence[Encoding],
    baselines: Sequence[Baseline] = (),
    *,
    reading: Reading = BARE,
    speed: bool = True,
    watch: Callable[[Sequence[Step]], Iterable[Step]] = iter,
    executor: Executor | Helpers | None = None,
) -> Report:
    """Each file in each of these ways.

    reading: how the words for the beliefs were read, for the record.  `watch` wraps the steps, to show progress.
    executor: where most of the work is done; what comes out does not depend on it.

    >>> survey([], [Encoding()]).totals[0].sums.sizes.file_bytes
    0
    """
    ways = Ways(tuple(dict.fromkeys(hows)), tuple(baselines), speed)
    steps = [Step(name, _size(name)) for name in files]
    order = list(range(len(steps)))
    if executor is not None:
        # Nobody is to begin with the largest when all others have ended.
        order.sort(key=lambda place: -steps[place].size)
    with at_work(how.coder for how in ways.hows):
        contents = [Content(steps[place].file) for place in order]
        # What is timed takes long.
        every = each(partial(surveyed, ways), contents, executor, lost_with, at_once=speed)
        done = zip(order, watch([steps[place] for place in order]), every, strict=True)
        found = {place: one for place, _, one in done}
    rows = [row for place in range(len(steps)) for row in found[place].rows]
    return Report(
        tuple(read for place in range(len(steps)) if (read := found[place].read) is not None),
        ways.hows,
        tuple(row for row in rows if isinstance(row, Row)),
        tuple(row for row in rows if isinstance(row, BaselineRow)),
        tuple(row for row in rows if isinstance(row, Failure)),
        reading,
    )


def _size(name: str) -> int:
    """Bytes, as far as anybody can tell; for progress only."""
    try:
        return os.stat(name).st_size
    except OSError:
        return 0
