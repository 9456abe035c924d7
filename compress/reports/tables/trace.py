"""A traced message as text and as JSON: each step, then the payload, then the way back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from rich.console import Group, RenderableType

from compress.experiments.trace import Locating, Narrowing, Share, Stepped, Trace, Walked
from compress.reports.record import libraries, record
from compress.reports.table import FigureTable, counted, in_bits, new_table
from compress.reports.tables.predict import tree_lines
from compress.sources.tokens import visible

__all__ = ["between", "trace_record", "trace_report"]

# A fraction of more letters than this is shown as a decimal; so many decimals are shown where an interval begins, and
# so many where its ends differ.
_LONGEST = 13
_FIRST, _LAST = 4, 4


def trace_report(made: Trace) -> RenderableType:
    """The tree of a code of words, or the interval on paper and in the machine; the payload; and the decoder's way."""
    told = f"{made.coder}, Q = {made.spec}, {counted(len(made.tokens), 'token')}"
    parts: list[RenderableType] = [told, ""]
    if made.book is not None and made.q is not None and made.book.longest:
        parts += [*tree_lines(made.book, made.q.tokens), ""]
    sent, found = made.encoding, made.decoding
    if isinstance(sent[0], Narrowing):
        steps = [step for step in sent if isinstance(step, Narrowing)]
        parts += ["Encoding, on paper:", "", _on_paper(made, steps), ""]
        parts += [
            "Encoding, in the machine: the 62 bits after the bytes that are written",
            "",
            _in_the_machine(steps),
            "",
        ]
        parts += [*_finished(made), "", "Decoding: where in the interval the payload's point lies", ""]
        parts += [_located([step for step in found if isinstance(step, Locating)])]
    elif isinstance(sent[0], Stepped):
        is_forward = [step.token for step in sent] == [*made.tokens]
        begins = "Encoding" if is_forward else "Encoding, from the last token on"
        parts += [
            f"{begins}:",
            "",
            _stepped([step for step in sent if isinstance(step, Stepped)]),
            "",
            *_paid(made),
            "",
        ]
        parts += ["Decoding:", "", _stepped([step for step in found if isinstance(step, Stepped)])]
    else:
        parts += ["Encoding:", "", _sent([step for step in sent if isinstance(step, Walked)]), "", *_finished(made)]
        parts += [
            "",
            "Decoding: down the tree, a bit at a time",
            "",
            _found([step for step in found if isinstance(step, Walked)]),
        ]
    said = {
        "pass": "It is the coder's own payload, bit for bit, and decodes to the message.",
        "fail": "FAIL: it is not the coder's own payload, or does not decode to the message.",
    }
    return Group(*parts, "", said[made.verdict])


def _on_paper(made: Trace, steps: Sequence[Narrowing]) -> RenderableType:
    table = new_table("step", "token", "its part", "interval that is left", "Σ surprise", "settled", left=4)
    table.columns[0].justify = "right"
    table.columns[-1].justify = "left"
    bits, before = 0.0, 0
    for number, (step, price) in enumerate(zip(steps, made.prices, strict=True), 1):
        bits += price
        new = step.settled[before:]
        before = len(step.settled)
        table.add_row(str(number), visible(step.token), between(step.part), between(step.left), in_bits(bits, 2), new)
    return table


def _in_the_machine(steps: Sequence[Narrowing]) -> RenderableType:
    table = new_table("step", "low, 62 bits", "width, 62 bits", "bytes out", left=4)
    table.columns[0].justify = "right"
    for number, step in enumerate(steps, 1):
        moved = step.moved.hex(" ") + (", with a carry" if step.carried else "")
        table.add_row(str(number), f"{step.low:016x}", f"{step.width:016x}", moved.removeprefix(", "))
    return table


def _stepped(steps: Sequence[Stepped]) -> RenderableType:
    table = new_table("step", "token", *steps[0].at_hand, left=2 + len(steps[0].at_hand))
    table.columns[0].justify = "right"
    for number, step in enumerate(steps, 1):
        table.add_row(str(number), visible(step.token), *step.at_hand.values())
    return table


def _finished(made: Trace) -> list[str]:
    more = len(made.payload) - len(made.settled)
    return _paid(made, "" if made.book else f"; {len(made.settled)} were settled, {more} more name a point")


