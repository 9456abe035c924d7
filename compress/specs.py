"""The spec syntax, whole: how distributions, files and beliefs are written on a command line.

    H=0.7,T=0.3  bernoulli:0.7  zipf:k=256,s=1.1  ...     plain ones: `distribution`, `families`
    file:PATH                     the empirical distribution of a file's tokens
    markov:@PATH                  a chain: JSON {"token": {"next": probability, ...}, ...}
    @PATH                         a table: JSON {"token": weight, ...}, CSV rows token,weight, or TOML
    true  uniform  empirical      relative ones: `relative`

Nothing is evaluated; numbers in tables are read as exact decimals.  What is wrong with
the words is a SpecError; what is wrong inside a file is a DataError that names it.

Next: `format` (a file, byte by byte).
"""

from __future__ import annotations

import contextlib
import os
import re
import reprlib
from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

from compress.errors import CompressError, DataError, LimitError, NoDistributionError, SpecError, echoed, quoted
from compress.inputs import csv_rows, open_input, read_whole
from compress.notation import exact_number
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.relative import Assumed, Relative
from compress.sources.protocol import Source
from compress.sources.tokens import BYTES, Tokeniser
from compress.symbols import Stream

if TYPE_CHECKING:
    from compress.belief.protocol import Assumption
    from compress.sources.recorded import ClaimedSource, StreamSource

__all__ = ["BARE", "Reading", "files_of", "is_self_contained", "without_folders"]

# A table of a million tokens with long weights is smaller, bytes.
LARGEST_TABLE = 1 << 28
# How a spec begins whose rest is the name of a file.
_IN_FILES = ("file:", "@", "markov:@")
_RELATIVE = {relative.value: relative for relative in Relative}


class Reading(NamedTuple):
    """How words are read: what the tokens of a file are, and whether weights may be rescaled to sum to 1."""

    kind: Tokeniser = BYTES
    normalize: bool = False

    def distribution(self, spec: str) -> Distribution:
        """The distribution of a spec that stands for itself.  Raises SpecError, DataError or OSError."""
        if spec in _RELATIVE:
            raise SpecError(f"{quoted(spec)} needs a true distribution or a file to refer to")
        if spec.startswith("file:"):
            return self._recorded(spec).distribution
        if spec.startswith("markov:"):
            raise SpecError(f"{quoted(spec)} is a chain; give a single distribution here")
        if spec.startswith("@"):
            return _read_table(Path(spec[1:]), spec, normalize=self.normalize)
        try:
            return Distribution.parse(spec, normalize=self.normalize)
        except NoDistributionError as error:
            if os.path.isfile(spec):
                raise SpecError(
                    f"{quoted(spec)} is not a distribution; for the counts of that file write file:{echoed(spec)}"
                ) from None
            from compress.models.catalog import MODELS

            change = ", ".join(family.usage.partition("[")[0] for family in MODELS)
            more = f"file:PATH, @TABLE.json; beliefs that change are {change}, markov:@CHAIN.json"
            raise SpecError(f"{error}, {more}") from None

    def assumed(self, spec: str) -> Assumed:
        """The one Q of a spec, which may be relative."""
        return _RELATIVE[spec] if spec in _RELATIVE else self.distribution(spec)

    def believed(self, spec: str) -> Assumption:
        """The belief of a spec, of whichever kind: one Q, a word for one, a chain, or a recipe for one that changes.

        >>> BARE.believed("kt").stays, BARE.believed("dice:1").stays
        (False, True)
        """
        # Most words mean something by themselves, and need nothing of what follows from believing them.
        from compress.belief.kinds import assumption
        from compress.models.catalog import recipe_named

        if spec.startswith("markov:"):
            return assumption(self.chain(spec))
        return assumption(recipe_named(spec) or self.assumed(spec))

    def source(self, spec: str, *, whole: bool = False) -> Source:
        """The source of a spec: draws from it, or, with `whole` and a file:PATH, the file's tokens as they are."""
        # Few commands draw, each from one kind.
        if spec.startswith("markov:"):
            from compress.sources.markov import MarkovSource

            return MarkovSource(self.chain(spec))
        if whole and spec.startswith("file:"):
            return self._recorded(spec)
        from compress.sources.iid import IidSource

        return IidSource(self.distribution(spec))

    def chain(self, spec: str) -> Chain:
        """The chain of `markov:@PATH`.  Raises SpecError, DataError naming the file, or OSError."""
        if not spec.startswith("markov:@"):
            raise SpecError(f"{quoted(spec)} is not a chain; write markov:@PATH, a file of JSON")
        path = Path(spec.removeprefix("markov:@"))
        with _about(path):
            rows = [(token, _weights(_pairs_or_refuse(row))) for token, row in _json_pairs(_table_text(path))]
            return Chain.of(rows, normalize=self.normalize, spec=spec)

    def claimed(self, true: str, file: BinaryIO, name: str) -> ClaimedSource:
        """The tokens of a file, and the P of the spec that is claimed about them.  Raises DataError naming the file."""
        from compress.sources.recorded import ClaimedSource

        return ClaimedSource.of(self._split(file, name), self.distribution(true), f"file:{name}")

    def _recorded(self, spec: str) -> StreamSource:
        """The tokens of `file:PATH`.  Raises DataError naming the file, or OSError."""
        from compress.sources.recorded import StreamSource

        path = spec.removeprefix("file:")
        with _opened(path) as file:
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
    return [spec.removeprefix(kind) for spec in specs if spec for kind in _IN_FILES if spec.startswith(kind)]


