"""decode, test, inspect: what a .clen file holds, and where its bits went."""

from __future__ import annotations

from pathlib import Path

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.failures import each
from compress.cli.files.places import (
    about,
    files_argument,
    label,
    limit_options,
    reading,
    target_options,
    targets,
    threads_option,
    writing,
)
from compress.cli.options import PIPE, protect, quiet_option, say
from compress.errors import SpecError, printable
from compress.frames.files import SUFFIX, check, decode_to
from compress.frames.header import Limits

__all__ = ["decode_command", "inspect_command", "test_command"]


@click.command("decode")
@files_argument
@target_options
@limit_options
@threads_option
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
    threads: int,
) -> None:
    """Decode each FILE.clen to FILE; - reads standard input.

    A damaged file is refused with one line, and nothing is written.
    """
    limits = Limits(max_output, max_memory)
    target_of = targets(files, output, to_stdout, _without_suffix)
    protect(target_of.values(), files)

    def decode_one(name: str) -> None:
        if name not in target_of:
            raise SpecError(f"{name}: the name does not end in {SUFFIX}; name the output with -o, or use -c")
        target = target_of[name]
        with about(name), reading(name) as (source, size), writing(name, target, force) as file:
            decode_to(source, file, limits, compressed_size=size, threads=threads)
        # The content's checksum was compared before the output took its name.
        if remove and PIPE not in (name, target):
            Path(name).unlink()

    ctx.exit(each(files, decode_one, ctx))


@click.command("inspect")
@files_argument
@limit_options
@threads_option
@export_options("json")
@click.pass_context
def inspect_command(
    ctx: click.Context,
    files: tuple[str, ...],
    max_output: int | None,
    max_memory: int,
    threads: int,
    exports: Exports,
) -> None:
    """Decode each FILE, throw its content away, and show where every bit of it went."""
    # Whoever encodes does not wait for it.
    from compress.frames.inspections import InspectedFiles, Inspections, inspect

    def inspected(name: str) -> Inspections:
        with about(name), reading(name) as (source, size):
            return Inspections(
                label(name), inspect(source, Limits(max_output, max_memory), compressed_size=size, threads=threads)
            )

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
@limit_options
@threads_option
@quiet_option
@click.pass_context
def test_command(
    ctx: click.Context, files: tuple[str, ...], max_output: int | None, max_memory: int, threads: int, quiet: bool
) -> None:
    """Decode each FILE, compare every checksum, and write nothing."""

    def test_one(name: str) -> None:
        with about(name), reading(name) as (source, size):
            content = check(source, Limits(max_output, max_memory), compressed_size=size, threads=threads)
        if not quiet:
            say(f"{printable(label(name))}: ok, {content:,} bytes")

    ctx.exit(each(files, test_one, ctx))


def _without_suffix(path: Path) -> Path | None:
    return path.with_suffix("") if path.suffix == SUFFIX and path.name != SUFFIX else None
