"""Commands about coders of somebody else: judge."""

from __future__ import annotations

from dataclasses import asdict

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import limits_options, seed_option, watched
from compress.experiments.judge import judge
from compress.foreign.limits import Limits

__all__ = ["judge_command"]


@click.command("judge")
@click.argument("coder")
@limits_options("Of the coder")
@click.option("--case", "only", metavar="NAME", multiple=True, help="Ask only this case; repeatable.  Default: all.")
@click.option("--long", "is_long", is_flag=True, help="Weigh a stream of 10,000,000 tokens, too.")
@seed_option
@export_options("json", "markdown", "junit")
@click.pass_context
def judge_command(
    ctx: click.Context,
    coder: str,
    limits: Limits,
    only: tuple[str, ...],
    is_long: bool,
    seed: int,
    exports: Exports,
) -> None:
    """Judge a coder that somebody else wrote: what it gives back, and what it costs beside what theory says.

    \b
    FILE.py:NAME  module:NAME   called with the probabilities (numpy, shape (K,)), it
                                gives an object with encode(symbols) and
                                decode(payload, count), or a pair of functions; or a
                                codec, compress(data) and decompress(data), or
                                encode(data) -> (bytes, info), decode(bytes, info)
    exec:COMMAND                COMMAND encode MODEL.json and COMMAND decode MODEL.json
                                COUNT, from standard input to standard output
    NAME                        an entry point of the group codelen.coders

    It runs in processes of its own, each in an empty folder, and its answers are read
    as data. It is a program that you run, and may do whatever you may: judge a
    stranger's in a container. Exit status 3 if a case fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    with exports.opened() as show:
        made = judge(
            coder,
            seed=seed,
            only=only,
            is_long=is_long,
            watch=lambda cases: watched(cases, "judging"),
            **asdict(limits),
        )
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)
