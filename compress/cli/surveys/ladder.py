"""Commands about better and better beliefs: ladder."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import bar, reading_input
from compress.inputs import read_whole
from compress.surveys.ladder import ladder, rungs

__all__ = ["ladder_command"]


@click.command("ladder")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--no-speed", is_flag=True, help="Measure no speeds: the table is the same on any machine.")
@export_options("json", "csv", "markdown", "html", plots=("steps",))
@click.pass_context
def ladder_command(ctx: click.Context, files: tuple[str, ...], no_speed: bool, exports: Exports) -> None:
    """Encode each file with better and better beliefs, from uniform to mix.

    Beside them stand zlib, bz2 and lzma at their strongest.  Each file is decoded and compared; exit status 3 if one
    does not come back.
    """
    with exports.opened(*files) as show, bar("climbing", len(files) * len(rungs()), is_bytes=False) as advance:
        heard: Callable[[str], object] = lambda name: advance(1)  # noqa: E731
        made = ladder(_contents(files), speed=not no_speed, heard=heard)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


def _contents(files: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    for name in files:
        with reading_input(name) as file:
            yield name, read_whole(file)
