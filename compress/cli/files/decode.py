"""decode, test, inspect: what a .clen file holds, and where its bits went."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.failures import each
from compress.cli.files.places import (
    Manner,
    about,
    files_argument,
    label,
    limit_options,
    manner_options,
    reading,
    recursive_option,
    threads_option,
    within,
    writing,
)
from compress.cli.files.telling import Summary
from compress.cli.files.together import each_together
from compress.cli.options import PIPE, protect, quiet_option, say
from compress.errors import SpecError, printable
from compress.frames.files import SUFFIX, check, decode_to
from compress.frames.header import Limits

if TYPE_CHECKING:
    from compress.frames.inspections import Inspections

__all__ = ["decode_command", "inspect_command", "test_command"]


@click.command("decode")
@files_argument
@manner_options
@recursive_option
@limit_options
@threads_option
@click.pass_context
def decode_command(
    ctx: click.Context,
    files: tuple[str, ...],
    manner: Manner,
    recursive: bool,
    max_output: int | None,
    max_memory: int,
    threads: int,
) -> None:
    """Decode each FILE.clen to FILE; -, or no FILE, reads standard input.

    A damaged file is refused with one line, and nothing is written.
    """
    limits = Limits(max_output, max_memory)
    inputs = within(files, _is_encoded, recursive=recursive)
    target_of = manner.targets(inputs, _without_suffix)
    protect(target_of.values(), inputs)
    summary = Summary(quiet=manner.quiet, verbose=manner.verbose)

    def decode_one(name: str) -> None:
        if name not in target_of:
            raise SpecError(f"{name}: the name does not end in {SUFFIX}; name the output with -o, or use -c")
        target = target_of[name]
        with (
            about(name),
            reading(name) as (source, size),
            writing(name, target, manner.force) as file,
            summary.watching(source, size) as watched,
        ):
            content = decode_to(watched, file, limits, compressed_size=size, threads=threads)
        # The content's checksum was compared before the output took its name.
        if manner.removes(name, target):
            Path(name).unlink()
        summary.tell(name, target, (content, size or 0), f"{content} bytes", f"{size} encoded, " if size else "")

    status = each(inputs, decode_one, ctx)
    summary.total(lambda content, encoded: f"{content} bytes")
    ctx.exit(status)


@click.command("inspect")
@files_argument
@recursive_option
@limit_options
@threads_option
@export_options("json")
@click.pass_context
def inspect_command(
    ctx: click.Context,
    files: tuple[str, ...],
    recursive: bool,
    max_output: int | None,
    max_memory: int,
    threads: int,
    exports: Exports,
) -> None:
    """Decode each FILE, throw its content away, and show where every bit of it went."""
    # Whoever encodes does not wait for it.
    from compress.frames.inspections import InspectedFiles

    def show_one(name: str, made: Inspections) -> None:
        with exports.opened() as show:
            show(made)

    inputs = within(files, _is_encoded, recursive=recursive)
    work = functools.partial(_inspected, Limits(max_output, max_memory), threads)
    if not exports.targets and len(inputs) > 1:
        ctx.exit(each_together(inputs, work, show_one, ctx, threads))
    every: list[Inspections] = []
    with exports.opened(*inputs) as show:
        status = each_together(inputs, work, lambda _, made: every.append(made), ctx, threads)
        # One record for all of them, of those that could be read.
        if len(inputs) > 1:
            show(InspectedFiles(tuple(every)))
        for made in every if len(inputs) == 1 else ():
            show(made)
    ctx.exit(status)


def _inspected(limits: Limits, threads: int, name: str) -> Inspections:
    from compress.frames.inspections import Inspections, inspect

    with about(name), reading(name) as (source, size):
        return Inspections(label(name), inspect(source, limits, compressed_size=size, threads=threads))


@click.command("test")
@files_argument
@recursive_option
@limit_options
@threads_option
@click.option("--vectors", "asked", is_flag=True, help="Test the frames of `codelen manual vectors`, and no FILE.")
@quiet_option
@click.pass_context
def test_command(
    ctx: click.Context,
    files: tuple[str, ...],
    recursive: bool,
    max_output: int | None,
    max_memory: int,
    threads: int,
    asked: bool,
    quiet: bool,
) -> None:
    """Decode each FILE, compare every checksum, and write nothing."""
    if asked:
        from compress.cli.files.vectors import try_vectors

        if set(files) - {PIPE}:
            raise SpecError("--vectors tests its own frames: leave out FILE")
        try_vectors(ctx, quiet=quiet)

    def tell(name: str, content: int) -> None:
        if not quiet:
            say(f"{printable(label(name))}: ok, {content:,} bytes")

    inputs = within(files, _is_encoded, recursive=recursive)
    work = functools.partial(_checked, Limits(max_output, max_memory), threads)
    ctx.exit(each_together(inputs, work, tell, ctx, threads))


def _checked(limits: Limits, threads: int, name: str) -> int:
    with about(name), reading(name) as (source, size):
        return check(source, limits, compressed_size=size, threads=threads)


def _is_encoded(name: str) -> bool:
    return name.endswith(SUFFIX)


def _without_suffix(path: Path) -> Path | None:
    return path.with_suffix("") if path.suffix == SUFFIX and path.name != SUFFIX else None
