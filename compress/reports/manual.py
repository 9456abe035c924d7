"""The manual on a screen: its topics are Markdown files in `compress/manual`, one file a topic.

`README.md` there is the list of topics.  Rich draws the Markdown.  Blocks of code keep their lines, for most of them
are tables that would be no tables if they were folded.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderableType
from rich.constrain import Constrain
from rich.markdown import CodeBlock, ImageItem, Markdown, MarkdownElement
from rich.text import Text

from compress.errors import SpecError, quoted
from compress.notation import nearest

__all__ = ["INDEX", "drawn", "page", "text_of", "topics"]

# The list of topics; on a code host it is what the folder shows.
INDEX = "README"

# Columns of its prose; tables in blocks of code may be wider.
_WIDTH = 80


class _Lines(CodeBlock):
    """A block of code whose lines stay as they are."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        yield Text(str(self.text).rstrip(), style="markdown.code_block", no_wrap=True, overflow="ignore")


class _Picture(ImageItem):
    """What a picture shows, in words; the text around it says which command draws it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        yield Text.assemble("[picture: ", self.text, "]")


class _Page(Markdown):
    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "fence": _Lines,
        "code_block": _Lines,
        "image": _Picture,
    }


def topics() -> list[str]:
    """The names of all topics, in the order of the alphabet.

    >>> topics()[:3]
    ['checks', 'coders', 'distributions']
    """
    found = (each.name.removesuffix(".md") for each in files("compress").joinpath("manual").iterdir())
    return sorted(name for name in found if name != INDEX)


def text_of(topic: str) -> str:
    """The Markdown of a topic.  Raises SpecError, with the nearest, for a name that is none.

    >>> text_of("ledger").splitlines()[0]
    '# The ledger'
    """
    if topic not in (INDEX, *topics()):
        raise SpecError(f"the manual has no topic {quoted(topic)}; did you mean {nearest(topic, topics())}?")
    return files("compress").joinpath("manual", f"{topic}.md").read_text("utf-8")


def page(topic: str) -> RenderableType:
    """A topic, to be printed.

    >>> page("ledger") is not None
    True
    """
    return drawn(text_of(topic))


def drawn(text: str) -> RenderableType:
    """Markdown, to be printed.

    >>> drawn("# A title") is not None
    True
    """
    return Constrain(_Page(text, hyperlinks=False), _WIDTH)
