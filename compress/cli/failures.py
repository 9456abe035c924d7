"""What went wrong, as one line on standard error and an exit status."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable

import click
from click.exceptions import NoArgsIsHelpError

from compress.errors import CompressError, printable
from compress.frames.atomic import DISK_ERRORS

__all__ = ["each", "fail", "tell"]


def tell(error: Exception, *, debug: bool) -> int:
    """Print one line for a person, after the traceback if `debug`; returns the exit status."""
    if debug:
        import traceback

        traceback.print_exception(error)
    return fail(*_explain(error))


def fail(message: str, status: int) -> int:
    """Print the line of an error; returns its status."""
    line = message if message.startswith("Usage:") else f"codelen: {printable(message)}"
    print(line, file=sys.stderr, flush=True)
    return status


def each(names: Iterable[str], action: Callable[[str], None], ctx: click.Context) -> int:
    """Do something with every file: one that fails is told of, and the others are done all the same.

    Returns the exit status, 1 then; a file that is alone fails with the status of its error.
    """
    files = list(names)
    failed = False
    for name in files:
        try:
            action(name)
        except BrokenPipeError:
            raise
        except (CompressError, OSError, MemoryError) as error:
            if len(files) == 1:
                raise
            failed = True
            tell(error, debug=bool(getattr(ctx.obj, "debug", False)))
    return 1 if failed else 0


_OPTIONS = {
    r"\b(normalize|force|logits|resume)=True\b": r"--\1",
    r"\b(tokens|zeros|by)='([^']*)'": r"--\1 \2",
    r"\b([ab])_(assumed|coder)\b": r"--\1-\2",
    r"\bmax_(input|memory|output)\b": r"--max-\1",
}


def _as_options(message: str) -> str:
    """The remedy of a message, what follows its last semicolon, with options for Python's arguments.

    What stands before may hold foreign names, which stay as they are.
    """
    trouble, semicolon, remedy = message.rpartition("; ")
    for argument, option in _OPTIONS.items():
        remedy = re.sub(argument, option, remedy)
    return trouble + semicolon + remedy if semicolon else message


def _explain(error: Exception) -> tuple[str, int]:
    if isinstance(error, NoArgsIsHelpError):
        return error.ctx.get_help() if error.ctx else "no command given", 2
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "codelen"
        return f"{' '.join(error.format_message().split()).rstrip('.')}; see {command} --help", 2
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, CompressError):
        return _as_options(str(error)), error.exit_status
    if isinstance(error, OSError):
        # Files are named where they are written; what is full and has no name is standard output.
        name = "standard output" if error.errno in DISK_ERRORS else None
        if error.filename is not None:
            name = os.fsdecode(error.filename) or repr("")
        return f"{name}: {error.strerror or error}" if name else f"{error.strerror or error}", 1
    if isinstance(error, MemoryError):
        return "not enough memory", 1
    return f"an error of codelen itself: {error!r}; --debug shows where", 1
