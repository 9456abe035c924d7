"""What it costs to hand out a cell, beside the work that is in it: here, by two processes, by two workers of a cluster.

    python tests/benchmarks/cells.py             one cell at a time, and as many at once as `running.calls` hands out

A cell of this table does nothing but count for so long.  What is told is milliseconds a cell, start included, and how
many times quicker that is than one process.  From a second or two of work on helpers are worth their start; a cell
may be as small as it likes where many are handed out at once.
"""

from __future__ import annotations

import contextlib
import functools
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.table import Table

from compress.running import calls
from compress.running.calls import each
from compress.running.cluster import cluster
from compress.running.helpers import Helpers, processes

SECONDS = 4.0
# Work in a cell, milliseconds.
WORK = (0.1, 1.0, 10.0, 100.0)


def counted(seconds: float, _: int) -> int:
    """Count until so much time of this process has gone by."""
    end, number = time.process_time() + seconds, 0
    while time.process_time() < end:
        number += 1
    return 0


def took(milliseconds: float, helpers: Helpers | None) -> float:
    """Milliseconds a cell."""
    many = int(SECONDS * 1000 / milliseconds)
    begin = time.perf_counter()
    for _ in each(functools.partial(counted, milliseconds / 1000), range(many), helpers, at_once=True):
        pass
    return (time.perf_counter() - begin) * 1000 / many


@contextlib.contextmanager
def two_workers() -> Iterator[str]:
    """A scheduler and two workers on this machine."""
    how = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": Path(__file__).parent}
    dask, address = [sys.executable, "-m", "dask"], "tcp://127.0.0.1:18786"
    begun = [subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", "18786", "--no-dashboard"], **how)]  # type: ignore[call-overload]  # of any kind
    worker = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    begun += [subprocess.Popen(worker, **how) for _ in range(2)]  # type: ignore[call-overload]  # of any kind
    try:
        from distributed import Client

        with Client(address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in begun:
            process.kill()
            process.wait()


def main() -> None:
    """Print the table."""
    table = Table("work, ms", "at once", "one process", "two processes", "", "two workers", "", title="ms a cell")
    at_once = calls._AT_ONCE
    with two_workers() as address, cluster(address) as workers:
        for milliseconds in WORK:
            alone = took(milliseconds, None)
            for limit in (0.0, at_once):
                calls._AT_ONCE = limit
                row = [f"{milliseconds:g}", "many" if limit else "one", f"{alone:.3f}"]
                with processes(2) as pool:
                    for helpers in (pool, workers):
                        each_took = took(milliseconds, helpers)
                        row += [f"{each_took:.3f}", f"{alone / each_took:.2f}x"]
                table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
