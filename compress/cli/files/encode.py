"""encode: FILE becomes FILE.clen."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from compress.cli.failures import each
from compress.cli.files.places import (
    Manner,
    about,
    files_argument,
    manner_options,
    reading,
    recursive_option,
    threads_option,
    within,
    writing,
)
from compress.cli.files.telling import Summary, ratio
from compress.cli.options import PIPE, SIZE, coder_option, normalize_option, protect, tokens_option, zeros_option
from compress.coders.family import Choice
from compress.errors import CorruptError
from compress.frames.files import SUFFIX, Encoding, decode_to, encode_to
from compress.frames.header import NO_LIMITS
from compress.inputs import Spool, default_limit, readable_twice, size_of
from compress.models.catalog import usages
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["encode_command"]


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
@manner_options
@recursive_option
@threads_option
@click.option(
    "--max-input",
    type=SIZE,
    metavar="SIZE",
    help="Most bytes to read.  [default: of a pipe, half of the space that is free]",
)
@click.option("--memory", is_flag=True, help="Keep what a pipe holds in memory, and not in a temporary file.")
@click.option(
    "--max-memory",
    type=SIZE,
    metavar="SIZE",
    help="Most bytes for --memory.  [default: half of the free memory]",
)
@click.pass_context
def encode_command(
    ctx: click.Context,
    files: tuple[str, ...],
    choice: Choice,
    assumed: str,
    kind: Tokeniser,
    zeros: ZeroPolicy,
    normalize: bool,
    manner: Manner,
    recursive: bool,
    threads: int,
    max_input: int | None,
    memory: bool,
    max_memory: int | None,
) -> None:
    """Encode each FILE to FILE.clen; -, or no FILE, reads standard input.

    The output is whole or absent, and never overwrites without -f.  `codelen inspect` shows where its
    bits went.
    """
    inputs = within(files, lambda name: not name.endswith(SUFFIX), recursive=recursive)
    target_of = manner.targets(inputs, _with_suffix)
    protect(target_of.values(), [*inputs, *files_of(assumed)])
    how = Encoding(Reading(kind, normalize).believed(assumed), choice, kind, zeros)
    summary = Summary(quiet=manner.quiet, verbose=manner.verbose)

    def encode_one(name: str) -> None:
        # Only what is no file has no name to add to, and reading says so.
        target = target_of.get(name, "")
        folder = None if target == PIPE else Path(target).absolute().parent
        spool = Spool(max_input, folder, (max_memory or default_limit()) if memory else None)
        with about(name), reading(name) as (source, _), readable_twice(source, spool) as content:
            # It is read twice.
            with (
                writing(name, target, manner.force) as file,
                summary.watching(content, 2 * size_of(content)) as watched,
            ):
                header, encoded = encode_to(watched, file, how, threads=threads)
            if manner.removes(name, target) and not _decodes_to(content, Path(target), threads):
                raise CorruptError(f"{target}: does not decode to {name}, which was kept")
        if manner.removes(name, target):
            Path(name).unlink()
        sizes = (header.content_bytes, encoded)
        more = f"{choice.name}, {header.count} {kind.name}, {len(header.tokens)} different, "
        summary.tell(name, target, sizes, ratio(*sizes), more)

    status = each(inputs, encode_one, ctx)
    summary.total(ratio)
    ctx.exit(status)


class _Compared(io.RawIOBase):
    """What is written is compared with a file."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self.is_same = True

    def write(self, data: Buffer, /) -> int:
        """Take note of a difference."""
        size = memoryview(data).nbytes
        self.is_same = self.is_same and self._content.read(size) == data
        return size


def _decodes_to(content: BinaryIO, target: Path, threads: int) -> bool:
    """Whether a file decodes to what was encoded."""
    content.seek(0)
    compared = _Compared(content)
    with target.open("rb") as encoded:
        decode_to(encoded, cast("BinaryIO", compared), NO_LIMITS, threads=threads)
    return compared.is_same and not content.read(1)


def _with_suffix(path: Path) -> Path | None:
    return path.with_name(path.name + SUFFIX) if path.name else None
