"""What a picture without any library is made of: its paper, and words on it."""

from __future__ import annotations

from html import escape

__all__ = ["paper", "shortened", "words"]

_LONGEST_NAME = 12


def paper(width: float, height: float, title: str, look: str, dark: str = "") -> list[str]:
    """The first lines of an SVG picture, which shrinks where it has no room.

    look: its style sheet; dark: what is different on a dark screen, if it is to follow one.

    >>> paper(100, 50, "a & b", "")[1]
    '<title>a &amp; b</title><style></style>'
    """
    if dark:
        look += f"@media (prefers-color-scheme:dark){{{dark}}}\n"
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{width:g}" height="{height:g}" '
        f'viewBox="0 0 {width:g} {height:g}" style="max-width:100%;height:auto">',
        f"<title>{escape(title)}</title><style>{look}</style>",
        f'<rect class="back" width="{width:g}" height="{height:g}"/>',
    ]


def words(x: float, y: float, text: str, look: str) -> str:
    """Words at a place, of the class `look`.

    >>> words(1, 2, "<b>", "n")
    '<text class="n" x="1.0" y="2">&lt;b&gt;</text>'
    """
    return f'<text class="{look}" x="{x:.1f}" y="{y:g}">{escape(text)}</text>'


def shortened(name: str) -> str:
    """A token's name, cut where it is long.

    >>> shortened("a long name for a token")
    'a long name…'
    """
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"