def _paid(made: Trace, more: str = "") -> list[str]:
    bits = made.payload.to01()
    lines = [
        " ".join(bits[at : at + 8] for at in range(line, min(line + 64, len(bits)), 8))
        for line in range(0, len(bits), 64)
    ]
    said = f"payload: {len(bits)} bits for {made.ideal_bits:.2f} bits of surprise{more}"
    return [said, *(f"  {line}" for line in lines)]


def _located(steps: Sequence[Locating]) -> RenderableType:
    table = new_table("step", "the point lies at", "in the part", "of token", left=4)
    table.columns[0].justify = "right"
    for number, step in enumerate(steps, 1):
        point = f"{float(step.point):.6f}"
        table.add_row(str(number), point, between(step.part), visible(step.token))
    return table


def _sent(steps: Sequence[Walked]) -> RenderableType:
    return _words(steps, "word", lambda step: step.word or "(empty)")


def _found(steps: Sequence[Walked]) -> RenderableType:
    return _words(steps, "from the root", lambda step: " → ".join(step.walk) or "(a leaf)")


def _words(steps: Sequence[Walked], name: str, said: Any) -> FigureTable:
    table = new_table("step", "token", "bits", name, left=4)
    table.columns[0].justify = "right"
    table.columns[-1].no_wrap = False
    for number, step in enumerate(steps, 1):
        last = step.at + len(step.word)
        bits = "-" if not step.word else f"{step.at + 1}" if last == step.at + 1 else f"{step.at + 1}-{last}"
        table.add_row(str(number), visible(step.token), bits, said(step))
    return table


def between(part: Share) -> str:
    """An interval: fractions where they are short, else decimals, and of those that begin alike the last few.

    >>> between((Fraction(5, 11), Fraction(7, 11)))
    '[5/11, 7/11)'
    >>> between((Fraction(10**9, 3 * 10**9 + 1), Fraction(10**9 + 1, 3 * 10**9 + 1)))
    '[0.3333…3222, 0.3333…3555)'
    """
    low, high = part
    if max(len(str(low)), len(str(high))) <= _LONGEST:
        return f"[{low}, {high})"
    digits = max(_FIRST, math.ceil(-_log10(high - low)) + 2)
    first, last = _decimal(low, digits), _decimal(high, digits)
    return f"[{_shortened(first)}, {_shortened(last)})"


def _log10(value: Fraction) -> float:
    return math.log10(value.numerator) - math.log10(value.denominator)


def _decimal(value: Fraction, digits: int) -> str:
    whole, rest = divmod(value.numerator * 10**digits // value.denominator, 10**digits)
    return f"{whole}.{rest:0{digits}d}"


def _shortened(number: str) -> str:
    longest = 2 + _FIRST + 1 + _LAST
    return number if len(number) <= longest else f"{number[: 2 + _FIRST]}…{number[-_LAST:]}"


def trace_record(made: Trace) -> dict[str, Any]:
    """The JSON of `codelen trace`."""
    return record(
        "trace",
        {
            "libraries": libraries(),
            "coder": made.coder,
            "assumed": made.spec,
            "tokens": made.tokens,
            "ideal_bits": made.ideal_bits,
            "payload": made.payload.to01(),
            "payload_bits": len(made.payload),
            "encoding": [_step(step) for step in made.encoding],
            "decoding": [_step(step) for step in made.decoding],
            "verdict": made.verdict,
        },
    )


def _step(step: Narrowing | Locating | Walked | Stepped) -> dict[str, Any]:
    if isinstance(step, Stepped):
        return {"token": step.token, **step.at_hand}
    if isinstance(step, Walked):
        return {"token": step.token, "at": step.at, "word": step.word, "walk": step.walk}
    part = [str(end) for end in step.part]
    if isinstance(step, Locating):
        return {"token": step.token, "part": part, "point": str(step.point), "seen": step.seen}
    return {
        "token": step.token,
        "part": part,
        "left": [str(end) for end in step.left],
        "low": step.low,
        "width": step.width,
        "moved": step.moved.hex(),
        "carried": step.carried,
        "settled": step.settled,
    }
