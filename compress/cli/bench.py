"""Commands about speed: bench."""

from __future__ import annotations

from collections.abc import Callable

import click

from compress.benching.bench import bench
from compress.benching.peers import Contender, peers_named
from compress.benching.workloads import MADE, Workload, made
from compress.cli.exporting import Exports, export_options
from compress.cli.options import COUNT, bar, coders_option, reading_input, words
from compress.coders.family import Choice
from compress.inputs import read_whole

__all__ = ["bench_command"]


@click.command("bench")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@coders_option("huffman", "limited:11", "arithmetic", "range", "rans", "tans")
@click.option(
    "--peers",
    type=words(peers_named),
    metavar="NAMES",
    default="all",
    help="Packages to stand beside, with commas between them; all that are installed, or none.  [default: all]",
)
@click.option("-n", "size", type=COUNT, metavar="N", default="2000000", help="Bytes of each workload.  [default: 2e6]")
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    metavar="N",
    default=5,
    show_default=True,
    help="Turns that count; one before them does not.",
)
@export_options("json", "csv", "markdown", "html", plots=("frontier",))
def bench_command(
    files: tuple[str, ...],
    choices: tuple[Choice, ...],
    peers: list[Contender],
    size: int,
    runs: int,
    exports: Exports,
) -> None:
    """Measure speeds: our coders beside others, in turns, on this machine.

    FILE is coded byte by byte; without one, three workloads are made: zipf (256 kinds of bytes, 4.5 bits each), coin
    (two kinds, 0.47 bits) and text (letters, shuffled).  Everything runs in one process and one thread; Q is the bytes'
    own counts.  Exit status 1 if something else comes back.
    """
    with exports.opened(*files) as show:
        workloads = [_read(name) for name in files] if files else [made(name, size) for name in MADE]
        with bar("measuring", len(workloads) * (runs + 1), is_bytes=False) as advance:
            heard: Callable[[str], object] = lambda name: advance(1)  # noqa: E731
            show(bench(workloads, choices, peers, runs=runs, heard=heard))


def _read(name: str) -> Workload:
    with reading_input(name) as file:
        return Workload(name, read_whole(file))
