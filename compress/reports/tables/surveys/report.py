"""A survey as text: a row for each file, belief and coder, totals, what everybody has, and what could not be done."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from compress.errors import printable
from compress.frames.files import Encoding
from compress.reports.table import Either, coder_name, counted, folded, in_bits, new_table
from compress.reports.tables.validation import verdict
from compress.surveys.report import BaselineRow, Report, Row, Sizes, Sums, Total

__all__ = ["common_folder", "remarks", "short_names", "survey_report"]

_LENGTHS = ("n", "K", "H(P̂)", "D(P̂||Q)", "payload", "file")
# Where a Q changes from token to token, and so is none to have a divergence from.
_LEARNED = ("n", "K", "H(P̂)", "mismatch", "payload", "file")
_SIZES = ("file bytes", "ratio")
_SPEEDS = ("enc MB/s", "dec MB/s")
_TEXT_WIDTH = 80


def survey_report(report: Report) -> RenderableType:
    """All rows in one table; where the screen is narrow their lengths in one, and their sizes in another."""
    folder = common_folder([each.name for each in report.inputs])
    lines = [*_rows(report, folder)]
    timed = any(row.seconds is not None for row in report.rows) or any(row.sizes.seconds for row in report.baselines)
    speeds = _SPEEDS if timed else ()
    costs = _LEARNED if any(how.is_sequential for how in report.hows) else _LENGTHS
    wide = new_table("file", "assumed Q", "coder", *costs, *_SIZES, *speeds, "verdict", left=3)
    lengths, sizes = new_table("file, Q, coder", *costs), new_table("file, Q, coder", *_SIZES, *speeds, "verdict")
    for line in lines:
        if line is None:
            for table in (wide, lengths, sizes):
                table.add_section()
            continue
        names, tokens, bytes_, speed, said = line
        shown = speed if timed else ()
        wide.add_row(*names, *tokens, *bytes_, *shown, said)
        name = folded(*names)
        lengths.add_row(name, *tokens)
        sizes.add_row(name, *bytes_, *shown, said)
    kind = report.hows[0].kind.name if report.hows else "bytes"
    parts: list[RenderableType] = [
        f"{counted(len(report.inputs), 'file')}{f' in {printable(folder)}' if folder else ''}, tokens {kind}; lengths "
        "in bits/token, ratio = content / file\n",
        Either(wide, Group(lengths, "", sizes)),
    ]
    return Group(*parts, *remarks(report))


Line = tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str], Text]


def _rows(report: Report, folder: str) -> list[Line | None]:
    """What stands in each line; None for a rule."""
    files: dict[str, list[Line | None]] = {each.name: [] for each in report.inputs}
    names = {file: printable(os.path.relpath(file, folder) if folder else file) for file in files}
    for row in report.rows:
        files[row.file].append(_coded(names[row.file], row.how, row.sums, f"{row.alphabet_size:,}", row))
    for beside in report.baselines:
        files[str(beside.file)].append(_beside(names[str(beside.file)], beside))
    lines = [line for of_file in files.values() if of_file for line in (*of_file, None)]
    if len(files) > 1:
        lines += [_coded(_total(each, report), each.how, each.sums, "", None) for each in report.totals if each.rows]
        lines += [_beside(f"{_mark(row, report)}total", row) for row in report.baseline_totals]
    return lines


def _total(total: Total, report: Report) -> str:
    missing = len(report.inputs) - len(total.rows)
    name = f"total of {len(total.rows):,}" if missing else "total"
    return _mark(total, report) + name


def _mark(total: Total | BaselineRow, report: Report) -> str:
    if total is report.least:
        return "* "
    return "+ " if total is report.best else ""


def _coded(name: str, how: Encoding, sums: Sums, size: str, row: Row | None) -> Line:
    averages = (sums.entropy, sums.mismatch, sums.bits_per_token, sums.file_bits_per_token)
    said = verdict(row.verdict, row.checks.failed) if row else Text()
    names = (name, printable(how.spec), coder_name(how.coder.name))
    return names, (f"{sums.n:,}", size, *map(in_bits, averages)), _bytes(sums.sizes), _speeds(sums.sizes), said


def _beside(name: str, row: BaselineRow) -> Line:
    names = (name, "", f"{row.baseline.name} {row.baseline.level}")
    return names, ("",) * len(_LENGTHS), _bytes(row.sizes), _speeds(row.sizes), Text()


def _bytes(sizes: Sizes) -> tuple[str, str]:
    return f"{sizes.file_bytes:,}", "-" if sizes.ratio is None else f"{sizes.ratio:.3f}"


def _speeds(sizes: Sizes) -> tuple[str, str]:
    encode, decode = (
        "-" if speed is None else f"{speed / 1e6:,.1f}" for speed in (sizes.encode_speed, sizes.decode_speed)
    )
    return encode, decode


def remarks(report: Report, *, best: bool = True) -> list[str]:
    """What the marks of the smallest totals mean, if they are shown, and what could not be done."""
    said = []
    if best and report.least is not None and len(report.inputs) > 1:
        apart = report.best is not report.least
        said.append("* the smallest total" + ("; + the smallest with an assumed Q" if apart else ""))
    if learning := dict.fromkeys(how.spec for how in report.hows if how.is_sequential):
        said.append(f"mismatch: D(P̂||Q); of {', '.join(map(printable, learning))}: learning, less structure")
    if any(row.seconds for row in report.rows if not row.how.coder.family.is_ours):
        said.append("speeds of somebody else's coder: with a process of its own for each call")
    said += [f"not decoded: {printable(row.file)}: {printable(row.lost)}" for row in report.rows if row.lost]
    said += [f"not coded: {printable(each.name)}: {printable(each.message)}" for each in report.failures]
    return ["", *(textwrap.fill(line, _TEXT_WIDTH, subsequent_indent="  ") for line in said)] if said else []


def common_folder(files: Sequence[str]) -> str:
    """The folder in which all these files are, if they are several, all named from here or all from the root."""
    if len(set(files)) < 2 or len(set(map(os.path.isabs, files))) > 1:
        return ""
    return os.path.commonpath([os.path.dirname(file) for file in files])


def short_names(files: Sequence[str]) -> list[str]:
    """The files' names without their common folder.

    >>> short_names(["in/a", "in/b"])
    ['a', 'b']
    >>> short_names(["in/a", "/in/b"])
    ['in/a', '/in/b']
    """
    folder = common_folder(files)
    return [printable(os.path.relpath(name, folder) if folder else name) for name in files]
