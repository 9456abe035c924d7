"""Commands about theorems: laws."""

from __future__ import annotations

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.helping import Help, help_options
from compress.cli.options import say, seed_option, watched
from compress.errors import SpecError
from compress.reports.tables.laws import explained
from compress.theorems.catalog import laws_named, try_laws

__all__ = ["laws_command"]


@click.command("laws")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--list", "listed", is_flag=True, help="List all laws with their statements; test none.")
@click.option("--explain", metavar="NAME", help="Show the derivation of a law, and its source.")
@help_options
@seed_option
@export_options("json", "markdown")
@click.pass_context
def laws_command(
    ctx: click.Context,
    names: tuple[str, ...],
    listed: bool,
    explain: str | None,
    helped: Help,
    seed: int,
    exports: Exports,
) -> None:
    """Try theorems as experiments: what each predicts, and what is measured on streams that are really encoded.

    Without a NAME all of them are tried.  Exit status 3 if one does not hold.
    """
    if listed:
        if names or explain is not None or exports.targets:
            raise SpecError("--list only lists the laws: leave out NAME and the exports")
        for law in laws_named([]):
            say(f"{law.name}\n  {law.statement}")
        return
    if explain is not None:
        if names or exports.targets:
            raise SpecError("--explain only explains: leave out other names and the exports")
        [law] = laws_named([explain])
        say(explained(law), end="")
        return
    wanted = laws_named(names)
    with exports.opened() as show, helped.at_hand() as executor:
        made = try_laws(wanted, seed, watch=lambda laws: watched(laws, "trying"), executor=executor)
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
