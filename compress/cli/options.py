"""Options that several commands share, what standard streams need, and progress."""

from __future__ import annotations

import contextlib
import functools
import math
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

import click

from compress import notation
from compress.coders.catalog import choose, names
from compress.coders.family import Choice
from compress.errors import DataError, OutputError, SpecError, quoted
from compress.foreign.limits import Allowance
from compress.frames.atomic import STANDARD_INPUT, STANDARD_OUTPUT, refuse_to_destroy
from compress.inputs import open_input, standard_input
from compress.interrupts import undone_if_interrupted
from compress.notation import share
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import KINDS, tokeniser

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = [
    "COUNT",
    "OUTSIDE",
    "PIPE",
    "SIZE",
    "above_zero",
    "bar",
    "coder_option",
    "coders_option",
    "limits_options",
    "logarithm_base",
    "normalize_option",
    "protect",
    "quiet_option",
    "reading_input",
    "require_standard_output",
    "say",
    "seed_option",
    "tokens_option",
    "tokens_with",
    "watched",
    "words",
    "zeros_option",
    "zeros_with",
]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

# The name that stands for standard input or output.
PIPE = "-"
# What --coder takes besides, where somebody else's coder may be used.
OUTSIDE = "  Or somebody else's: FILE.py:NAME, module:NAME, exec:COMMAND, an entry point of codelen.coders."
# Work that takes less shows no progress bar, seconds.
_PATIENCE = 0.5


def words(parse: Callable[[str], T]) -> Callable[[str], T]:
    """An option's type: the SpecError of its parser is a usage error that names the option."""

    @functools.wraps(parse)
    def convert(text: str) -> T:
        try:
            return parse(text)
        except SpecError as error:
            raise click.BadParameter(str(error)) from None

    return convert


def probability(text: str) -> float:
    """A number between 0 and 1, neither of them."""
    value = share(text)
    if not 0 < value < 1:
        raise SpecError(f"{quoted(text)} does not lie between 0 and 1")
    return float(value)


def logarithm_base(text: str) -> float:
    """A logarithm's base: a number above 1, or e."""
    try:
        base = math.e if text == "e" else float(text)
    except ValueError:
        base = math.nan
    if not 1 < base < math.inf:
        raise SpecError(f"{quoted(text)} is not a base above 1")
    return base


def above_zero(what: str) -> Callable[[str], float]:
    """A number above 0, and what it is called where it is none."""

    def parse(text: str) -> float:
        value = float(notation.exact_number(text))
        if not 0 < value < math.inf:
            raise SpecError(f"{quoted(text)} is not {what} above 0")
        return value

    return parse


COUNT = words(notation.count)
SIZE = words(notation.size)


seed_option = click.option(
    "--seed", type=COUNT, metavar="N", default=0, show_default=True, help="The same seed draws the same tokens."
)
quiet_option = click.option("--quiet", "-q", is_flag=True, help="Print no table.")
normalize_option = click.option("--normalize", is_flag=True, help="Rescale weights that do not sum to 1.")


def zeros_with(default: str) -> Callable[[F], F]:
    """--zeros with this default."""
    return click.option(
        "--zeros",
        type=words(ZeroPolicy.parse),
        metavar="POLICY",
        default=default,
        show_default=True,
        help="Where Q(x) = 0: error; floor:EPS (q becomes max(q, EPS), renormalised); escape:EPS (the excluded share "
        "EPS); laplace:ALPHA (added to each count, where Q is counted).",
    )


zeros_option = zeros_with("error")


def tokens_with(default: str, of: str = "a file's tokens") -> Callable[[F], F]:
    """--tokens with this default, about the tokens of this."""
    return click.option(
        "--tokens",
        "kind",
        type=words(tokeniser),
        metavar="KIND",
        default=default,
        show_default=True,
        help=f"What {of} are: {', '.join(KINDS)}.",
    )


tokens_option = tokens_with("bytes")


def coder_option(default: str) -> Callable[[F], F]:
    """--coder, once, with this default."""
    return _coder_option("choice", f"  [default: {default}]", default=default)


def coders_option(*defaults: str, choose: Callable[[str], Choice] = choose, more: str = "") -> Callable[[F], F]:
    """--coder, as often as one likes, with these defaults; choose: what a name means; more: which there are besides."""
    default = ", ".join(defaults) or "all"
    remark = f"  May be repeated.  [default: {default}]"
    return _coder_option("choices", f"{more}{remark}", choose, default=defaults, multiple=True)


