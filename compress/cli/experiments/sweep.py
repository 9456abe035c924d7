"""Commands about many experiments: sweep."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.helping import Help, Keeping, help_options, keep_options
from compress.cli.options import COUNT, protect, watched
from compress.coders.catalog import names
from compress.errors import SpecError
from compress.models.catalog import usages
from compress.sources.tokens import KINDS
from compress.specs import files_of
from compress.sweeps.curves import FIGURES, Look
from compress.sweeps.grid import Grid, read_grid
from compress.sweeps.sweep import journal_of, kept_rows, sweep

__all__ = ["sweep_command"]


@click.command("sweep")
@click.argument("grid_path", metavar="[GRID.toml]", required=False)
@click.option("--true", "true", metavar="SPEC", multiple=True, help="P.  May be repeated, and have ranges.")
@click.option(
    "--assumed",
    metavar="SPEC",
    multiple=True,
    help=f"Q: a distribution, or true, uniform, empirical; {usages()}.  Likewise.  [default: true]",
)
@click.option("--coder", metavar="NAME", multiple=True, help=f"{', '.join(names())}.  Likewise.  [default: arithmetic]")
@click.option("-n", "n", metavar="N,...", help="Tokens of a stream: 100,1000 or 1e2..1e6:9.  [default: 10000]")
@click.option("--repeat", type=COUNT, metavar="R", help="Streams a cell.  [default: 10]")
@click.option("--tokens", metavar="KIND", help=f"What a file's tokens are: {', '.join(KINDS)}.  [default: bytes]")
@click.option("--normalize", is_flag=True, default=None, help="Rescale weights that do not sum to 1.")
@click.option("--zeros", metavar="POLICY", help="Where Q(x) = 0: error, floor:EPS, escape:EPS.  [default: error]")
@click.option("--seed", type=COUNT, metavar="N", help="The same seed draws the same tokens.  [default: 0]")
@help_options
@keep_options
@click.option("--x", "x", metavar="AXIS", help="Of the picture: true, assumed, coder or n.  [default: guessed]")
@click.option("--y", "y", type=click.Choice(list(FIGURES)), help="Of the picture: what is drawn.  [default: guessed]")
@click.option("--lines", metavar="AXIS", help="Of the picture: what tells curves apart.  [default: guessed]")
@click.option("--facets", metavar="AXIS", help="Of the picture: what has panels.  [default: guessed]")
@export_options("json", "csv", "parquet", "markdown", "html", plots=("curves",))
@click.pass_context
def sweep_command(
    ctx: click.Context,
    /,
    grid_path: str | None,
    helped: Help,
    keeping: Keeping,
    x: str | None,
    y: str | None,
    lines: str | None,
    facets: str | None,
    exports: Exports,
    **words: Any,
) -> None:
    """Run the experiment in every cell of a grid: each P with each Q, coder and number of tokens.

    \b
    A SPEC, or NAME, may have ranges, and each cell has one value of each:
      bernoulli:{0.5..0.9:5}      0.5, 0.6, ... 0.9
      zipf:{1..1000:4:log},1.1    1, 10, 100, 1000
      block:{1..8}                1, 2, ... 8
      rice:{0,2,5}                these

    GRID.toml has the same words: true, assumed, coder, n, repeat, seed, zeros, tokens, normalize; an option takes the
    place of its line.  A sweep that was interrupted goes on with --keep FILE --resume.  Exit status 3 if any
    check fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    given = {name: value for name, value in words.items() if value not in (None, ())}
    if grid_path is None and "true" not in given:
        raise SpecError("give --true, or a GRID.toml")
    grid = Grid(**given) if grid_path is None else read_grid(grid_path, given)
    look = Look(x, y, lines, facets)
    look.of(grid)
    inputs = [*grid.files, *files_of(*words["true"], *words["assumed"]), *([grid_path] if grid_path else [])]
    protect([keeping.path], inputs)
    with contextlib.ExitStack() as stack:
        show = stack.enter_context(exports.opened(*inputs, *filter(None, [keeping.path])))
        journal = None
        if keeping.path is not None:
            journal = stack.enter_context(journal_of(grid, Path(keeping.path), resume=keeping.resume))
        with helped.at_hand() as executor:
            made = sweep(
                grid,
                kept=kept_rows(grid, journal) if journal else (),
                heard=lambda row: None if journal is None else journal.add(row.plain),
                watch=lambda cells: watched(cells, "sweeping"),
                look=look,
                executor=executor,
            )
        show(made)
    ctx.exit(3 if made.verdict == "fail" else 0)
