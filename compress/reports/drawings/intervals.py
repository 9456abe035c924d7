"""An interval that narrows, as a picture without any library: each row is what was left of the one above, enlarged."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate

from compress.errors import SpecError
from compress.experiments.trace import Locating, Narrowing, Share, Trace
from compress.reports.drawings.paper import paper, shortened, words
from compress.reports.table import counted, in_bits
from compress.reports.tables.trace import between
from compress.sources.tokens import visible

__all__ = ["MOST_ROWS", "interval_svg"]

# More rows are no longer looked at.
MOST_ROWS = 12

_WIDTH, _LEFT, _HEAD, _BAR, _ROW = 440, 20, 66, 26, 66
_LETTER = 8.0

_LOOK = """\
text{font:13px system-ui,sans-serif;fill:#222;text-anchor:middle}.s{font-size:11px;fill:#666}.l{text-anchor:start}
.n{font-weight:600}.r{text-anchor:end}.part{fill:#eef2f6;stroke:#999}.mine{fill:#56b4e9;stroke:#0072b2}
.zoom{fill:#56b4e9;opacity:.18}.point{stroke:#d55e00;stroke-width:2}.back{fill:#fff}
"""
_DARK = """text{fill:#eee}.s{fill:#aaa}.part{fill:#2a2f36;stroke:#777}.back{fill:#1b1b1b}
.mine{fill:#1f5f8a;stroke:#56b4e9}"""


def interval_svg(made: Trace, first: int = 0, *, follows: bool = True) -> str:
    """The rows of up to 12 tokens from the `first` on: all parts, the token's own, and where the payload's point lies.

    follows: whether it is dark on a dark screen.  Of a Q that changes only the token's own part is known.
    Raises SpecError for a coder that narrows no interval.

    >>> from compress.coders.catalog import choose
    >>> from compress.experiments.trace import trace
    >>> from compress.probability.distribution import Distribution
    >>> from compress.sources.tokens import tokeniser
    >>> made = trace(tokeniser("chars").split(b"abba"), Distribution.parse("a=3/4,b=1/4"), choose("arithmetic"))
    >>> interval_svg(made).count('class="mine"')
    4
    """
    steps = [step for step in made.encoding if isinstance(step, Narrowing)][first : first + MOST_ROWS]
    points = [step.point for step in made.decoding if isinstance(step, Locating)][first : first + MOST_ROWS]
    if not steps:
        raise SpecError(f"{made.coder} narrows no interval")
    height = _HEAD + len(steps) * _ROW + 28
    left = [(Fraction(0), Fraction(1)), *(step.left for step in made.encoding if isinstance(step, Narrowing))][first:]
    title = f"{made.coder}, Q = {made.spec}, payload {made.payload.to01()}"
    lines = [
        *paper(_WIDTH + 2 * _LEFT, height, title, _LOOK, _DARK if follows else ""),
        words(_LEFT, 18, f"payload {_ends(made.payload.to01())}", "l n"),
        words(_LEFT, 36, f"{len(made.payload)} bits, for {in_bits(made.ideal_bits, 2)} bits of surprise", "l"),
    ]
    for row, (step, point, whole) in enumerate(zip(steps, points, left, strict=False)):
        y = _HEAD + row * _ROW
        lines.append(words(_LEFT, y - 5, between(whole), "s l"))
        lines.append(words(_LEFT + _WIDTH, y - 5, f"{first + row + 1}: {visible(step.token)}", "s r"))
        parts = _parts(made) if made.q is not None else [(step.token, step.part)]
        for token, part in parts:
            mine = part == step.part
            lines.extend(_part(token, part, y, mine=mine))
            if mine:
                corners = ((_x(part[0]), y + _BAR), (_x(part[1]), y + _BAR))
                below = ((_LEFT + _WIDTH, y + _ROW), (_LEFT, y + _ROW))
                path = " ".join(f"{x:.1f},{at:g}" for x, at in (*corners, *below))
                lines.append(f'<polygon class="zoom" points="{path}"/>')
        x = _x(point)
        lines.append(f'<line class="point" x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + _BAR + 3}"/>')
    y = _HEAD + len(steps) * _ROW
    lines.append(words(_LEFT, y + 14, between(left[len(steps)]), "s l"))
    hidden = len(made.tokens) - first - len(steps)
    if hidden:
        lines.append(words(_LEFT + _WIDTH, y + 14, f"and {counted(hidden, 'token')} more", "s r"))
    return "\n".join([*lines, "</svg>", ""])


def _parts(made: Trace) -> Iterator[tuple[str, Share]]:
    """What each token owns, in the order of Q."""
    q = made.q
    assert q is not None
    ends = [Fraction(end, q.total) for end in accumulate(q.weights, initial=0)]
    for token, begin, end in zip(q.tokens, ends, ends[1:], strict=False):
        if begin < end:
            yield token, (begin, end)


def _part(token: str, part: Share, y: int, *, mine: bool) -> Iterator[str]:
    begin, end = _x(part[0]), _x(part[1])
    look = "mine" if mine else "part"
    yield f'<rect class="{look}" x="{begin:.1f}" y="{y}" width="{end - begin:.1f}" height="{_BAR}"/>'
    name = shortened(visible(token))
    # A name that has no room is left out, but for the token's own.
    if mine or len(name) * _LETTER < end - begin:
        yield words((begin + end) / 2, y + 18, name, "n" if mine else "s")


def _x(share: Fraction) -> float:
    return _LEFT + _WIDTH * float(share)


def _ends(bits: str) -> str:
    return bits if len(bits) <= 40 else f"{bits[:30]}…{bits[-8:]}"
