"""The JSON of reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compress.frames.files import Encoding
from compress.reports.record import figures, ledger_record, libraries, record
from compress.surveys.report import BaselineRow, Report, Row, Sizes, Sums, Total

__all__ = ["survey_record"]


def survey_record(report: Report) -> dict[str, Any]:
    """The JSON of `codelen report`: what any machine would write, and apart from it the speeds of this one."""
    how = report.hows[0] if report.hows else Encoding()
    best, least = report.best, report.least
    return record(
        "report",
        {
            "tokens": report.reading.kind.name,
            "normalize": report.reading.normalize,
            "zeros": how.zeros.spec,
            "hows": [*map(_how_record, report.hows)],
            "libraries": libraries(),
            "inputs": [*map(vars, report.inputs)],
            "rows": [*map(_row_record, report.rows)],
            "baselines": [{"file": row.file, **_baseline_record(row)} for row in report.baselines],
            "failures": [
                {"file": each.file, **({} if each.how is None else _how_record(each.how)), "error": each.message}
                for each in report.failures
            ],
            "totals": [*map(_total_record, report.totals)],
            "baseline_totals": [*map(_baseline_record, report.baseline_totals)],
            "best": None if best is None else _how_record(best.how),
            "least": None if least is None else _least_record(least),
            "speeds": [*_speed_records(report)],
            "verdict": report.verdict,
        },
    )


def _row_record(row: Row) -> dict[str, Any]:
    return {
        "file": row.file,
        **_how_record(row.how),
        "alphabet_size": row.alphabet_size,
        "blocks": row.inspection.blocks,
        **_sums_record(row.sums, row.how),
        **ledger_record(row.inspection.ledger),
        "checks": vars(row.checks),
        "lost": row.lost,
        "verdict": row.verdict,
    }


def _total_record(total: Total) -> dict[str, Any]:
    return {
        **_how_record(total.how),
        "files": len(total.rows),
        **_sums_record(total.sums, total.how),
        "ledger": total.sums.terms,
    }


def _speed_records(report: Report) -> Iterator[dict[str, Any]]:
    for row in report.rows:
        if row.seconds:
            yield {"file": row.file, **_how_record(row.how), **_speed_record(row.sums.sizes)}
    for each in report.baselines:
        if each.sizes.seconds:
            yield {"file": each.file, "baseline": each.baseline.name, **_speed_record(each.sizes)}


def _how_record(how: Encoding) -> dict[str, Any]:
    return {"assumed": how.spec, "coder": how.coder.name}


def _sums_record(sums: Sums, how: Encoding) -> dict[str, Any]:
    return {
        "n": sums.n,
        "content_bytes": sums.sizes.content_bytes,
        "payload_bits": sums.payload_bits,
        "file_bytes": sums.sizes.file_bytes,
        **figures(sums, "entropy"),
        # A Q that changes is not one distribution.
        "kl_divergence": None if how.is_sequential else sums.mismatch,
        **figures(sums, "bits_per_token", "file_bits_per_token"),
        **figures(sums.sizes, "bits_per_byte", "ratio"),
    }


def _baseline_record(row: BaselineRow) -> dict[str, Any]:
    shown = figures(row.sizes, "content_bytes", "file_bytes", "bits_per_byte", "ratio")
    return {"baseline": row.baseline.name, "level": row.baseline.level, **shown}


def _least_record(least: Total | BaselineRow) -> dict[str, Any]:
    if isinstance(least, Total):
        return _how_record(least.how)
    return {"baseline": least.baseline.name, "level": least.baseline.level}


def _speed_record(sizes: Sizes) -> dict[str, Any]:
    """Bytes of content a second in the quickest run, how many were made, and how much longer the slowest took."""
    seconds = sizes.seconds
    assert seconds is not None
    speeds = figures(sizes, "encode_speed", "decode_speed")
    encode, decode = seconds.spread
    return {**speeds, "runs": seconds.runs, "encode_spread": encode, "decode_spread": decode}
