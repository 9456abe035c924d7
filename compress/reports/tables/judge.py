"""What a coder was found to do: failures first, then what it turned down, then what it costs; also as JUnit's XML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.judging.court import Ruling
from compress.judging.judge import Cost, Judgement
from compress.reports.record import libraries, record
from compress.reports.table import count, counted, in_bits, new_table, summary_table

__all__ = ["judgement_record", "judgement_report", "junit", "xml_letters"]

_WIDTH = 78
_TOLD = 10


def judgement_report(made: Judgement) -> RenderableType:
    """Failures, each with the smallest message that shows it; refusals; costs beside ours; and what it looks like."""
    parts: list[RenderableType] = [
        f"{printable(made.coder)}, {counted(len(made.rulings), 'case')}, seed {made.seed}",
        "",
    ]
    for word, rulings in (("FAIL", made.failed), ("refused", made.refused)):
        for alike in _alike(rulings):
            names = textwrap.wrap("; ".join(ruling.case for ruling in alike), _WIDTH - len(word) - 2)
            parts += [f"{word}  {names[0]}", *(" " * (len(word) + 2) + name for name in names[1:])]
            parts += [*_told(alike[0]), ""]
    if made.costs:
        parts += [_costs(made.costs), ""]
    ends = {True: "yes: bits behind a payload do not matter", False: "no: bits behind a payload may matter", None: "?"}
    passed = sum(ruling.verdict == "pass" for ruling in made.rulings)
    turned = f", {len(made.refused)} refused" if made.refused else ""
    summary = [
        ("payload in", {None: "-", 1: "bits", 8: "bytes"}.get(made.granule, f"words of {made.granule} bits")),
        ("looks like", " or ".join(made.laws) or "none of: arithmetic, an optimal prefix code, Shannon's"),
        ("as long as our", ", ".join(made.twins) or "no coder"),
        ("self-delimiting", ends[made.is_self_delimiting]),
        ("verdict", f"{made.verdict}: {passed} of {len(made.rulings)} passed, {len(made.failed)} failed{turned}"),
    ]
    return Group(*parts, summary_table(summary))


def _alike(rulings: Sequence[Ruling]) -> Iterator[list[Ruling]]:
    """Those together that expected and got the same, in the order of the first of each."""
    groups: dict[tuple[str, str], list[Ruling]] = {}
    for ruling in rulings:
        groups.setdefault((ruling.expected, ruling.got), []).append(ruling)
    yield from groups.values()


def _told(ruling: Ruling) -> Iterator[str]:
    for name, text in (("expected", ruling.expected), ("got", ruling.got), ("smallest", ruling.smallest)):
        if text:
            lines = textwrap.wrap(printable(text), _WIDTH - 6 - _TOLD) or [""]
            yield f"      {name:<{_TOLD}}{lines[0]}"
            yield from (" " * (6 + _TOLD) + line for line in lines[1:])


def _costs(costs: Sequence[Cost]) -> RenderableType:
    table = new_table("stream", "n", "H(P)", "bits/token", "arithmetic", "huffman", "excess")
    for cost in costs:
        own = (cost.payload_bits + cost.info_bits, cost.ours["arithmetic"], cost.ours["huffman"])
        figures = [in_bits(bits / cost.n) for bits in own]
        table.add_row(cost.stream, f"{cost.n:,}", in_bits(cost.entropy), *figures, count(round(cost.excess_bits, 1)))
    return table


def judgement_record(made: Judgement) -> dict[str, Any]:
    """The JSON of `codelen judge`."""
    return record(
        "judge",
        {
            "libraries": libraries(),
            "coder": made.coder,
            "seed": made.seed,
            "cases": [
                {
                    "case": ruling.case,
                    "verdict": ruling.verdict,
                    "expected": ruling.expected or None,
                    "got": ruling.got or None,
                    "smallest": ruling.smallest or None,
                }
                for ruling in made.rulings
            ],
            "costs": [
                {
                    "stream": cost.stream,
                    "n": cost.n,
                    "entropy": cost.entropy,
                    "ideal_bits": cost.ideal_bits,
                    "payload_bits": cost.payload_bits,
                    "info_bits": cost.info_bits,
                    "excess_bits": cost.excess_bits,
                    "our_bits": dict(cost.ours),
                    "looks_like": sorted(cost.laws(made.granule or 1)),
                }
                for cost in made.costs
            ],
            "granule_bits": made.granule,
            "looks_like": made.laws,
            "as_long_as": made.twins,
            "is_self_delimiting": made.is_self_delimiting,
            "verdict": made.verdict,
        },
    )


def junit(made: Judgement) -> str:
    """The judgement as JUnit's XML, as machines that run a class's tests read it."""
    suite = ElementTree.Element(
        "testsuite",
        name=f"codelen judge {xml_letters(made.coder)}",
        tests=str(len(made.rulings)),
        failures=str(len(made.failed)),
        skipped=str(len(made.refused)),
    )
    for ruling in made.rulings:
        case = ElementTree.SubElement(suite, "testcase", classname="codelen.judge", name=ruling.case)
        if ruling.verdict == "pass":
            continue
        kind = "failure" if ruling.verdict == "fail" else "skipped"
        told = ElementTree.SubElement(case, kind, message=xml_letters(f"expected {ruling.expected}; got {ruling.got}"))
        told.text = xml_letters(ruling.smallest)
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, "unicode") + "\n"


def xml_letters(text: str) -> str:
    """What XML can hold."""
    return printable(text).encode("utf-8", "backslashreplace").decode()
