"""A report as it was kept, in JSON: its cells, and what says that two reports are about the same things.

Next: `compare` (two of them, beside each other).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from compress.errors import CompressError, DataError, quoted
from compress.inputs import open_input, read_whole
from compress.shown import Shown

__all__ = ["Cell", "Kept", "Key"]

# The kinds of record that have cells, with the newest number of each that is read.
_SCHEMAS = {"report": 1, "validate": 1}


@dataclass(frozen=True)
class Key:
    """What is matched: a file (None: a stream that was drawn), a belief, a coder; the nth of that name."""

    file: str | None
    assumed: str | None
    coder: str
    nth: int = 0

    @property
    def way(self) -> str:
        """The belief and the coder, in words; of the second of a name, that it is that."""
        number = f"(number {self.nth + 1})" if self.nth else ""
        return " ".join(filter(None, (self.assumed, self.coder, number)))


@dataclass(frozen=True)
class Cell:
    """What a report says of one file, belief and coder; verdict: pass, fail, error, or None where none is made.

    Sizes None: it could not be coded.  Speeds in bytes of content a second.
    """

    payload_bits: int | None
    file_bytes: int | None
    verdict: str | None
    encode_speed: float | None = None
    decode_speed: float | None = None


@dataclass(frozen=True)
class Kept:
    """A report as it was kept; inputs: what says that two are about the same things, by name."""

    name: str
    schema: str
    inputs: Mapping[str, Any]
    cells: Mapping[Key, Cell]

    @classmethod
    def of(cls, source: Kept | Shown | str | Path | bytes, name: str = "") -> Kept:
        """A record, the name of its JSON file, or the bytes of one.  Raises DataError for anything else."""
        if isinstance(source, Kept):
            return source
        if isinstance(source, Shown):
            return cls.of(source.to_json().encode("utf-8", "backslashreplace"), name or type(source).__name__)
        if isinstance(source, bytes):
            return _read(source, name or "standard input")
        try:
            with open_input(source) as file:
                data = read_whole(file)
        except CompressError as error:
            raise DataError(f"{source}: {error}") from None
        return _read(data, str(source))

    def only(self, assumed: str | None, coder: str | None) -> Kept:
        """The cells of one belief, or one coder, or both.  Raises DataError where there are none."""
        ways = {"assumed": assumed, "coder": coder}
        cells = dict(self.cells)
        for part, wanted in ways.items():
            there = dict.fromkeys(str(getattr(key, part)) for key in cells)
            cells = {key: cell for key, cell in cells.items() if wanted in (None, getattr(key, part))}
            if there and not cells:
                raise DataError(f"{self.name}: no cell has {part} {quoted(str(wanted))}, but {', '.join(there)}")
        return replace(self, cells=cells)

    def by_file(self, side: str) -> dict[str | None, tuple[Key, Cell]]:
        """The one cell of each file.  Raises DataError, which names the arguments of this side, if one has several."""
        # What everybody has stands beside, unless it was asked for.
        believed = {key: cell for key, cell in self.cells.items() if key.assumed is not None} or self.cells
        ways = dict.fromkeys(key.way for key in believed)
        if len(ways) > 1:
            raise DataError(
                f"{self.name}: has {len(ways)} ways for each file ({'; '.join(ways)}); "
                f"{side}_assumed and {side}_coder choose one"
            )
        return {key.file: (key, cell) for key, cell in believed.items()}


def _read(data: bytes, name: str) -> Kept:
    """The cells of a report's JSON.  Raises DataError for what is no such JSON, or not all of it."""
    try:
        record = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{name}: is not JSON, or not complete{_place(error)}; give the JSON of a report") from None
    schema = record.get("schema") if isinstance(record, dict) else None
    if not isinstance(schema, str) or not schema.startswith("codelen."):
        raise DataError(f"{name}: is not a report of codelen: it has no schema")
    kind, _, number = schema.removeprefix("codelen.").partition("/")
    if kind not in _SCHEMAS:
        kinds = " and ".join(f"codelen.{each}" for each in _SCHEMAS)
        raise DataError(f"{name}: has schema {quoted(schema)}, and what can be compared is {kinds}")
    if number != str(_SCHEMAS[kind]):
        raise DataError(f"{name}: has schema {quoted(schema)}, and this codelen reads codelen.{kind}/{_SCHEMAS[kind]}")
    try:
        inputs, cells = (_survey if kind == "report" else _experiment)(record)
        return Kept(name, kind, inputs, _numbered(cells))
    except (KeyError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise DataError(f"{name}: is no whole {kind}: {type(error).__name__} {error}") from None


def _place(error: Exception) -> str:
    """Where JSON went wrong, as far as that is known."""
    return f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""


def _numbered(cells: Iterable[tuple[Key, Cell]]) -> dict[Key, Cell]:
    """The cells by their keys, the second of a name told from the first."""
    seen: Counter[Key] = Counter()
    numbered = {}
    for key, cell in cells:
        numbered[Key(key.file, key.assumed, key.coder, seen[key])] = cell
        seen[key] += 1
    return numbered


def _survey(record: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Key, Cell]]]:
    inputs = {str(each["name"]): each["sha256"] for each in record["inputs"]}
    inputs["the tokens' kind"] = record["tokens"]
    speeds = {_named(each): each for each in record["speeds"]}
    cells = [
        (_key(each), _cell(each, speeds.get(_named(each), {}))) for each in (*record["rows"], *record["baselines"])
    ]
    hows = [(how["assumed"], how["coder"]) for how in record["hows"]]
    for each in record["failures"]:
        failed = [(each["assumed"], each["coder"])] if "coder" in each else hows
        cells += [(Key(each["file"], *how), Cell(None, None, "error")) for how in failed]
    return inputs, cells


def _named(each: Mapping[str, Any]) -> tuple[Any, ...]:
    return each["file"], each.get("assumed"), each.get("coder"), each.get("baseline")


def _key(each: Mapping[str, Any]) -> Key:
    coder = each["coder"] if "coder" in each else f"{each['baseline']} {each['level']}"
    return Key(str(each["file"]), each.get("assumed"), str(coder))


def _cell(each: Mapping[str, Any], speed: Mapping[str, Any]) -> Cell:
    bits = each.get("payload_bits")
    encode, decode = (None if speed.get(key) is None else float(speed[key]) for key in ("encode_speed", "decode_speed"))
    return Cell(None if bits is None else int(bits), int(each["file_bytes"]), each.get("verdict"), encode, decode)


def _experiment(record: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Key, Cell]]]:
    truth = record["true"]
    inputs = {"P": [truth["spec"], truth["tokens"], truth["probabilities"]], "n": record["n"], "seed": record["seed"]}
    given = record.get("given")
    if given is not None:
        inputs["the stream"] = given["content_crc32"]
    cells = [(Key(None, each["assumed"]["spec"], str(each["coder"])), _cell(each, {})) for each in record["runs"]]
    return inputs, cells
