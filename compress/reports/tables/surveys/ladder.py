"""A ladder of beliefs: what each step saved, and what it knew for that; of several files their total, too."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.reports.record import libraries, record
from compress.reports.table import Either, counted, in_bits, new_table, summary_table
from compress.reports.tables.surveys.report import short_names
from compress.surveys.ladder import Climb, Ladder, Rung

__all__ = ["ladder_record", "ladder_report", "ladder_rows", "rung_name"]

_TEXT_WIDTH = 80
_COMPARED = "; all was decoded and compared"
_KNOWS = "what it knows that the one above did not"


def ladder_report(made: Ladder) -> RenderableType:
    """The steps of a file or of the total; before that, of several files, what each is on each rung."""
    whole = made.total or (made.climbs[0] if made.climbs else None)
    if whole is None:
        return "no file was given"
    parts: list[RenderableType] = []
    if made.total is not None:
        parts += [
            f"{counted(len(made.climbs), 'file')}, {whole.content_bytes:,} bytes{_COMPARED if not whole.lost else ''}",
            "",
            "bits of the file a byte",
            "",
            _matrix(made),
            "",
            "all together",
            "",
        ]
    else:
        parts += [f"{printable(whole.name)}: {whole.content_bytes:,} bytes{_COMPARED if not whole.lost else ''}", ""]
    knows = summary_table([(rung.name, rung.knows) for rung in made.rungs if rung.knows])
    narrow = Group(_steps(made, whole), "", _KNOWS, knows)
    return Group(*parts, Either(_steps(made, whole, told=True), narrow), *_said(made, whole))


def _steps(made: Ladder, climb: Climb, *, told: bool = False) -> RenderableType:
    """The steps and what is beside them; told: with what each knows."""
    timed = any(sizes.seconds for sizes in climb.sizes)
    table = new_table("assumed Q", "bits/byte", "file bytes", "saved", *(("enc MB/s", "dec MB/s") if timed else ()))
    if told:
        table.add_column(_KNOWS, no_wrap=True)
    for place, (rung, sizes) in enumerate(zip(made.rungs, climb.sizes, strict=True)):
        if place and bool(rung.knows) != bool(made.rungs[place - 1].knows):
            table.add_section()
        if place and rung.is_ours != made.rungs[place - 1].is_ours:
            table.add_section()
        saved = made.saved(climb, place)
        speeds = ("-" if speed is None else f"{speed / 1e6:,.2f}" for speed in (sizes.encode_speed, sizes.decode_speed))
        table.add_row(
            rung_name(rung),
            in_bits(sizes.bits_per_byte),
            f"{sizes.file_bytes:,}",
            "" if saved is None else f"{saved:.1%}",
            *(speeds if timed else ()),
            *([rung.knows] if told else []),
        )
    return table


def rung_name(rung: Rung) -> str:
    """A belief as it is, and in brackets what is none.

    >>> from compress.surveys.ladder import rungs
    >>> [rung_name(rung) for rung in rungs()][-4:]
    ['order:5', '(zlib -9)', '(bz2 -9)', '(lzma -9e)']
    """
    return rung.name if rung.is_ours else f"({rung.name})"


def _matrix(made: Ladder) -> RenderableType:
    steps = [place for place, rung in enumerate(made.rungs) if rung.knows]
    beside = [place for place, rung in enumerate(made.rungs) if not rung.is_ours]
    return Either(_columns(made, [*steps, *beside]), Group(_columns(made, steps), "", _columns(made, beside)))


def _columns(made: Ladder, places: Sequence[int]) -> RenderableType:
    """Files down, rungs across."""
    table = new_table("file", *(rung_name(made.rungs[place]) for place in places))
    for name, climb in zip(short_names([climb.name for climb in made.climbs]), made.climbs, strict=True):
        table.add_row(name, *(in_bits(climb.sizes[place].bits_per_byte, 3) for place in places))
    if made.total is not None:
        table.add_section()
        table.add_row("total", *(in_bits(made.total.sizes[place].bits_per_byte, 3) for place in places))
    return table


def _said(made: Ladder, whole: Climb) -> list[str]:
    """Why a longer context alone is no better; and what did not come back."""
    costs = {rung.name: sizes.bits_per_byte for rung, sizes in zip(made.rungs, whole.sizes, strict=True)}
    said = []
    if (costs["order:5"] or 0) > (costs["order:3"] or 0):
        said.append(
            "A longer context alone costs more: most contexts of 5 bytes are new, and know nothing (dilution); mix "
            "then asks shorter ones."
        )
    lost = [f"{climb.name}, {name}" for climb in made.climbs for name in climb.lost]
    if lost:
        said.append(f"not what was encoded: {printable('; '.join(lost))}")
    return ["", *(textwrap.fill(line, _TEXT_WIDTH) for line in said)] if said else []


def ladder_record(made: Ladder) -> dict[str, Any]:
    """The JSON of `codelen ladder`."""
    return record(
        "ladder",
        {
            "libraries": libraries(),
            "rungs": [{"name": rung.name, "ours": rung.is_ours, "knows": rung.knows or None} for rung in made.rungs],
            "files": [_climb(made, climb) for climb in made.climbs],
            "total": None if made.total is None else _climb(made, made.total),
            "verdict": made.verdict,
        },
    )


def _climb(made: Ladder, climb: Climb) -> dict[str, Any]:
    return {
        "file": climb.name,
        "bytes": climb.content_bytes,
        "rungs": [
            {
                "name": rung.name,
                "file_bytes": sizes.file_bytes,
                "bits_per_byte": sizes.bits_per_byte,
                "saved": made.saved(climb, place),
                "encode_speed": sizes.encode_speed,
                "decode_speed": sizes.decode_speed,
                "round_trip": rung.name not in climb.lost,
            }
            for place, (rung, sizes) in enumerate(zip(made.rungs, climb.sizes, strict=True))
        ],
    }


def ladder_rows(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """A row for each file on each rung; speeds are bytes a second."""
    return [
        {"file": climb["file"], "bytes": climb["bytes"], **rung} for climb in fields["files"] for rung in climb["rungs"]
    ]
