"""Results that are kept as they come: a file of JSON lines, so that work that was interrupted goes on where it ended.

    {"schema": "codelen.cells/1", "version": ..., ...}      what they are results of
    {...}                                                    the first
    ...

A line is written whole or, where the machine stopped, is the last one and is dropped; a file that stopped within its
first line begins again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from compress import __version__
from compress.errors import DataError, OutputError
from compress.inputs import open_input

__all__ = ["Journal"]


class Journal:
    """A file to which a result is added as soon as it is there.

    head: what its first line is to say, besides the schema and the version: of what these are the results.
    resume: whether a file that is there is gone on with.  size: how many results it has.

    Raises OutputError for a file that is there and is not to be gone on with, DataError for one that was made of
    something else or by another version, or is none.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "kept.jsonl"
    ...     with Journal(path, "squares", {"of": 3}) as journal:
    ...         journal.add({"square": 0})
    ...     with Journal(path, "squares", {"of": 3}, resume=True) as journal:
    ...         list(journal.kept())
    [{'square': 0}]
    """

    def __init__(self, path: Path, schema: str, head: Mapping[str, Any], *, resume: bool = False) -> None:
        self._path, self.size = path, 0
        first = {"schema": f"codelen.{schema}/1", "version": __version__, **head}
        if resume and path.exists():
            self._file = self._gone_on_with(first)
            return
        try:
            self._file = path.open("xb")
        except FileExistsError:
            raise OutputError(f"{path} is there; go on with it by resume=True, or name another") from None
        self._write(first)

    def add(self, result: Mapping[str, Any]) -> None:
        """Keep a result."""
        self._write(result)
        self.size += 1

    def kept(self) -> Iterator[Mapping[str, Any]]:
        """The results that are there, one by one.  Raises DataError for a line that is none."""
        with open_input(self._path) as file:
            for number in range(self.size + 1):
                fields = self._read(file.readline(), number)
                if number:
                    yield fields

    def wrong(self, number: int) -> DataError:
        """The error of a result that cannot be that one, counted from 0."""
        return DataError(f"{self._path}: line {number + 2} is no result of this work")

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def _write(self, fields: Mapping[str, Any]) -> None:
        self._file.write(_line(fields))
        self._file.flush()

    def _read(self, line: bytes, number: int) -> Mapping[str, Any]:
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError):
            fields = None
        if not isinstance(fields, dict):
            raise self.wrong(number - 1)
        return fields

    def _gone_on_with(self, first: Mapping[str, Any]) -> BinaryIO:
        """The file, open behind its last whole line."""
        end, is_ours = 0, False
        with open_input(self._path) as kept:
            for line in kept:
                if not line.endswith(b"\n"):
                    is_ours = _line(first).startswith(line)
                    break
                if not end:
                    self._require_same(line, json.loads(_line(first)))
                self.size += end > 0
                end += len(line)
        if not end and not is_ours and self._path.stat().st_size:
            raise DataError(f"{self._path}: nothing to go on with: its first line is missing")
        file = self._path.open("r+b")
        file.seek(end)
        file.truncate()
        if not end:
            file.write(_line(first))
            file.flush()
        return file

    def _require_same(self, line: bytes, wanted: Mapping[str, Any]) -> None:
        found = self._read(line, 0) if line.startswith(b"{") else {}
        if found.get("schema") != wanted["schema"]:
            raise DataError(f"{self._path}: nothing to go on with: it is no {wanted['schema']}")
        if found.get("version") != wanted["version"]:
            raise DataError(f"{self._path}: was made by version {found.get('version')}; this is {wanted['version']}")
        for name, value in wanted.items():
            if found.get(name) != value:
                raise DataError(
                    f"{self._path}: was made of something else: its {_differing(name, found, value)} differs"
                )


def _differing(name: str, found: Mapping[str, Any], wanted: Any) -> str:
    """The name of what differs; of a part, if it has parts."""
    old = found.get(name)
    if not isinstance(wanted, dict) or not isinstance(old, dict):
        return name
    return str(next(part for part in {**wanted, **old} if old.get(part) != wanted.get(part)))


def _line(fields: Mapping[str, Any]) -> bytes:
    return json.dumps(fields, allow_nan=False, ensure_ascii=False).encode("utf-8", "surrogateescape") + b"\n"
