"""Where the files of a survey are: names, folders, lists of names, and URLs where fsspec is installed.

    prose.txt    samples/    s3://bucket/texts/*.txt    zip://*.txt::texts.zip

Next: `subject` (one file in several ways).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from compress.errors import DataError, OutputError
from compress.inputs import open_input, read_whole

__all__ = ["content_of", "files_among", "is_remote", "names_in"]


def is_remote(name: str) -> bool:
    """Whether it is the name of something elsewhere.

    >>> is_remote("s3://bucket/a"), is_remote("a/b")
    (True, False)
    """
    return "://" in name


def names_in(file: BinaryIO) -> list[str]:
    r"""The names that a file lists, one a line.  Raises DataError where it is no text.

    >>> import io
    >>> names_in(io.BytesIO(b"a\n\nb/c\r\n"))
    ['a', 'b/c']
    """
    try:
        return [line for line in read_whole(file).decode("utf-8-sig").splitlines() if line]
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 text (byte {error.start}): no list of names") from None


def files_among(paths: Iterable[str | Path], *, recursive: bool = False) -> list[str]:
    """The names of these files, and of the files of these folders in order, each once.

    A folder without any stays itself.

    >>> files_among(["prose.txt"])
    ['prose.txt']
    """
    found: list[str] = []
    for path in paths:
        found += _elsewhere(str(path), recursive) if is_remote(str(path)) else _here(Path(path), recursive)
    return [*dict.fromkeys(found)]


def content_of(name: str) -> bytes:
    """What is in a file.  Raises DataError or OSError, OutputError where it is elsewhere and fsspec is missing.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     _ = file.write(b"aab")
    ...     file.flush()
    ...     content_of(file.name)
    b'aab'
    """
    if is_remote(name):
        with _fsspec(name).open(name, "rb") as file:
            return read_whole(file)
    if Path(name).is_dir():
        raise DataError("is a folder without files")
    with open_input(name) as file:
        return read_whole(file)


def _here(path: Path, recursive: bool) -> list[str]:
    below = sorted(path.rglob("*") if recursive else path.iterdir()) if path.is_dir() else []
    return [str(file) for file in below if not file.is_dir()] or [str(path)]


def _elsewhere(url: str, recursive: bool) -> list[str]:
    """The files that a URL stands for, with what it is a part of: zip://a.txt::texts.zip."""
    system, path = _fsspec(url).core.url_to_fs(url)
    whole = url.partition("::")[2]

    def named() -> Iterator[str]:
        if any(letter in path for letter in "*?["):
            names = [name for name in system.glob(path) if not system.isdir(name)]
        elif system.isdir(path):
            names = system.find(path, maxdepth=None if recursive else 1)
        else:
            names = [path]
        for name in sorted(names):
            yield system.unstrip_protocol(name) + (f"::{whole}" if whole else "")

    return list(named()) or [url]


def _fsspec(name: str) -> Any:
    try:
        import fsspec
    except ImportError:
        raise OutputError(f"{name}: a URL needs fsspec; pip install 'codelen[remote]'") from None
    return fsspec
