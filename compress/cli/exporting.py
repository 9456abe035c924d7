"""How a command's result leaves the program: a table for the eye, and files to keep.

Every file is opened before the work begins, so that a folder that takes no file ends the command at once, and
has its name when all is written, so that none is half a file.
"""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

import click

from compress.cli.options import PIPE, protect, quiet_option, require_standard_output, say
from compress.errors import OutputError, SpecError
from compress.frames.atomic import write_atomically

__all__ = ["Exports", "export_options"]

F = TypeVar("F", bound=Callable[..., Any])

_HELP = {
    "json": "Write the result as JSON; - is standard output.",
    "csv": "Write the rows as CSV; - is standard output.",
    "parquet": "Write the rows as a Parquet file, for data frames.",
    "markdown": "Write the tables as Markdown; - is standard output.",
    "junit": "Write the cases as JUnit's XML; - is standard output.",
    "dot": "Write the tree for graphviz; - is standard output.",
    "svg": "Draw it (a tree, an interval), without matplotlib; - is standard output.",
    "html": "Write one page with tables and pictures; - is standard output.",
}


class Show(Protocol):
    """Takes the record that a command made; how: what its table can be asked for."""

    def __call__(self, record: object, **how: bool) -> None:
        """Show it."""


@dataclass(frozen=True)
class Exports:
    """Where a result goes: a file's name for each format that was asked for, and the table unless `quiet`.

    plot: the name of a picture's file; plot_kind: which of the record's pictures, None for the first.
    """

    targets: Mapping[str, str]
    quiet: bool
    plot: str | None = None
    plot_kind: str | None = None

    @contextlib.contextmanager
    def opened(self, *inputs: str) -> Iterator[Show]:
        """A function that shows records; all that it is given is out when the block ends well.

        With an export on standard output nothing else goes there.  Raises OutputError now, before the work, if
        a file cannot be written, is one of the inputs, or is asked for twice.
        """
        self._check(inputs)
        printed: list[bytes | str] = []
        with contextlib.ExitStack() as stack:
            files = {
                name: stack.enter_context(write_atomically(Path(target), overwrite=True))
                for name, target in self._files().items()
                if target != PIPE
            }
            yield functools.partial(self._show, files, printed)
        # Who reads standard output may have gone away: the files are whole all the same.
        for each in printed:
            if isinstance(each, str):
                say(each, end="")
            else:
                sys.stdout.flush()
                sys.stdout.buffer.write(each)
                sys.stdout.buffer.flush()
        if self.plot is not None and "plot" not in self._files():
            raise OutputError(f"{self.plot}: a picture needs matplotlib; pip install 'codelen[plot]'")

    def _show(self, files: Mapping[str, BinaryIO], printed: list[bytes | str], record: object, **how: bool) -> None:
        # Not before there is something to show: who encodes a file needs no tables.
        from compress.reports.table import render
        from compress.reports.views import FORMATS, as_table

        for name, target in self.targets.items():
            made: bytes | str = FORMATS[name](record)
            if isinstance(made, str):
                if target == PIPE and sys.stdout.isatty():
                    made = _spelled_out(made)
                # UTF-8 whatever the terminal's encoding is.
                made = made.encode("utf-8", "backslashreplace")
            if target == PIPE:
                printed.append(made)
            else:
                files[name].write(made)
        if self.plot is not None:
            from compress.reports.plots.catalog import as_picture
            from compress.reports.plots.figures import picture_format

            if "plot" in files:
                files["plot"].write(as_picture(record, self.plot_kind, picture_format(self.plot)))
        if not self.quiet and PIPE not in self.targets.values():
            printed.append(render(as_table(record, **how)))
            if self.plot is not None and "plot" not in files:
                printed.append(self._chart(record))

    def _chart(self, record: object) -> str:
        """The picture in letters, of those that have one."""
        from compress.reports.plots.catalog import kinds_of
        from compress.reports.plots.charts import CHARTS
        from compress.reports.table import render

        chart = CHARTS.get((type(record), self.plot_kind or kinds_of(type(record))[0]))
        return "" if chart is None else "\n" + render(chart(record))

    def _files(self) -> Mapping[str, str]:
        """All targets, the picture's too if it can be drawn."""
        if self.plot is None:
            return self.targets
        from compress.reports.plots.figures import has_matplotlib

        return {**self.targets, "plot": self.plot} if has_matplotlib() else self.targets

    def _check(self, inputs: Iterable[str]) -> None:
        if self.plot is not None:
            from compress.reports.plots.figures import picture_format

            picture_format(self.plot)
        if "html" in self.targets:
            from compress.reports.page import has_jinja

            if not has_jinja():
                raise OutputError(f"{self.targets['html']}: a page needs jinja2; pip install 'codelen[html]'")
        if "parquet" in self.targets:
            from compress.reports.records.rows import has_pyarrow

            if not has_pyarrow():
                raise OutputError(f"{self.targets['parquet']}: needs pyarrow; pip install 'codelen[parquet]'")
        if self.plot is None and self.plot_kind is not None:
            raise SpecError("--plot-kind chooses the picture that --plot FILE draws: give both")
        names = list(self._files().values())
        places = [name if name == PIPE else os.path.realpath(name) for name in names]
        for at, place in enumerate(places):
            if place in places[:at]:
                raise OutputError(f"{names[at]}: two exports would write this file; name another for one of them")
        protect(names, inputs)
        if PIPE in names or not self.quiet:
            require_standard_output()


def _spelled_out(text: str) -> str:
    r"""The text with what a terminal would obey, and not show, as \uXXXX, which JSON reads as the same."""

    def spelled(character: str) -> str:
        units = character.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))

    return "".join(c if c.isprintable() or c == "\n" else spelled(c) for c in text)


def export_options(*formats: str, plots: Sequence[str] = ()) -> Callable[[F], F]:
    """An option for each format, for a picture if there are kinds of it, and --quiet.

    The command takes them all as one argument, `exports`.
    """

    def decorate(command: F) -> F:
        @functools.wraps(command)
        def gathered(*arguments: Any, quiet: bool, **options: Any) -> Any:
            wanted = {name: options.pop(f"{name}_path") for name in formats}
            targets = {name: target for name, target in wanted.items() if target is not None}
            plot, kind = options.pop("plot", None), options.pop("plot_kind", None)
            return command(*arguments, exports=Exports(targets, quiet, plot, kind), **options)

        made: Any = quiet_option(gathered)
        if len(plots) > 1:
            made = click.option("--plot-kind", type=click.Choice(plots), help=f"Which picture.  [default: {plots[0]}]")(
                made
            )
        if plots:
            made = click.option("--plot", metavar="FILE", help="Draw a picture: .svg, .png or .pdf.")(made)
        for name in reversed(formats):
            made = click.option(f"--{name}", f"{name}_path", metavar="FILE", help=_HELP[name])(made)
        return made  # type: ignore[no-any-return]

    return decorate