def without_folders(spec: str) -> str:
    """The spec as a file may tell it to others: the names of its files without where they lie.

    >>> without_folders("file:/home/me/prose.txt")
    'file:prose.txt'
    """
    for kind in _IN_FILES:
        if spec.startswith(kind):
            return kind + Path(spec.removeprefix(kind)).name
    return spec


# Of TOML: what stands in quotes, and how many dots or brackets a line may have besides.
_QUOTED = re.compile(r'"(?:\\.|[^"\\\n])*"' + r"|'[^'\n]*'")
_MOST_DOTS = 100


def _read_table(path: Path, spec: str, *, normalize: bool) -> Distribution:
    """A table of weights; the ending of its name says how it is written (JSON if it says nothing)."""
    readers = {".csv": _csv_pairs, ".toml": _toml_pairs}
    with _about(path):
        pairs = readers.get(path.suffix.lower(), _json_pairs)(_table_text(path))
        return Distribution.from_probabilities(_weights(pairs), normalize=normalize, spec=spec)


@contextlib.contextmanager
def _about(path: Path) -> Iterator[None]:
    """What is wrong inside a table names its file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text (byte {error.start})") from None
    except CompressError as error:
        told = str(error)
        raise DataError(told if told.startswith(f"{path}: ") else f"{path}: {told}") from None
    # The parsers' own errors are ValueErrors, and so is a whole number of thousands of digits.
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not a table of weights: {error}") from None


@contextlib.contextmanager
def _opened(path: str | Path) -> Iterator[BinaryIO]:
    """A file that a spec names.  Raises DataError for a pipe, a device or a folder, OSError; each names it."""
    try:
        file = open_input(path, remedy=", and may never end; copy its content to a file")
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    with file:
        try:
            yield file
        except OSError as error:
            error.filename = error.filename or str(path)
            raise


def _table_text(path: Path) -> str:
    with _opened(path) as file:
        return read_whole(file, LARGEST_TABLE).decode("utf-8-sig")


def _weights(pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, Fraction]]:
    return [(token, _weight(token, value)) for token, value in pairs]


def _weight(token: str, value: Any) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | str):
        # What is nested deeply takes long to write.
        raise DataError(f"token {quoted(token)} has weight {reprlib.repr(value)}, which is not a number")
    return exact_number(str(value))


def _pairs_or_refuse(value: Any) -> Iterable[tuple[str, Any]]:
    # What was meant for another command.
    schema = dict(value).get("schema") if isinstance(value, list) and all(isinstance(i, tuple) for i in value) else None
    if isinstance(schema, str) and schema.startswith("codelen."):
        raise DataError(f"is a record of codelen, {schema}, not a table of weights")
    # A list of pairs, and not a dict, so that a token given twice is seen.
    if not isinstance(value, list) or not all(isinstance(item, tuple) for item in value):
        raise DataError('not a table of weights; a JSON table is {"token": weight, ...}')
    return value


def _json_pairs(text: str) -> Iterable[tuple[str, Any]]:
    import json

    return _pairs_or_refuse(
        json.loads(text, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=lambda pairs: pairs)
    )


def _toml_pairs(text: str) -> Iterable[tuple[str, Any]]:
    import tomllib

    for number, line in enumerate(_QUOTED.sub("", text).splitlines(), 1):
        # A key of many parts takes the library memory that grows with their square.
        if line.count(".") > _MOST_DOTS or sum(map(line.count, "[{")) > _MOST_DOTS:
            raise DataError(f"line {number} is nested too deeply for a table of weights")
    return tomllib.loads(text, parse_float=str).items()


def _csv_pairs(text: str) -> Iterable[tuple[str, Any]]:
    rows = [row for _, row in csv_rows(text)]
    if any(len(row) != 2 for row in rows):
        raise DataError("not a table of weights; a CSV table has rows of two cells, token,weight")
    # A first row whose second cell is a word is a heading.
    if rows and rows[0][1].strip().lower() in ("weight", "probability", "p", "q", "count"):
        rows = rows[1:]
    return [(token, weight) for token, weight in rows]