def _coder_option(
    destination: str, remark: str, choose: Callable[[str], Choice] = choose, **how: Any
) -> Callable[[F], F]:
    return click.option(
        "--coder", destination, type=words(choose), metavar="NAME", help=f"{', '.join(names())}.{remark}", **how
    )


def limits_options(of: str = "Of somebody else's coder") -> Callable[[F], F]:
    """--timeout and --max-memory, which a command gets as one: `limits`."""
    timeout = click.option(
        "--timeout",
        type=words(above_zero("a number of seconds")),
        metavar="S",
        default=f"{Allowance.timeout:g}",
        show_default=True,
        help=f"{of}: seconds per call.",
    )
    max_memory = click.option(
        "--max-memory",
        type=SIZE,
        metavar="SIZE",
        default=f"{Allowance.max_memory >> 30}GiB",
        show_default=True,
        help=f"{of}: memory per process.",
    )

    def both(command: F) -> F:
        @functools.wraps(command)
        def limited(*values: Any, timeout: float, max_memory: int, **named: Any) -> Any:
            return command(*values, limits=Allowance(timeout, max_memory), **named)

        return timeout(max_memory(cast("F", limited)))

    return both


def protect(outputs: Iterable[str | Path | None], inputs: Iterable[str]) -> None:
    """Raise OutputError if an output is any input of the command; - is a standard stream."""
    refuse_to_destroy(
        [STANDARD_OUTPUT if output == PIPE else output for output in outputs if output is not None],
        [STANDARD_INPUT if name == PIPE else name for name in inputs],
    )


def require_standard_output() -> None:
    """Raise OutputError if there is nowhere to write to."""
    if sys.__stdout__ is None:
        raise OutputError("standard output is closed")


@contextlib.contextmanager
def reading_input(name: str) -> Iterator[BinaryIO]:
    """A file that is read, by its name; - is standard input."""
    if name == PIPE:
        yield standard_input()
        return
    try:
        file = open_input(name)
    except DataError as error:
        raise DataError(f"{name}: {error}") from None
    with file:
        yield file


def say(text: str, end: str = "\n") -> None:
    """Print to standard output, in letters that it has; `click.echo` writes UTF-8 where ASCII was asked for."""
    print(text, end=end, flush=True)


def watched(things: Iterable[T], what: str, size: Callable[[T], int] | None = None) -> Iterator[T]:
    """The things, one by one, with a progress bar on standard error if it is a terminal and they take long.

    size: bytes of each, if they are not all alike; the bar then tells bytes a second, too.
    """
    items = things if isinstance(things, Sequence) else list(things)
    with bar(what, sum(map(size, items)) if size else len(items), is_bytes=size is not None) as advance:
        for item in items:
            yield item
            advance(size(item) if size else 1)


@contextlib.contextmanager
def bar(what: str, total: int | None, *, is_bytes: bool) -> Iterator[Callable[[int], object]]:
    """A progress bar on standard error, if that is a terminal and the block takes long: what it yields moves it.

    total: when it is full; None if nobody knows.
    """
    if not sys.stderr.isatty():
        yield lambda many: None
        return
    begin, done = time.monotonic(), 0
    progress: Progress | None = None

    def advance(many: int) -> None:
        nonlocal done, progress
        done += many
        if progress is None and time.monotonic() - begin > _PATIENCE:
            progress = _progress(what, total, is_bytes=is_bytes)
            progress.start()
        if progress is not None:
            progress.update(progress.task_ids[0], completed=done)

    try:
        # A bar hides the cursor.
        with undone_if_interrupted(lambda: progress and progress.console.show_cursor(True)):
            yield advance
    finally:
        if progress is not None:
            progress.stop()


def _progress(what: str, total: int | None, *, is_bytes: bool) -> Progress:
    """A bar on standard error; its library is loaded only for work that takes long."""
    from rich.console import Console
    from rich.progress import Progress, ProgressColumn, Task, TransferSpeedColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """How many a second."""

        def render(self, task: Task) -> Text:
            return Text("" if task.speed is None else f"{task.speed:,.3g}/s")

    columns = (*Progress.get_default_columns(), TransferSpeedColumn() if is_bytes else Rate())
    made = Progress(*columns, console=Console(stderr=True), transient=True)
    made.add_task(what, total=total)
    return made
