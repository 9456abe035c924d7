"""What a screen shows that cannot show everything: the signs of the field in ASCII.

Standard output may be ASCII or a code page of Windows.  A letter that it lacks is written with the letters
that every screen has; foreign letters (tokens, names) are spelled out as they are where text is unprintable.
"""

from __future__ import annotations

import codecs

__all__ = ["PLAIN", "columns_kept", "register"]

# The name under which a stream asks for it: `stream.reconfigure(errors=PLAIN)`.
PLAIN = "codelen.plain"

_SIGNS = {
    "±": "+/-",
    "·": "*",
    "−": "-",
    "²": "^2",
    "Σ": "sum",
    "Ĥ": "H^",
    "≤": "<=",
    "≥": ">=",
    "∞": "inf",
    "\N{COMBINING CIRCUMFLEX ACCENT}": "^",
    "…": "...",
    "●": "o",
    "─": "-",
    "━": "-",
    "│": "|",
    "├": "+",
    "└": "+",
}
# Where a sign takes more room in ASCII, the blanks beside it give that room, and columns stay columns.
_IN_A_COLUMN = {"±": (" ± ", "+/-"), "\N{COMBINING CIRCUMFLEX ACCENT}": ("  Q\N{COMBINING CIRCUMFLEX ACCENT}", " Q^")}


def register() -> None:
    """Make the error handler known to Python's codecs."""
    codecs.register_error(PLAIN, _in_plain_letters)


def columns_kept(text: str, encoding: str) -> str:
    """The text with those signs replaced that the encoding lacks and that would shift a table's columns."""
    for sign, (found, instead) in _IN_A_COLUMN.items():
        try:
            sign.encode(encoding)
        except UnicodeEncodeError:
            text = text.replace(found, instead)
    return text


def _in_plain_letters(error: UnicodeError) -> tuple[str | bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    plain = (_SIGNS.get(c) or c.encode("ascii", "backslashreplace").decode() for c in letters)
    return "".join(plain), error.end
