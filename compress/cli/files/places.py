"""Where bytes come from and where they go: what encode, decode, inspect and test have in common."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast

import click

from compress.cli.options import PIPE, SIZE, require_standard_output
from compress.errors import CompressError, LimitError, OutputError, SpecError
from compress.frames.atomic import DISK_ERRORS, write_atomically
from compress.inputs import open_input, standard_input
from compress.ordered import all_cores

__all__ = [
    "Manner",
    "about",
    "files_argument",
    "label",
    "limit_options",
    "manner_options",
    "reading",
    "recursive_option",
    "threads_option",
    "within",
    "writing",
]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, eq=False)
class Manner:
    """Where the output goes, what becomes of the input, and what is told."""

    output: str | None
    stdout: bool
    force: bool
    remove: bool
    keep: bool
    quiet: bool
    verbose: bool

    def __post_init__(self) -> None:
        if self.remove and self.keep:
            raise SpecError("-k keeps the input, and --rm removes it; give one of them")

    def targets(self, files: Sequence[str], rename: Callable[[Path], Path | None]) -> dict[str, str]:
        """The output's name for each input that has one: - is standard output."""
        to_stdout, output = self.stdout, self.output
        if output is not None and (to_stdout or len(files) > 1):
            raise SpecError("-o names the output of one FILE, and is not for -c")
        if output == PIPE:
            to_stdout, output = True, None
        if to_stdout or output is not None:
            return dict.fromkeys(files, PIPE if output is None else output)
        renamed = {name: PIPE if name == PIPE else rename(Path(name)) for name in files}
        return {name: str(target) for name, target in renamed.items() if target is not None}

    def removes(self, name: str, target: str) -> bool:
        """Whether an input is to be removed when its output is checked."""
        return self.remove and PIPE not in (name, target)


def manner_options(command: F) -> F:
    """-o, -c, -f, --rm, -k, -q, -v, which a command gets as one: `manner`."""

    @functools.wraps(command)
    def mannered(*values: Any, **named: Any) -> Any:
        manner = Manner(**{each.name: named.pop(each.name) for each in fields(Manner)})
        return command(*values, manner=manner, **named)

    made = cast("F", mannered)
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Tell more of each file."),
        click.option("-q", "--quiet", is_flag=True, help="Tell errors only."),
        click.option("-k", "--keep", is_flag=True, help="Keep the input, which is the default."),
        click.option("--rm", "remove", is_flag=True, help="Remove the input after the output was checked."),
        click.option("-f", "--force", is_flag=True, help="Overwrite; allow binary data on a terminal."),
        click.option("-c", "--stdout", is_flag=True, help="Write to standard output."),
        click.option("-o", "--output", metavar="FILE", help="The output's name, for one input."),
    ):
        made = option(made)
    return made


def limit_options(command: F) -> F:
    """--max-output, --max-memory: what a file may ask for."""
    for option in (
        click.option(
            "--max-output", type=SIZE, metavar="SIZE", help="Most bytes of content.  [default: 1GiB or 1000 x the file]"
        ),
        click.option(
            "--max-memory",
            type=SIZE,
            metavar="SIZE",
            default="2GiB",
            show_default=True,
            help="Most memory for a block.",
        ),
    ):
        command = option(command)
    return command


def _chosen(ctx: click.Context, parameter: click.Parameter, files: tuple[str, ...]) -> tuple[str, ...]:
    """The inputs: standard input where none is named, if it is no terminal."""
    if files or ctx.resilient_parsing:
        return files
    if sys.stdin is None or sys.stdin.isatty():
        raise click.MissingParameter(ctx=ctx, param=parameter)
    return (PIPE,)


recursive_option = click.option(
    "-r", "--recursive", is_flag=True, help="Take the files in a folder, and in its folders."
)


def within(files: Iterable[str], takes: Callable[[str], bool], *, recursive: bool) -> list[str]:
    """The inputs; recursive: for a folder the files within that are taken, in order, and no links."""
    return [each for name in files for each in (_below(name, takes) if recursive and name != PIPE else [name])]


def _below(name: str, takes: Callable[[str], bool]) -> list[str]:
    below = (os.path.join(folder, each) for folder, _, files in os.walk(name) for each in files)
    # What is no folder, or one with none, is told to be what it is.
    return sorted(each for each in below if takes(each) and not os.path.islink(each)) or [name]


files_argument = click.argument("files", metavar="[FILE]...", nargs=-1, callback=_chosen)

threads_option = click.option(
    "-T",
    "--threads",
    type=click.IntRange(1),
    metavar="N",
    default=all_cores,
    help="Blocks at a time, which the bytes do not depend on.  [default: all cores]",
)


def label(name: str) -> str:
    """Return how an input is called."""
    return "standard input" if name == PIPE else name


@contextlib.contextmanager
def about(name: str) -> Iterator[None]:
    """Errors inside say which file they are about."""
    try:
        yield
    except (SpecError, OutputError):
        raise
    except CompressError as error:
        error.args = (f"{label(name)}: {error}",)
        raise
    except OSError as error:
        if error.filename is None and error.errno not in DISK_ERRORS:
            error.filename = label(name)
        raise
    except MemoryError:
        raise LimitError(f"{label(name)}: needs more memory than is free") from None


@contextlib.contextmanager
def reading(name: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """An input and its size; None for a pipe's."""
    if name == PIPE:
        yield standard_input(), None
        return
    with open_input(name) as file:
        yield file, os.fstat(file.fileno()).st_size or None


@contextlib.contextmanager
def writing(name: str, target: str, force: bool) -> Iterator[BinaryIO]:
    """The output: standard output, or a file that appears whole, with the input's mode and time."""
    if target == PIPE:
        require_standard_output()
        if sys.stdout.isatty() and not force:
            raise OutputError("standard output is a terminal; redirect it, or use -f to write binary data to it")
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with write_atomically(Path(target), overwrite=force, like=None if name == PIPE else Path(name)) as file:
        yield file
