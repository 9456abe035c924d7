"""Commands about coders of somebody else: judge."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from compress.cli.exporting import Exports, export_options
from compress.cli.helping import Help, help_options
from compress.cli.options import limits_options, seed_option, watched
from compress.errors import SpecError, printable
from compress.foreign.limits import Allowance
from compress.frames.atomic import write_atomically
from compress.interrupts import undone_if_interrupted
from compress.judging.classroom import Entry, judge_all, submissions
from compress.judging.court import Ruling
from compress.judging.judge import judge

__all__ = ["judge_command"]

# After so many seconds what fails is told as it comes.
_LONG = 5.0


@click.command("judge")
@click.argument("coders", metavar="CODER...", nargs=-1, required=True)
@click.option("--name", metavar="NAME", help="Which coder of each FILE.py, where the class's all have one name.")
@limits_options("Of the coder")
@click.option(
    "--case", "only", metavar="NAME", multiple=True, help="Test only this case.  May be repeated.  [default: all]"
)
@click.option("--long", "is_long", is_flag=True, help="Measure a stream of 10,000,000 tokens as well.")
@click.option("--junit-dir", metavar="DIR", help="Of several: write the cases of each as JUnit's XML into this folder.")
@help_options
@seed_option
@export_options("json", "markdown", "junit")
@click.pass_context
def judge_command(
    ctx: click.Context,
    coders: tuple[str, ...],
    name: str | None,
    limits: Allowance,
    only: tuple[str, ...],
    is_long: bool,
    junit_dir: str | None,
    helped: Help,
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
    error. Several are judged beside each other, a line each: judge class/*.py --name
    Huffman. Exit status 3 if a case fails.
    """  # noqa: D301  # click's own mark for lines that stay as they are
    specs = submissions(coders, name)
    if len(specs) > 1 or junit_dir is not None:
        if "junit" in exports.targets:
            raise SpecError("--junit is for one coder: give --junit-dir DIR")
        how: dict[str, Any] = {"seed": seed, "only": only, "limits": limits, "is_long": is_long}
        with exports.opened() as show, helped.at_hand() as executor, _kept(junit_dir) as heard:
            watch = lambda every: watched(every, "judging")  # noqa: E731
            room = judge_all(specs, watch=watch, heard=heard, executor=executor, **how)
            show(room)
        ctx.exit(0 if room.verdict == "pass" else 3)
    [coder] = specs
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


@contextlib.contextmanager
def _kept(folder: str | None) -> Iterator[Callable[[Entry], None]]:
    """What is told of each coder of a class: its cases are a file of this folder."""
    if folder is None:
        yield lambda entry: None
        return
    from compress.reports.tables.classroom import entry_junit

    place, taken = Path(folder), Counter[str]()
    place.mkdir(parents=True, exist_ok=True)

    def keep(entry: Entry) -> None:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "_", entry.coder).strip("_")
        taken[stem] += 1
        again = f"-{taken[stem]}" if taken[stem] > 1 else ""
        with write_atomically(place / f"{stem}{again}.xml", overwrite=True) as file:
            file.write(entry_junit(entry).encode("utf-8", "backslashreplace"))

    yield keep


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
