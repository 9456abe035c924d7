"""Screens of text, one after the other: on a terminal a key turns the page, elsewhere all of it is printed."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from compress.cli.options import say

__all__ = ["print_all", "turn_over"]

_NEXT, _BACK, _END = ("\r", "\n", " "), ("b", "\x7f", "\x1b[D"), ("q", "\x04", "\x1b")
_BETWEEN = "\n" + 24 * "─" + "\n"


def print_all(screens: Sequence[tuple[str, ...]]) -> None:
    """Every part of every screen, with a line between screens."""
    say(f"{_BETWEEN}\n".join("\n".join(screen) for screen in screens), end="")


def turn_over(screens: Sequence[tuple[str, ...]]) -> bool:
    """One part after the other, each when a key asks for it: Enter goes on, b goes back, q ends.

    Returns whether it was read to its end.
    """
    at = 0
    while at < len(screens):
        click.clear()
        came = _NEXT[0]
        for number, part in enumerate(screens[at], 1):
            say(part)
            more = "shows the answer" if number < len(screens[at]) else "goes on" if at + 1 < len(screens) else "ends"
            came = _key(f"Enter {more}, b goes back, q ends   {at + 1} of {len(screens)}")
            if came not in _NEXT:
                break
        if came in _END:
            return False
        at = max(at - 1, 0) if came in _BACK else at + 1
    return True


def _key(prompt: str) -> str:
    """A key that means something, pressed while a line says which do; the line is gone then."""
    say(prompt, end="")
    try:
        key = ""
        while key not in (*_NEXT, *_BACK, *_END):
            key = click.getchar()
        return key
    except EOFError:
        return _END[0]
    finally:
        # Over it, and back to where it began.
        sys.stdout.write("\r" + " " * len(prompt) + "\r")
        sys.stdout.flush()
