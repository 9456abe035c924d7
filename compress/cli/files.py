"""Commands for files: encode, decode, inspect, test."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.failures import each
from compress.cli.options import (
    PIPE,
    SIZE,
    coder_option,
    normalize_option,
    protect,
    quiet_option,
    require_standard_output,
    say,
    tokens_option,
    zeros_option,
)
from compress.coders.family import Choice
from compress.errors import CompressError, CorruptError, LimitError, OutputError, SpecError, printable
from compress.frames.atomic import DISK_ERRORS, write_atomically
from compress.frames.files import SUFFIX, Encoding, check, decode, decode_to, encode_to
from compress.frames.header import Limits
from compress.inputs import open_input, read_whole, standard_input
from compress.models.catalog import usages
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of

__all__ = ["decode_command", "encode_command", "inspect_command", "test_command"]

F = TypeVar("F", bound=Callable[..., Any])


def _target_options(command: F) -> F:
    for option in (
        click.option("-o", "--output", metavar="FILE", help="The output's name, for one input."),
        click.option("-c", "--stdout", "to_stdout", is_flag=True, help="Write to standard output."),
        click.option("-f", "--force", is_flag=True, help="Overwrite; allow binary data on a terminal."),
        click.option("--rm", "remove", is_flag=True, help="Remove the input after the output was checked."),
    ):
        command = option(command)
    return command


def _limit_options(command: F) -> F:
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


@click.command("encode")
@files_argument
@coder_option("arithmetic")
@click.option(
    "--assumed",
    metavar="SPEC",
    default="empirical",
    show_default=True,
    help=f"Q: empirical (the file's own counts), uniform, a distribution; {usages()} (counted on the way).",
)
@tokens_option
@zeros_option
@normalize_option
@_target_options
@click.option("--max-input", type=SIZE, metavar="SIZE", help="Most bytes to read.  [default: half of the free memory]")
@click.pass_context
def encode_command(
    ctx: click.Context,
    files: tuple[str, ...],
    choice: Choice,
    assumed: str,
    kind: Tokeniser,
    zeros: ZeroPolicy,
    normalize: bool,
    output: str | None,
    to_stdout: bool,
    force: bool,
    remove: bool,
    max_input: int | None,
) -> None:
    """Encode each FILE to FILE.clen; - reads standard input.

    The output is whole or absent, and never overwrites without -f.  `codelen inspect` shows where its
    bits went.
    """
    target_of = _targets(files, output, to_stdout, _with_suffix)
    protect(target_of.values(), [*files, *files_of(assumed)])
    how = Encoding(Reading(kind, normalize).believed(assumed), choice, kind, zeros)

    def encode_one(name: str) -> None:
        # Only what is no file has no name to add to, and reading says so.
        target = target_of.get(name, "")
        with _about(name):
            with _reading(name) as (source, _):
                try:
                    data = read_whole(source, max_input)
                except LimitError as error:
                    raise LimitError(f"{error}; --max-input SIZE sets another limit") from None
            with _writing(name, target, force) as file:
                encode_to(data, file, how)
        if remove and PIPE not in (name, target):
            if decode(Path(target).read_bytes(), max_output=len(data)) != data:
                raise CorruptError(f"{target}: does not decode to {name}, which was kept")
            Path(name).unlink()

    ctx.exit(each(files, encode_one, ctx))


@click.command("decode")
@files_argument
@_target_options
@_limit_options
@click.pass_context
def decode_command(
    ctx: click.Context,
    files: tuple[str, ...],
    output: str | None,
    to_stdout: bool,
    force: bool,
    remove: bool,
    max_output: int | None,
    max_memory: int,
) -> None:
    """Decode each FILE.clen to FILE; - reads standard input.

    A damaged file is refused with one line, and nothing is written.
    """
    limits = Limits(max_output, max_memory)
    target_of = _targets(files, output, to_stdout, _without_suffix)
    protect(target_of.values(), files)

    def decode_one(name: str) -> None:
        if name not in target_of:
            raise SpecError(f"{name}: the name does not end in {SUFFIX}; name the output with -o, or use -c")
        target = target_of[name]
        with _about(name), _reading(name) as (source, size), _writing(name, target, force) as file:
            decode_to(source, file, limits, compressed_size=size)
        # The content's checksum was compared before the output took its name.
        if remove and PIPE not in (name, target):
            Path(name).unlink()

    ctx.exit(each(files, decode_one, ctx))


@click.command("inspect")
@files_argument
@_limit_options
@export_options("json")
@click.pass_context
def inspect_command(
    ctx: click.Context,
    files: tuple[str, ...],
    max_output: int | None,
    max_memory: int,
    exports: Exports,
) -> None:
    """Decode each FILE, throw its content away, and show where every bit of it went."""
    # Whoever encodes does not wait for it.
    from compress.frames.inspections import InspectedFiles, Inspections, inspect

    def inspected(name: str) -> Inspections:
        with _about(name), _reading(name) as (source, size):
            return Inspections(_label(name), inspect(source, Limits(max_output, max_memory), compressed_size=size))

    def inspect_one(name: str) -> None:
        with exports.opened(*files) as show:
            show(inspected(name))

    if not exports.targets or len(files) == 1:
        ctx.exit(each(files, inspect_one, ctx))
    # One record for all of them, of those that could be read.
    made: list[Inspections] = []
    with exports.opened(*files) as show:
        status = each(files, lambda name: made.append(inspected(name)), ctx)
        show(InspectedFiles(tuple(made)))
    ctx.exit(status)


@click.command("test")
@files_argument
@_limit_options
@quiet_option
@click.pass_context
def test_command(
    ctx: click.Context, files: tuple[str, ...], max_output: int | None, max_memory: int, quiet: bool
) -> None:
    """Decode each FILE, compare every checksum, and write nothing."""

    def test_one(name: str) -> None:
        with _about(name), _reading(name) as (source, size):
            content = check(source, Limits(max_output, max_memory), compressed_size=size)
        if not quiet:
            say(f"{printable(_label(name))}: ok, {content:,} bytes")

    ctx.exit(each(files, test_one, ctx))


def _label(name: str) -> str:
    return "standard input" if name == PIPE else name


@contextlib.contextmanager
def _about(name: str) -> Iterator[None]:
    """Errors inside say which file they are about."""
    try:
        yield
    except (SpecError, OutputError):
        raise
    except CompressError as error:
        error.args = (f"{_label(name)}: {error}",)
        raise
    except OSError as error:
        if error.filename is None and error.errno not in DISK_ERRORS:
            error.filename = _label(name)
        raise
    except MemoryError:
        raise LimitError(f"{_label(name)}: needs more memory than is free") from None


def _targets(
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


def _with_suffix(path: Path) -> Path | None:
    return path.with_name(path.name + SUFFIX) if path.name else None


def _without_suffix(path: Path) -> Path | None:
    return path.with_suffix("") if path.suffix == SUFFIX and path.name != SUFFIX else None


@contextlib.contextmanager
def _reading(name: str) -> Iterator[tuple[BinaryIO, int | None]]:
    """An input and its size; None for a pipe's."""
    if name == PIPE:
        yield standard_input(), None
        return
    with open_input(name) as file:
        yield file, os.fstat(file.fileno()).st_size or None


@contextlib.contextmanager
def _writing(name: str, target: str, force: bool) -> Iterator[BinaryIO]:
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
