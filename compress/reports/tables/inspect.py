"""Files as text and as JSON: what can be said of them without their content."""

from __future__ import annotations

import textwrap
from typing import Any

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.frames.header import NOT_HELD
from compress.frames.inspections import InspectedFiles, Inspection, Inspections
from compress.reports.record import ledger_record, record
from compress.reports.table import LEARNING_LESS_STRUCTURE, count, in_bits, ledger_table, new_table, summary_table

__all__ = ["files_record", "files_report", "inspection_record", "inspection_report"]


def _ledger(frame: Inspection) -> RenderableType:
    header = frame.header
    said = {"mismatch": LEARNING_LESS_STRUCTURE} if header.is_sequential else {}
    return ledger_table(frame.ledger, header.count, frame.file_bytes, **said)


def _untold(frame: Inspection) -> RenderableType:
    """What is known without the predictions: how large the payload is, and what stands around it."""
    table = new_table("part", "bits")
    table.add_row("payload", count(frame.payload_bits))
    for part, bits in frame.ledger.container_parts.items():
        table.add_row(part, count(bits))
    table.add_section()
    table.add_row("8 x file bytes", count(8 * frame.file_bytes))
    return Group(table, "", textwrap.fill(f"Not decoded: {NOT_HELD}.", 80))


def inspection_report(inspections: Inspections) -> RenderableType:
    """A file's frames: what they hold, and where their bits went."""
    parts: list[RenderableType] = []
    frames = inspections.frames
    for number, frame in enumerate(frames):
        header = frame.header
        title = printable(inspections.name) + (f", frame {number + 1} of {len(frames)}" if len(frames) > 1 else "")
        origin = (
            ""
            if frame.assumed is not None or not header.count or header.is_sequential or header.is_given
            else " (not known here: taken to be Q̂, so code is 0)"
        )
        summary = [
            ("coder", header.coder.name),
            ("tokens", f"{header.count:,} {header.kind.name}, {len(header.tokens):,} different"),
            ("content", f"{header.content_bytes:,} bytes"),
            ("assumed Q", f"{header.label.spec or '?'}{origin}"),
            ("blocks", f"{frame.blocks:,}"),
        ]
        if frame.empirical is not None:
            summary.append(("H(P̂)", f"{in_bits(frame.empirical.entropy)} bits/token"))
        if header.count:
            summary += [
                ("payload", f"{in_bits(frame.payload_bits / header.count)} bits/token"),
                ("file", f"{in_bits(8 * frame.file_bytes / header.count)} bits/token"),
            ]
        parts += [title, summary_table(summary), "", _untold(frame) if header.is_given else _ledger(frame), ""]
    return Group(*parts[:-1])


def inspection_record(inspections: Inspections) -> dict[str, Any]:
    """The JSON of `codelen inspect`."""
    return record("inspect", {"file": inspections.name, "frames": [*map(_frame_record, inspections.frames)]})


def files_report(inspected: InspectedFiles) -> RenderableType:
    """What is told of each, one after the other."""
    return Group(*(part for each in inspected.files for part in ("", inspection_report(each))))


def files_record(inspected: InspectedFiles) -> dict[str, Any]:
    """The JSON of `codelen inspect` for several files."""
    files = [{"file": each.name, "frames": [*map(_frame_record, each.frames)]} for each in inspected.files]
    return record("inspections", {"files": files})


def _frame_record(frame: Inspection) -> dict[str, Any]:
    header = frame.header
    return {
        "coder": header.coder.name,
        "tokens": header.kind.name,
        "n": header.count,
        "alphabet_size": len(header.tokens),
        "content_bytes": header.content_bytes,
        "file_bytes": frame.file_bytes,
        "payload_bits": frame.payload_bits,
        "ideal_bits": frame.ideal_bits,
        "blocks": frame.blocks,
        "entropy": None if frame.empirical is None else frame.empirical.entropy,
        "assumed": {
            "spec": header.label.spec,
            "zeros": header.label.zeros,
            "from_label": frame.assumed is not None,
            "is_sequential": header.is_sequential,
        },
        **ledger_record(frame.ledger),
    }
