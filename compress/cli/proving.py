"""Commands about theorems: laws."""

from __future__ import annotations

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import say, seed_option, watched
from compress.errors import SpecError
from compress.experiments.laws import laws_named, try_laws
from compress.reports.lawful import explained

__all__ = ["laws_command"]


@click.command("laws")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--explain", metavar="NAME", help="How a law follows, and where it stands.")
@seed_option
@export_options("json", "markdown")
@click.pass_context
def laws_command(ctx: click.Context, names: tuple[str, ...], explain: str | None, seed: int, exports: Exports) -> None:
    """Try theorems as experiments: what each predicts, and what is measured on streams that are really encoded.

    Without a NAME all of them are tried.  Exit status 3 if one does not hold.
    """
    if explain is not None:
        if names or exports.targets:
            raise SpecError("--explain tries no law: it takes no other NAME, and no export")
        [law] = laws_named([explain])
        say(explained(law), end="")
        return
    wanted = laws_named(names)
    with exports.opened() as show:
        made = try_laws(wanted, seed, watch=lambda laws: watched(laws, "trying"))
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
