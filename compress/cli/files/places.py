"""Where bytes come from and where they go: what encode, decode, inspect and test have in common."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from compress.cli.options import PIPE, SIZE, require_standard_output
from compress.errors import CompressError, LimitError, OutputError, SpecError
from compress.frames.atomic import DISK_ERRORS, write_atomically
from compress.inputs import open_input, standard_input
from compress.ordered import all_cores

__all__ = [
    "about",
    "files_argument",
    "label",
    "limit_options",
    "reading",
    "target_options",
    "targets",
    "threads_option",
    "writing",
]

F = TypeVar("F", bound=Callable[..., Any])


def target_options(command: F) -> F:
    """-o, -c, -f, --rm: what becomes of the output, and of the input."""
    for option in (
        click.option("-o", "--output", metavar="FILE", help="The output's name, for one input."),
        click.option("-c", "--stdout", "to_stdout", is_flag=True, help="Write to standard output."),
        click.option("-f", "--force", is_flag=True, help="Overwrite; allow binary data on a terminal."),
        click.option("--rm", "remove", is_flag=True, help="Remove the input after the output was checked."),
    ):
        command = option(command)
    return command


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


files_argument = click.argument("files", metavar="FILE...", nargs=-1, required=True)

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


def targets(
    files: tuple[str, ...], output: str | None, to_stdout: bool, rename: Callable[[Path], Path | None]
) -> dict[str, str]:
    """The output's name for each input that has one: - is standard output."""
    if output is not None and (to_stdout or len(files) > 1):
        raise SpecError("-o names the output of one FILE, and is not for -c")
    if output == PIPE:
        to_stdout, output = True, None
    if to_stdout or output is not None:
        return dict.fromkeys(files, PIPE if output is None else output)
    renamed = {name: PIPE if name == PIPE else rename(Path(name)) for name in files}
    return {name: str(target) for name, target in renamed.items() if target is not None}


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
