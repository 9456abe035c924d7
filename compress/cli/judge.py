"""Commands about coders of somebody else: judge."""

from __future__ import annotations

import os
import time
from collections import Counter
from dataclasses import asdict

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.options import limits_options, seed_option, watched
from compress.errors import printable
from compress.foreign.limits import Allowance
from compress.interrupts import undone_if_interrupted
from compress.judging.court import Ruling
from compress.judging.judge import judge

__all__ = ["judge_command"]

# After so many seconds what fails is told as it comes.
_LONG = 5.0


@click.command("judge")
@click.argument("coder")
@limits_options("Of the coder")
@click.option(
    "--case", "only", metavar="NAME", multiple=True, help="Test only this case.  May be repeated.  [default: all]"
)
@click.option("--long", "is_long", is_flag=True, help="Measure a stream of 10,000,000 tokens as well.")
@seed_option
@export_options("json", "markdown", "junit")
@click.pass_context
def judge_command(
    ctx: click.Context,
    coder: str,
    limits: Allowance,
    only: tuple[str, ...],
    is_long: bool,
    seed: int,
    exports: Exports,
) -> None:
    """Test a coder that somebody else wrote: whether it decodes, and what it costs.

    \b
    FILE.py:NAME  module:NAME   called with the probabilities (numpy, shape (K,)), it
                                gives an object with encode(symbols) and
                                decode(payload, count), or a pair of functions; or a
                                codec, compress(data) and decompress(data), or
                                encode(data) -> (bytes, info), decode(bytes, info)
    exec:COMMAND                COMMAND encode MODEL.json and COMMAND decode MODEL.json
                                COUNT, from standard input to standard output
    NAME                        an entry point of the group codelen.coders

    \b
    MODEL.json is {"symbols": K, "dtype": "u1", "probabilities": [...]}; with more
    than 256 symbols the dtype is "<u2", two bytes each, the lower first. A program
    that takes long to start may also know COMMAND serve MODEL.json: it writes a line
    "ready", and then, until its input ends, answers each line "encode SIZE" or
    "decode SIZE COUNT", which SIZE bytes follow, with a line that has the size of
    its answer, and the answer. It is then started once a case, not once a message.
    samples/coders/program.py does both.

    It runs in processes of its own, each in an empty folder, and its answers are read
    as data. It is a program that you run, and it may do whatever you may do: judge
    a stranger's coder in a container. A failure is also shown at once on standard
    error. Exit status 3 if a case fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    found = _Found()
    with exports.opened() as show:
        with undone_if_interrupted(found.tell_the_rest):
            made = judge(
                coder,
                seed=seed,
                only=only,
                is_long=is_long,
                watch=lambda cases: watched(cases, "judging"),
                heard=found.hear,
                **asdict(limits),
            )
        show(made)
    ctx.exit(0 if made.verdict == "pass" else 3)


class _Found:
    """What was found so far: told on standard error as it comes, once it takes long, or when it is interrupted."""

    def __init__(self) -> None:
        self._begin = time.monotonic()
        self._verdicts: Counter[str] = Counter()
        self._waiting: list[str] = []

    def hear(self, ruling: Ruling) -> None:
        self._verdicts[ruling.verdict] += 1
        if ruling.verdict == "fail":
            told = f"FAIL  {ruling.case}: expected {ruling.expected}; got {ruling.got}"
            self._waiting.append(printable(told))
        if time.monotonic() - self._begin > _LONG:
            while self._waiting:
                click.echo(self._waiting.pop(0), err=True)

    def tell_the_rest(self) -> None:
        """For a handler of signals, which may come in the middle of a line: past all buffers."""
        so_far = ", ".join(f"{number} {_WORDS[verdict]}" for verdict, number in self._verdicts.items())
        told = [*self._waiting, f"so far {so_far or 'no case was asked'}"]
        os.write(2, "".join(f"{line}\n" for line in told).encode())


_WORDS = {"pass": "passed", "fail": "failed", "refused": "refused"}
