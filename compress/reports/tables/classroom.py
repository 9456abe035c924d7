"""A class of coders as a table, one line each; as JSON, and each as JUnit's XML."""

from __future__ import annotations

import textwrap
from typing import Any
from xml.etree import ElementTree

from rich.console import Group as Parts
from rich.console import RenderableType

from compress.errors import printable
from compress.judging.classroom import SHOWN, Classroom, Entry
from compress.reports.record import record
from compress.reports.table import coder_name, counted, in_bits, new_table
from compress.reports.tables.judge import judgement_record, junit, xml_letters
from compress.reports.tables.validation import verdict

__all__ = ["classroom_record", "classroom_report", "entry_junit"]


def classroom_report(made: Classroom) -> RenderableType:
    """A line for each coder, the entropy of the three streams below; then how many passed."""
    heads = [textwrap.fill(name, 8) for name in SHOWN]
    table = new_table("coder", "passed", "failed", *heads, "first failure")
    table.columns[-1].justify = "left"
    table.columns[-1].no_wrap = False
    things = {entry.coder.rpartition(":")[2] for entry in made.entries}
    for entry in made.entries:
        first = entry.first_failure
        failure = entry.trouble.removeprefix(f"{entry.coder}: ") or (f"{first.case}: {first.got}" if first else "")
        table.add_row(
            # In a class that was told one name nobody needs it.
            coder_name(entry.coder.rpartition(":")[0] if len(things) == 1 else entry.coder),
            f"{entry.passed}" if entry.judgement else "-",
            f"{entry.failed}" if entry.judgement else "-",
            *(in_bits(_bits(entry, name)) for name in SHOWN),
            printable(failure) or verdict("pass"),
        )
    known = {cost.stream: cost.entropy for entry in made.entries if entry.judgement for cost in entry.judgement.costs}
    table.add_section()
    table.add_row("H(P)", "", "", *(in_bits(known.get(name)) for name in SHOWN), "")
    passed = sum(entry.verdict == "pass" for entry in made.entries)
    many, failed = counted(len(made.entries), "coder"), len(made.entries) - passed
    told = f"{many}, seed {made.seed}: {passed} passed, {failed} failed; bits/token of three streams."
    return Parts(table, "", told)


def _bits(entry: Entry, stream: str) -> float | None:
    cost = entry.cost(stream)
    return None if cost is None else (cost.payload_bits + cost.info_bits) / cost.n


def classroom_record(made: Classroom) -> dict[str, Any]:
    """The JSON of `codelen judge` with several coders: the judgement of each, or why there is none."""
    return record(
        "classroom",
        {
            "seed": made.seed,
            "coders": [
                {
                    "coder": entry.coder,
                    "passed": entry.passed,
                    "failed": entry.failed,
                    "trouble": entry.trouble or None,
                    "judgement": None if entry.judgement is None else judgement_record(entry.judgement),
                    "verdict": entry.verdict,
                }
                for entry in made.entries
            ],
            "verdict": made.verdict,
        },
    )


def entry_junit(entry: Entry) -> str:
    """The cases of one as JUnit's XML; of one that could not be judged a single case, which failed."""
    if entry.judgement is not None:
        return junit(entry.judgement)
    name = f"codelen judge {xml_letters(entry.coder)}"
    suite = ElementTree.Element("testsuite", name=name, tests="1", failures="1", skipped="0")
    case = ElementTree.SubElement(suite, "testcase", classname="codelen.judge", name="it can be judged")
    ElementTree.SubElement(case, "failure", message=xml_letters(entry.trouble))
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, "unicode") + "\n"
