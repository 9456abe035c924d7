"""Very many files: each is kept as a line as it comes, and nothing stays here but sums.

    files ──▶ a survey of each ──▶ a line of JSON ──▶ totals

A survey that was interrupted goes on behind its last whole line.

Next: `cross` (files and each other's counts).
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from compress.errors import CompressError
from compress.foreign.choice import at_work
from compress.inputs import open_input, read_whole
from compress.running.calls import each
from compress.running.journal import Journal
from compress.shown import Shown
from compress.specs import BARE, Reading, files_of
from compress.surveys.report import BaselineRow, Failure, Row, Sizes, Sums
from compress.surveys.subject import Content, Surveyed, Ways, lost_with, surveyed
from compress.surveys.whereabouts import content_of

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["Sum", "Tally", "journal_of", "tally"]

# Failures that are told one by one; all are in the file.
_TOLD = 20


@dataclass
class Sum:
    """The rows of one belief and one coder, or of a compressor that everybody has: assumed is "" then."""

    assumed: str
    coder: str
    files: int = 0
    failed: int = 0
    sums: Sums | None = None
    sizes: Sizes = field(default_factory=lambda: Sizes(0, 0, None))

    def add(self, sizes: Sizes, sums: Sums | None = None, *, passed: bool = True) -> None:
        """Count one more file."""
        self.files, self.failed = self.files + 1, self.failed + (not passed)
        self.sizes = Sizes.sum([self.sizes, sizes])
        if sums is not None:
            self.sums = sums if self.sums is None else Sums.sum([self.sums, sums])


@dataclass
class Tally(Shown):
    """What very many files came to.

    totals: by belief and coder, then by compressor.  unread: files that could not be read; told: the first failures,
    in words.  done, seconds: files that were coded now, and how long that took.
    """

    _told = ("files", "failures", "verdict")

    reading: Reading = BARE
    files: int = 0
    unread: int = 0
    failures: int = 0
    totals: dict[tuple[str, str], Sum] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    done: int = 0
    seconds: float = 0.0

    @property
    def verdict(self) -> str:
        """Return pass, or fail if a row failed."""
        return "fail" if any(total.failed for total in self.totals.values()) else "pass"

    def add(self, line: Mapping[str, Any]) -> None:
        """Count a file, from its line.  Raises KeyError or TypeError where that is none."""
        self.files += 1
        self.unread += line["bytes"] is None
        for row in line["rows"]:
            sizes = Sizes(line["bytes"], row["file_bytes"], None)
            sums = Sums(row["n"], row["payload_bits"], row["ledger"], sizes)
            self._of(row["assumed"], row["coder"]).add(sizes, sums, passed=not row["failed"])
        for row in line["baselines"]:
            self._of("", row["baseline"]).add(Sizes(line["bytes"], row["file_bytes"], None))
        for failure in line["failures"]:
            self.failures += 1
            if len(self.told) < _TOLD:
                how = f" ({failure['assumed']}, {failure['coder']})" if failure["coder"] else ""
                self.told.append(f"{line['file']}{how}: {failure['error']}")

    def _of(self, assumed: str, coder: str) -> Sum:
        return self.totals.setdefault((assumed, coder), Sum(assumed, coder))


def journal_of(files: Sequence[str], ways: Ways, reading: Reading, path: Path, *, resume: bool = False) -> Journal:
    """The file in which the lines are kept.  Raises as a Journal does.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with journal_of(["a"], Ways(()), BARE, Path(folder) / "kept.jsonl") as journal:
    ...         journal.size
    0
    """
    names = zlib.crc32("\0".join(files).encode("utf-8", "surrogateescape"))
    head = {
        "files": {"number": len(files), "names": names},
        "hows": [[how.spec, how.coder.name] for how in ways.hows],
        "baselines": [f"{each.name} {each.level}" for each in ways.baselines],
        "tokens": reading.kind.name,
        "normalize": reading.normalize,
        "zeros": sorted({how.zeros.spec for how in ways.hows}),
        "tables": {name: _crc(name) for how in ways.hows for name in files_of(how.spec)},
    }
    return Journal(path, "files", head, resume=resume)


def tally(
    files: Sequence[str],
    ways: Ways,
    journal: Journal,
    *,
    reading: Reading = BARE,
    send: bool = False,
    watch: Callable[[Sequence[str]], Iterable[str]] = iter,
    executor: Executor | Helpers | None = None,
) -> Tally:
    """The files behind those that the journal has, each in each of these ways, and the totals of all.

    send: whether contents are read here and sent along, for workers that share no disk.  executor: where most of the
    work is done; what comes out does not depend on it.  Raises DataError for a journal whose lines are none.

    >>> import tempfile
    >>> from compress.frames.files import Encoding
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     name = str(Path(folder) / "a")
    ...     _ = Path(name).write_bytes(b"aab" * 100)
    ...     ways = Ways((Encoding(),))
    ...     with journal_of([name], ways, BARE, Path(folder) / "kept.jsonl") as journal:
    ...         [total] = tally([name], ways, journal).totals.values()
    >>> total.files, total.sums.n
    (1, 300)
    """
    made, begin = Tally(reading), time.monotonic()
    for number, line in enumerate(journal.kept()):
        try:
            if line["file"] != files[number]:
                raise KeyError
            made.add(line)
        except (KeyError, TypeError, IndexError):
            raise journal.wrong(number) from None
    rest = files[made.files :]
    with at_work(how.coder for how in ways.hows):
        every = each(partial(_line, ways), _Contents(rest, send), executor, partial(_lost, ways))
        for _, line in zip(watch(rest), every, strict=True):
            journal.add(line)
            made.add(line)
    made.done, made.seconds = len(rest), time.monotonic() - begin
    return made


class _Contents(Sequence[Content]):
    """The files, read when somebody is to have them, if they are sent at all."""

    def __init__(self, names: Sequence[str], send: bool) -> None:
        self._names, self._send = names, send

    def __len__(self) -> int:
        return len(self._names)

    @overload
    def __getitem__(self, place: int) -> Content: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Content]: ...
    def __getitem__(self, place: int | slice) -> Content | Sequence[Content]:
        if isinstance(place, slice):
            return [self._content(name) for name in self._names[place]]
        return self._content(self._names[place])

    def _content(self, name: str) -> Content:
        if not self._send:
            return Content(name)
        try:
            return Content(name, content_of(name))
        except (CompressError, OSError):
            # Whoever has it says what is wrong.
            return Content(name)


def _line(ways: Ways, file: Content) -> dict[str, Any]:
    return _told_of(file.name, surveyed(ways, file))


def _lost(ways: Ways, file: Content) -> dict[str, Any]:
    return _told_of(file.name, lost_with(file))


def _told_of(name: str, found: Surveyed) -> dict[str, Any]:
    """A file as a line of JSON has it."""
    return {
        "file": name,
        "bytes": None if found.read is None else found.read.size,
        "sha256": None if found.read is None else found.read.sha256,
        "rows": [_row(row) for row in found.rows if isinstance(row, Row)],
        "baselines": [
            {"baseline": f"{row.baseline.name} {row.baseline.level}", "file_bytes": row.sizes.file_bytes}
            for row in found.rows
            if isinstance(row, BaselineRow)
        ],
        "failures": [*_failures(found.rows)],
    }


def _row(row: Row) -> dict[str, Any]:
    return {
        "assumed": row.how.spec,
        "coder": row.how.coder.name,
        "n": row.sums.n,
        "payload_bits": row.sums.payload_bits,
        "file_bytes": row.sums.sizes.file_bytes,
        "ledger": dict(row.sums.terms),
        "failed": list(row.checks.failed),
    }


def _failures(rows: Iterable[object]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if isinstance(row, Failure):
            how = row.how
            names = {"assumed": None if how is None else how.spec, "coder": None if how is None else how.coder.name}
            yield {**names, "error": row.message}


def _crc(name: str) -> int:
    with open_input(name) as file:
        return zlib.crc32(read_whole(file))
