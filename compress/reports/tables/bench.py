"""Speeds: of each workload a table for encoding and one for decoding, the quickest first."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType

from compress.benching.bench import Bench, Course, Measured, Times
from compress.errors import printable
from compress.reports.record import libraries, record
from compress.reports.table import coder_name, counted, fixed, in_bits, new_table

__all__ = ["bench_record", "bench_report", "bench_rows"]

WAYS = ("encode", "decode")
_TOLD = {"Q": "given", "counts": "own"}


def bench_report(made: Bench) -> RenderableType:
    """Each course, and what its columns are."""
    parts: list[RenderableType] = []
    for course in made.courses:
        parts += [*_course(course), ""]
    parts += [
        "Q: given beforehand, or the coder's own counts, which it sends.  excess: bits a",
        "token beyond H(P̂).  A token is a byte, so Mtok/s is MB/s: the median of",
        f"{counted(made.runs, 'turn')}, and the best; ±: how far the slowest is from the best.  / copy,",
        "/ peer: beside a copy in memory, and beside the quickest of (the others).",
    ]
    return Group(*parts)


def _course(course: Course) -> Iterator[RenderableType]:
    yield (
        f"{printable(course.name)}: {course.size:,} bytes, H(P̂) = {in_bits(course.entropy)} bits; "
        f"a copy in memory: {fixed(course.speed(course.copy), 0)} MB/s"
    )
    for way in WAYS:
        best = course.quickest_peer(way)
        table = new_table(way, "Q", "excess", "Mtok/s", "best", "±", "/ copy", "/ peer", left=2)
        for row in sorted(course.rows, key=lambda row: _times(row, way).median):
            times = _times(row, way)
            table.add_row(
                coder_name(row.coder) if row.is_ours else f"({row.coder})",
                _TOLD[row.told],
                in_bits(row.excess),
                fixed(course.speed(times), 0),
                fixed(course.speed(times, best=True), 0),
                f"{times.spread:.0%}",
                f"{course.copy.median / times.median:.1%}",
                "-" if best is None else f"{_times(best, way).median / times.median:.2f}x",
            )
        yield ""
        yield table


def _times(row: Measured, way: str) -> Times:
    times: Times = getattr(row, way)
    return times


def bench_record(made: Bench) -> dict[str, Any]:
    """The JSON of `codelen bench`."""
    return record(
        "bench",
        {
            "libraries": libraries(),
            "machine": {"processor": platform.machine(), "cores": os.cpu_count(), "python": platform.python_version()},
            "runs": made.runs,
            "courses": [
                {
                    "workload": course.name,
                    "bytes": course.size,
                    "entropy": course.entropy,
                    "copy_seconds": course.copy.seconds,
                    "frontier": {way: [row.coder for row in course.frontier(way)] for way in WAYS},
                    "coders": [
                        {
                            "coder": row.coder,
                            "ours": row.is_ours,
                            "told": row.told,
                            "payload_bits": row.payload_bits,
                            "excess_bits_per_token": row.excess,
                            "encode_seconds": row.encode.seconds,
                            "decode_seconds": row.decode.seconds,
                            "encode_speed": 1e6 * course.speed(row.encode),
                            "decode_speed": 1e6 * course.speed(row.decode),
                        }
                        for row in course.rows
                    ],
                }
                for course in made.courses
            ],
        },
    )


def bench_rows(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each coder on each workload; speeds are bytes a second, medians."""
    left_out = ("encode_seconds", "decode_seconds")
    return [
        {
            "workload": course["workload"],
            "bytes": course["bytes"],
            "entropy": course["entropy"],
            **{name: value for name, value in coder.items() if name not in left_out},
        }
        for course in fields["courses"]
        for coder in course["coders"]
    ]
