"""The spec syntax, whole: how distributions, files and beliefs are written on a command line.

    H=0.7,T=0.3  bernoulli:0.7  zipf:k=256,s=1.1  ...     plain ones: `distribution`, `families`
    file:PATH                     the empirical distribution of a file's tokens
    @PATH                         a table: JSON {"token": weight, ...}, CSV rows token,weight, or TOML
    true  uniform  empirical      relative ones: `relative`

Nothing is evaluated; numbers in tables are read as exact decimals.  What is wrong with
the words is a SpecError; what is wrong inside a file is a DataError that names it.

Next: `coders.protocol` (what a coder is).
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

from compress.errors import CompressError, DataError, LimitError, SpecError, quoted
from compress.inputs import csv_rows, read_whole
from compress.notation import exact_number
from compress.probability.distribution import Distribution
from compress.probability.relative import Assumed, Relative
from compress.sources.iid import IidSource
from compress.sources.protocol import Source
from compress.sources.recorded import ClaimedSource, StreamSource
from compress.sources.tokens import BYTES, Tokeniser
from compress.symbols import Stream

__all__ = ["BARE", "Reading", "files_of", "is_self_contained", "without_folders"]

# A table of a million tokens with long weights is smaller, bytes.
LARGEST_TABLE = 1 << 28
_RELATIVE = {relative.value: relative for relative in Relative}


@dataclass(frozen=True)
class Reading:
    """How words are read: what the tokens of a file are, and whether weights may be rescaled to sum to 1."""

    kind: Tokeniser = BYTES
    normalize: bool = False

    def distribution(self, spec: str) -> Distribution:
        """The distribution of a spec that stands for itself.  Raises SpecError, DataError or OSError."""
        if spec in _RELATIVE:
            raise SpecError(f"{quoted(spec)} needs a true distribution or a file to refer to")
        if spec.startswith("file:"):
            return self._recorded(spec).distribution
        if spec.startswith("@"):
            return _read_table(Path(spec[1:]), spec, normalize=self.normalize)
        return Distribution.parse(spec, normalize=self.normalize)

    def assumed(self, spec: str) -> Assumed:
        """The belief of a spec, which may be relative."""
        return _RELATIVE[spec] if spec in _RELATIVE else self.distribution(spec)

    def source(self, spec: str, *, whole: bool = False) -> Source:
        """The source of a spec: independent draws, or, with `whole` and a file:PATH, the file's tokens as they are."""
        return self._recorded(spec) if whole and spec.startswith("file:") else IidSource(self.distribution(spec))

    def claimed(self, true: str, file: BinaryIO, name: str) -> ClaimedSource:
        """The tokens of a file, and the P of the spec that is claimed about them.  Raises DataError naming the file."""
        return ClaimedSource.of(self._split(file, name), self.distribution(true), f"file:{name}")

    def _recorded(self, spec: str) -> StreamSource:
        """The tokens of `file:PATH`.  Raises DataError naming the file, or OSError."""
        path = spec.removeprefix("file:")
        with Path(path).open("rb") as file:
            return StreamSource(self._split(file, path), spec)

    def _split(self, file: BinaryIO, name: str) -> Stream:
        try:
            return self.kind.split(read_whole(file))
        except (DataError, LimitError) as error:
            raise DataError(f"{name}: {error}") from None


# As words are read when nothing is said about how.
BARE = Reading()


def is_self_contained(spec: str) -> bool:
    """Whether the spec alone says every weight: no file is needed to read it.

    >>> is_self_contained("dice:2"), is_self_contained("file:prose.txt")
    (True, False)
    """
    return bool(spec) and not files_of(spec)


def files_of(*specs: str | None) -> list[str]:
    """The names of the files that these specs are read from.

    >>> files_of("@q.json", "dice:2", None)
    ['q.json']
    """
    kinds = ("file:", "@")
    return [spec.removeprefix(kind) for spec in specs if spec for kind in kinds if spec.startswith(kind)]


def without_folders(spec: str) -> str:
    """The spec as a file may tell it to others: the names of its files without where they lie.

    >>> without_folders("file:/home/me/prose.txt")
    'file:prose.txt'
    """
    for kind in ("file:", "@"):
        if spec.startswith(kind):
            return kind + Path(spec.removeprefix(kind)).name
    return spec


def _read_table(path: Path, spec: str, *, normalize: bool) -> Distribution:
    """A table of weights; the ending of its name says how it is written (JSON if it says nothing)."""
    try:
        with path.open("rb") as file:
            text = read_whole(file, LARGEST_TABLE).decode("utf-8-sig")
    except LimitError as error:
        raise DataError(f"{path}: {error}") from None
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (byte {error.start})") from None
    readers = {".csv": _csv_pairs, ".toml": _toml_pairs}
    try:
        pairs = readers.get(path.suffix.lower(), _json_pairs)(text)
        weights = [(token, _weight(token, value)) for token, value in pairs]
        return Distribution.from_probabilities(weights, normalize=normalize, spec=spec)
    except CompressError as error:
        raise DataError(f"{path}: {error}") from None
    # The parsers' own errors are ValueErrors, and so is a whole number of thousands of digits.
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not a table of weights: {error}") from None


def _weight(token: str, value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise DataError(f"token {quoted(token)} has weight {value!r}, which is not a number")
    return exact_number(str(value))


def _pairs_or_refuse(value: Any) -> Iterable[tuple[str, Any]]:
    # A list of pairs, and not a dict, so that a token given twice is seen.
    if not isinstance(value, list) or not all(isinstance(item, tuple) for item in value):
        raise DataError('not a table of weights; a JSON table is {"token": weight, ...}')
    return value


def _json_pairs(text: str) -> Iterable[tuple[str, Any]]:
    return _pairs_or_refuse(
        json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=lambda pairs: pairs)
    )


def _toml_pairs(text: str) -> Iterable[tuple[str, Any]]:
    return tomllib.loads(text, parse_float=str).items()


def _csv_pairs(text: str) -> Iterable[tuple[str, Any]]:
    rows = [row for _, row in csv_rows(text)]
    if any(len(row) != 2 for row in rows):
        raise DataError("not a table of weights; a CSV table has rows of two cells, token,weight")
    # A first row whose second cell is a word is a heading.
    if rows and rows[0][1].strip().lower() in ("weight", "probability", "p", "q", "count"):
        rows = rows[1:]
    return [(token, weight) for token, weight in rows]
