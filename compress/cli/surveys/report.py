"""Commands for reports that are kept: report, compare."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from compress.cli.exporting import Exports, export_options
from compress.cli.failures import tell
from compress.cli.helping import Help, Keeping, help_options, keep_options
from compress.cli.options import (
    OUTSIDE,
    PIPE,
    coders_option,
    limits_options,
    normalize_option,
    protect,
    reading_input,
    tokens_option,
    watched,
    words,
    zeros_option,
)
from compress.coders.family import Choice
from compress.errors import CompressError, SpecError
from compress.foreign.choice import chosen
from compress.foreign.limits import Allowance
from compress.frames.files import Encoding
from compress.inputs import about, read_whole
from compress.models.catalog import usages
from compress.notation import share
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import Tokeniser
from compress.specs import Reading, files_of
from compress.surveys.baselines import BASELINES, Baseline, baselines_named
from compress.surveys.compare import BY, compare
from compress.surveys.cross import AFFORDABLE, cross
from compress.surveys.kept import Kept
from compress.surveys.report import Failure
from compress.surveys.subject import Ways
from compress.surveys.survey import Step, survey
from compress.surveys.tally import Tally, journal_of, tally
from compress.surveys.whereabouts import files_among, names_in

__all__ = ["compare_command", "report_command"]


@click.command("report")
@click.argument("paths", metavar="PATH...", nargs=-1)
@click.option("--files-from", metavar="FILE", help="Also the files that this lists, one a line; - is standard input.")
@click.option("-r", "--recursive", is_flag=True, help="Search folders within folders.")
@click.option(
    "--assumed",
    metavar="SPEC",
    multiple=True,
    default=("empirical",),
    help=f"Q: empirical (a file's own counts), uniform, a distribution; {usages()} "
    "(counted on the way).  May be repeated.  [default: empirical]",
)
@click.option("--cross", "crossed", is_flag=True, help="Encode each file with the counts of every file.")
@coders_option("arithmetic", "huffman", choose=chosen, more=OUTSIDE)
@limits_options()
@tokens_option
@zeros_option
@normalize_option
@click.option(
    "--baselines",
    "beside",
    type=words(baselines_named),
    metavar="NAMES",
    default=",".join(BASELINES),
    show_default=True,
    help="Compressors to compare with, or none.",
)
@help_options
@keep_options
@click.option("--send", is_flag=True, help="With --keep: send contents to workers that do not share the disk.")
@click.option("--no-speed", is_flag=True, help="Measure no speeds: the report is the same on any machine.")
@export_options("json", "csv", "markdown", "html", plots=("sizes",))
@click.pass_context
def report_command(
    ctx: click.Context,
    paths: tuple[str, ...],
    files_from: str | None,
    recursive: bool,
    assumed: tuple[str, ...],
    crossed: bool,
    choices: tuple[Choice, ...],
    limits: Allowance,
    kind: Tokeniser,
    zeros: ZeroPolicy,
    normalize: bool,
    beside: list[Baseline],
    helped: Help,
    keeping: Keeping,
    send: bool,
    no_speed: bool,
    exports: Exports,
) -> None:
    """Encode each file with each belief and coder, and sum up.

    PATH is a file, or a folder of files.  Each is encoded, decoded and compared, and every bit of it is
    accounted for; P is the file's own counts, P̂.  Exit status 1 if a file could not be coded, 3 if a check failed.
    """
    files = files_among([*paths, *_listed(files_from)], recursive=recursive)
    if not files:
        raise SpecError("give a PATH, or --files-from FILE that has some")
    if crossed and ctx.get_parameter_source("assumed") is not ParameterSource.DEFAULT:
        raise SpecError("--cross uses the counts of each file as Q: leave out --assumed")
    choices, reading = tuple(chosen(choice, limits) for choice in choices), Reading(kind, normalize)
    if send and keeping.path is None:
        raise SpecError("--send goes with --keep FILE")
    if keeping.path is not None:
        if crossed or exports.plot is not None or set(exports.targets) - {"json", "markdown"}:
            raise SpecError("with --keep the rows are in its file: leave out --cross, --csv, --html and --plot")
        hows = [Encoding(reading.believed(spec), choice, kind, zeros) for spec in assumed for choice in choices]
        ways = Ways(tuple(dict.fromkeys(hows)), tuple(beside))
        with exports.opened(*files, keeping.path) as show:
            counted = _counted(files, ways, reading, keeping, helped, send)
            show(counted)
        ctx.exit(1 if counted.failures else 0 if counted.verdict == "pass" else 3)
    # What is timed by default has nobody beside it; somebody else's coder has processes of its own.
    alone = not all(choice.family.is_ours for choice in choices) or not (no_speed or crossed or helped.was_asked)
    with exports.opened(*files, *files_of(*assumed)) as show, helped.at_hand(alone=alone) as executor:
        if crossed:
            given = ctx.get_parameter_source("zeros") is not ParameterSource.DEFAULT
            policy = zeros if given else AFFORDABLE
            matrix = cross(files, choices, zeros=policy, reading=reading, watch=_progress, executor=executor)
            made = matrix.report
            show(matrix)
        else:
            hows = [Encoding(reading.believed(spec), choice, kind, zeros) for spec in assumed for choice in choices]
            how: dict[str, Any] = {"reading": reading, "speed": not no_speed}
            made = survey(files, hows, beside, watch=_progress, executor=executor, **how)
            show(made)
    for failure in made.failures:
        tell(_named(failure), debug=bool(getattr(ctx.obj, "debug", False)))
    ctx.exit(1 if made.failures else 0 if made.verdict == "pass" else 3)


@click.command("compare")
@click.argument("before", metavar="A.json")
@click.argument("after", metavar="B.json")
@click.option(
    "--tolerance",
    type=words(share),
    metavar="SHARE",
    default="0.1%",
    show_default=True,
    help="How much larger or smaller a file may be and still count as the same.",
)
@click.option(
    "--speed-tolerance",
    type=words(share),
    metavar="SHARE",
    default="20%",
    show_default=True,
    help="How much slower or faster a cell may be without a remark.",
)
@click.option(
    "--by",
    type=click.Choice(BY),
    default="cell",
    show_default=True,
    help="Compare each file with each belief and coder, or the one way that each side has for a file.",
)
@click.option("--a-assumed", metavar="SPEC", help="Of A, only this belief.")
@click.option("--a-coder", metavar="CODER", help="Of A, only this coder, or baseline, such as 'bz2 9'.")
@click.option("--b-assumed", metavar="SPEC", help="Of B, only this belief.")
@click.option("--b-coder", metavar="CODER", help="Of B, only this coder or baseline.")
@click.option("--force", is_flag=True, help="Compare them even if they are not about the same inputs.")
@click.option("--all", "everything", is_flag=True, help="Show the cells that are the same, too.")
@export_options("json", "csv", "markdown", "html")
@click.pass_context
def compare_command(
    ctx: click.Context,
    /,
    before: str,
    after: str,
    tolerance: Fraction,
    speed_tolerance: Fraction,
    everything: bool,
    exports: Exports,
    **chosen_cells: Any,
) -> None:
    """Compare two reports cell by cell: each file with each belief and coder.

    A.json and B.json are what `codelen report --json` or `codelen validate --json` wrote; - is standard input.
    Exit status 3 if a file has become larger than the tolerance allows, or no longer passes its checks.
    """
    with exports.opened(before, after) as show:
        a, b = map(_kept, (before, after))
        made = compare(a, b, tolerance=tolerance, speed_tolerance=speed_tolerance, **chosen_cells)
        show(made, everything=everything)
    ctx.exit(0 if made.verdict == "pass" else 3)


def _listed(name: str | None) -> list[str]:
    if name is None:
        return []
    with reading_input(name) as file, about("standard input" if name == PIPE else name):
        return names_in(file)


def _counted(files: list[str], ways: Ways, reading: Reading, keeping: Keeping, helped: Help, send: bool) -> Tally:
    """Very many files: a line for each as it comes, and only sums at the end."""
    assert keeping.path is not None
    protect([keeping.path], files)
    alone = not all(how.coder.family.is_ours for how in ways.hows)
    with (
        journal_of(files, ways, reading, Path(keeping.path), resume=keeping.resume) as journal,
        helped.at_hand(alone=alone) as executor,
    ):
        watch = lambda names: watched(names, "encoding")  # noqa: E731
        return tally(files, ways, journal, reading=reading, send=send, watch=watch, executor=executor)


def _kept(name: str) -> Kept:
    if name != PIPE:
        return Kept.of(name)
    with reading_input(name) as file:
        return Kept.of(read_whole(file))


def _progress(steps: Sequence[Step]) -> Iterable[Step]:
    return watched(steps, "encoding", size=lambda step: step.size)


def _named(failure: Failure) -> Exception:
    """The error of a file, which says the file's name."""
    if isinstance(failure.error, CompressError):
        failure.error.args = (f"{failure.name}: {failure.error}",)
    return failure.error
