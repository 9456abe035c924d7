"""The test vectors of the manual: a content and its frame each, or a frame that has to be refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import click

from compress.cli.options import say
from compress.errors import CompressError
from compress.frames.files import decode
from compress.reports.manual import text_of

__all__ = ["Vector", "try_vectors", "vectors"]

_VECTOR = re.compile(r"^(\S.*)\n  content  (.*\n(?: {11}.*\n)*)  frame    (.*\n(?: {11}.*\n)*)", re.MULTILINE)


class Vector(NamedTuple):
    """content: None where a reader has to refuse."""

    name: str
    content: bytes | None
    frame: bytes


def vectors() -> Iterator[Vector]:
    """All that the page has."""
    for name, content, frame in _VECTOR.findall(text_of("vectors")):
        yield Vector(name, None if content.strip() == "none" else _bytes(content), _bytes(frame))


def try_vectors(ctx: click.Context, *, quiet: bool) -> None:
    """Decode each, tell what came, and end: with status 3 if one is not what it should be."""
    wrong = 0
    for vector in vectors():
        try:
            found: bytes | None = decode(vector.frame)
        except CompressError:
            found = None
        wrong += found != vector.content
        if not quiet or found != vector.content:
            say(f"{vector.name}: {'ok' if found == vector.content else 'WRONG'}")
    ctx.exit(3 if wrong else 0)


def _bytes(text: str) -> bytes:
    return b"" if text.strip() == "empty" else bytes.fromhex(text)
