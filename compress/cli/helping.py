"""Options of long work: processes or a cluster that help, and where results are kept as they come."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from compress.errors import SpecError
from compress.ordered import all_cores

if TYPE_CHECKING:
    from compress.running.helpers import Helpers

__all__ = ["Help", "Keeping", "help_options", "keep_options"]

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Help:
    """The help that was asked for; it is called only when there is enough to do.

    jobs: processes, None for one on each core.  scheduler: where that of a dask cluster is; None: this machine.
    """

    jobs: int | None = None
    scheduler: str | None = None

    @property
    def was_asked(self) -> bool:
        """Whether an option chose the help."""
        return self.jobs is not None or self.scheduler is not None

    @contextlib.contextmanager
    def at_hand(self, *, alone: bool = False) -> Iterator[Helpers | None]:
        """The helpers, until the block ends; alone: whether there may be none."""
        if self.scheduler is not None and not alone:
            from compress.running.cluster import cluster

            with cluster(self.scheduler) as workers:
                yield workers
            return
        from compress.running.helpers import processes

        with processes(1 if alone else self.jobs or all_cores()) as made:
            yield made


def help_options(command: F) -> F:
    """--jobs and --scheduler, which a command gets as one: `helped`."""

    @functools.wraps(command)
    def gathered(*values: Any, jobs: int | None, scheduler: str | None, **named: Any) -> Any:
        if jobs is not None and scheduler is not None:
            raise SpecError("--jobs is for this machine, and --scheduler for others: give one of them")
        return command(*values, helped=Help(jobs, scheduler), **named)

    option = click.option(
        "--jobs",
        "-j",
        type=click.IntRange(min=1),
        metavar="N",
        help="Processes at work; they are started where it takes more than a few seconds.  [default: all cores]",
    )
    other = click.option("--scheduler", metavar="ADDRESS", help="Have a dask cluster do it: tcp://HOST:PORT.")
    return option(other(cast("F", gathered)))


@dataclass(frozen=True)
class Keeping:
    """Where results are kept as they come, None for nowhere; resume: whether to go on with what is there."""

    path: str | None = None
    resume: bool = False


def keep_options(command: F) -> F:
    """--keep and --resume, which a command gets as one: `keeping`."""

    @functools.wraps(command)
    def gathered(*values: Any, keep: str | None, resume: bool, **named: Any) -> Any:
        if resume and keep is None:
            raise SpecError("--resume goes on with what --keep FILE has: give it")
        return command(*values, keeping=Keeping(keep, resume), **named)

    kept = click.option("--keep", metavar="FILE", help="Keep each row here as it comes, as JSON lines.")
    resumed = click.option("--resume", is_flag=True, help="Go on where the file of --keep ended.")
    return kept(resumed(cast("F", gathered)))
