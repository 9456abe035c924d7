"""Two reports beside each other, cell by cell: what became smaller, larger, slower, or wrong.

    A.json ──┐                                     size B / size A  within 1 ± tolerance: the same
             ├── (file, belief, coder) matched ──▶ verdict          pass -> fail: worse, whatever the size
    B.json ──┘                                     speeds           apart: they never make a cell worse

Bits are machine-independent, so that a size may be held against one of last year, or of another machine;
speeds are not, and so have a tolerance of their own and decide nothing.

Next: `workloads` (what is coded to measure speed).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from compress.errors import DataError, SpecError, quoted
from compress.notation import share
from compress.shown import Shown
from compress.surveys.kept import Cell, Kept, Key

__all__ = ["BY", "Change", "Comparison", "compare"]

# What is compared: each file with each belief and coder, or each file.
BY = ("cell", "file")


@dataclass(frozen=True)
class Change:
    """One cell before and after; None where a report has none."""

    key: Key
    before: Cell | None
    after: Cell | None
    tolerance: Fraction
    speed_tolerance: Fraction

    @property
    def size_ratio(self) -> float | None:
        """Bytes after / bytes before."""
        if self.before is None or self.after is None or not self.before.file_bytes or self.after.file_bytes is None:
            return None
        return self.after.file_bytes / self.before.file_bytes

    @property
    def bits(self) -> int | None:
        """How many bits more the payload has."""
        if self.before is None or self.after is None:
            return None
        if self.before.payload_bits is None or self.after.payload_bits is None:
            return None
        return self.after.payload_bits - self.before.payload_bits

    @property
    def encode_ratio(self) -> float | None:
        """Speed after / speed before."""
        return self._speed_ratio("encode_speed")

    @property
    def decode_ratio(self) -> float | None:
        """Speed after / speed before."""
        return self._speed_ratio("decode_speed")

    def _speed_ratio(self, name: str) -> float | None:
        before, after = getattr(self.before, name, None), getattr(self.after, name, None)
        return after / before if before and after else None

    @property
    def is_none(self) -> bool:
        """Whether nothing has changed, but for what time any work takes."""
        return self.kind == "same" and not self.bits and self.size_ratio in (None, 1)

    @property
    def kind(self) -> str:
        """new, gone, worse (larger, or a verdict that turned), better, or same."""
        if self.before is None or self.after is None:
            return "new" if self.before is None else "gone"
        was, now = (cell.verdict in ("pass", None) for cell in (self.before, self.after))
        if was != now:
            return "better" if now else "worse"
        before, after = self.before.file_bytes, self.after.file_bytes
        if before is None or after is None:
            return "same"
        if after > before * (1 + self.tolerance):
            return "worse"
        return "better" if after < before * (1 - self.tolerance) else "same"

    @property
    def speed(self) -> str | None:
        """slower or faster, if either direction is so beyond its tolerance, the slower one first."""
        ratios = [ratio for ratio in (self.encode_ratio, self.decode_ratio) if ratio is not None]
        if any(ratio < 1 - self.speed_tolerance for ratio in ratios):
            return "slower"
        return "faster" if any(ratio > 1 + self.speed_tolerance for ratio in ratios) else None


@dataclass(frozen=True)
class Comparison(Shown):
    """Every cell of two reports, in the order of the second, then what only the first has."""

    _told = ("changes", "size_ratio", "verdict")

    before: Kept
    after: Kept
    tolerance: Fraction
    speed_tolerance: Fraction

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """A change for each cell, those that are the same too."""
        a, b = self.before.cells, self.after.cells
        tolerances = self.tolerance, self.speed_tolerance
        return tuple(Change(key, a.get(key), b.get(key), *tolerances) for key in dict.fromkeys((*b, *a)))

    @property
    def counts(self) -> dict[str, int]:
        """How many cells are better, worse, same, new, gone."""
        kinds = Counter(change.kind for change in self.changes)
        return {kind: kinds[kind] for kind in ("better", "worse", "same", "new", "gone")}

    @property
    def size_ratio(self) -> float | None:
        """Bytes after / bytes before, of all cells that have both."""
        both = [each for each in self.changes if each.size_ratio is not None]
        before = sum(each.before.file_bytes or 0 for each in both if each.before)
        after = sum(each.after.file_bytes or 0 for each in both if each.after)
        return after / before if before else None

    @property
    def verdict(self) -> str:
        """pass, or fail if a cell is worse."""
        return "fail" if self.counts["worse"] else "pass"


def compare(
    before: Kept | Shown | str | Path,
    after: Kept | Shown | str | Path,
    *,
    tolerance: str | float | Fraction = "0.1%",
    speed_tolerance: str | float | Fraction = "20%",
    force: bool = False,
    by: str = "cell",
    a_assumed: str | None = None,
    a_coder: str | None = None,
    b_assumed: str | None = None,
    b_coder: str | None = None,
) -> Comparison:
    """Compare two reports, or two experiments, cell by cell: give records, or the names of their JSON files.

    a_assumed, a_coder, b_assumed, b_coder: compare only this belief or coder of a side; give the name that the report
    has for it.
    by: "cell", or "file", which compares the one cell that each side has for a file, whatever its belief and coder.
    Raises DataError if a file is not such JSON, if no cell of one report is in the other, and, unless `force` is True,
    if the two are not about the same inputs.

    >>> from compress.experiments.validate import validate_all
    >>> from compress.coders.catalog import choose
    >>> from compress.probability.relative import Relative
    >>> from compress.specs import Reading
    >>> a = validate_all(Reading().source("dice:2"), [Relative.TRUE], [choose("huffman")], 500)
    >>> compare(a, a).counts
    {'better': 0, 'worse': 0, 'same': 1, 'new': 0, 'gone': 0}
    """
    a, b = Kept.of(before), Kept.of(after)
    if a.schema != b.schema:
        raise DataError(f"{a.name} is a {a.schema} and {b.name} a {b.schema}: they have no cells in common")
    if not force:
        for name, value in a.inputs.items():
            if b.inputs.get(name, value) != value:
                raise DataError(
                    f"{b.name}: {name} is not what it is in {a.name}; use force=True to compare them anyway"
                )
    a, b = a.only(a_assumed, a_coder), b.only(b_assumed, b_coder)
    if by not in BY:
        raise SpecError(f"cells are compared by {' or '.join(BY)}, and not by {quoted(by)}")
    if by == "file":
        a, b = _by_file(a, b)
    _require_pairs(a, b)
    return Comparison(a, b, share(tolerance), share(speed_tolerance))


def _by_file(a: Kept, b: Kept) -> tuple[Kept, Kept]:
    """Both with one cell a file, whose key tells both ways where they differ."""
    before, after = a.by_file("a"), b.by_file("b")
    keys = {}
    for file in dict.fromkeys((*before, *after)):
        ways = [side[file][0] for side in (before, after) if file in side]
        assumed = dict.fromkeys(key.assumed for key in ways if key.assumed is not None)
        keys[file] = Key(file, " → ".join(assumed) or None, " → ".join(dict.fromkeys(key.coder for key in ways)))
    return (
        replace(a, cells={keys[file]: cell for file, (_, cell) in before.items()}),
        replace(b, cells={keys[file]: cell for file, (_, cell) in after.items()}),
    )


def _require_pairs(a: Kept, b: Kept) -> None:
    """Raise DataError where two reports have cells of beliefs, and none in common."""
    mine, yours = ({key for key in each.cells if key.assumed is not None} for each in (a, b))
    if not mine or not yours or mine & yours:
        return
    if {key.file for key in mine}.isdisjoint(key.file for key in yours):
        raise DataError(f"{b.name}: none of its files is in {a.name}")
    raise DataError(
        f"{b.name}: none of its beliefs and coders is in {a.name}; use by='file' to compare one way of each"
    )
