"""A cluster of two workers on this machine: the results are those of one process, whoever dies."""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from test_running import dies_at_three, squared

from compress.cli.main import run
from compress.errors import DataError, OutputError
from compress.running.calls import each
from compress.running.cluster import Cluster, _hand_over, cluster
from compress.running.helpers import KilledError
from compress.sweeps.grid import Grid
from compress.sweeps.sweep import journal_of, kept_rows, sweep

pytestmark = pytest.mark.filterwarnings("ignore")


class Dask:
    """A scheduler and two workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"tcp://127.0.0.1:{port}"
        self._folder = folder
        quietly = {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "True", "PYTHONPATH": str(Path(__file__).parent)}
        self._how: dict[str, Any] = {"env": quietly, "cwd": folder, "stdout": subprocess.DEVNULL}
        self.scheduler = self._begun("scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")
        self.workers = [self._worker() for _ in range(2)]

    def _begun(self, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "dask", *arguments], stderr=log, **self._how)

    def _worker(self) -> subprocess.Popen[bytes]:
        # With nobody beside it that would begin it again, so that the process is the worker.
        return self._begun("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def kill_one(self, which: int) -> None:
        """SIGKILL, and another in its place."""
        self.workers[which].kill()
        self.workers[which].wait(20)
        self.workers[which] = self._worker()

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait(20)


@pytest.fixture
def dask(tmp_path: Path) -> Iterator[Dask]:
    pytest.importorskip("distributed")
    made = Dask(tmp_path)
    try:
        from distributed import Client

        with Client(made.address, timeout=60, set_as_default=False) as client:  # type: ignore[no-untyped-call]
            client.wait_for_workers(2, timeout=60)
        yield made
    finally:
        made.end()


def a_grid(cells: int) -> Grid:
    return Grid((f"bernoulli:{{0.1..0.9:{cells}}}",), n="2000", repeat=2)


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_a_cluster_gives_what_one_process_gives(dask: Dask) -> None:
    with cluster(dask.address) as workers:
        assert workers.many == 2
        assert list(each(squared, range(500), workers)) == [number * number for number in range(500)]
        with pytest.raises(ZeroDivisionError):
            list(each(one_by, [2, 1, 0, 3], workers))
        grid = a_grid(40)
        assert sweep(grid, executor=workers) == sweep(grid)


def one_by(number: int) -> int:
    return 1 // number


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_workers_may_be_killed_at_random_moments(dask: Dask) -> None:
    cells = int(os.environ.get("CODELEN_CELLS", "300"))
    grid, chance = a_grid(cells), random.Random(5)
    over = threading.Event()

    def kill() -> None:
        for _ in range(3):
            if not over.wait(chance.uniform(0.2, 1.5)):
                dask.kill_one(chance.randrange(2))

    with cluster(dask.address) as workers:
        killer = threading.Thread(target=kill)
        killer.start()
        try:
            made = sweep(grid, executor=workers)
        finally:
            over.set()
            killer.join()
    assert len(made.rows) == cells
    assert made == sweep(grid)


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_what_ends_every_worker_is_given_up(dask: Dask) -> None:
    over = threading.Event()

    def replace() -> None:
        while not over.wait(0.2):
            for which, worker in enumerate(dask.workers):
                if worker.poll() is not None:
                    dask.kill_one(which)

    replacer = threading.Thread(target=replace)
    replacer.start()
    try:
        with cluster(dask.address) as workers:
            assert list(each(dies_at_three, range(6), workers, lambda number: -number)) == [0, 1, 2, -3, 4, 5]
    finally:
        over.set()
        replacer.join()


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_where_the_scheduler_is_gone_what_was_finished_is_kept(dask: Dask, tmp_path: Path) -> None:
    grid, path = a_grid(400), tmp_path / "cells.jsonl"
    with journal_of(grid, path) as journal:

        def heard(row: Any) -> None:
            journal.add(row.plain)
            if journal.size == 20:
                dask.scheduler.kill()

        begin = time.monotonic()
        with pytest.raises(DataError, match=f"{dask.address}: the scheduler is gone"), cluster(dask.address) as workers:
            sweep(grid, heard=heard, executor=workers)
        assert time.monotonic() - begin < 60
    with journal_of(grid, path, resume=True) as journal:
        assert 20 <= journal.size < 400
        assert sweep(grid, kept=kept_rows(grid, journal)) == sweep(grid)


class Client:
    """A client of dask's whose scheduler may be gone."""

    def __init__(self, status: str) -> None:
        self.status = status

    def nthreads(self) -> dict[str, int]:
        return {"tcp://127.0.0.1:2": 1}

    def submit(self, *_: object, **__: object) -> None:
        raise RuntimeError("Client is closed. Can't send update-graph message.")


def test_a_call_after_the_scheduler_is_gone_says_so() -> None:
    gone, there = (Cluster(Client(status), "tcp://127.0.0.1:1") for status in ("closed", "running"))
    assert isinstance(gone.submit(squared, 3).exception(), CancelledError)
    with pytest.raises(RuntimeError, match="Can't send"):
        there.submit(squared, 3)
    for workers, is_told in ((gone, False), (there, True)):
        future = MagicMock()
        workers.forget(future)
        assert future.cancel.called is is_told
    # One that is never done, and one that is.
    waiting, done = Future[int](), Future[int]()
    done.set_result(9)
    for workers in (gone, there):
        workers.wait([waiting, done])
    with pytest.raises(DataError, match="1: the scheduler is gone"):
        gone.wait([waiting])


@pytest.mark.slow
def test_its_result_says_so() -> None:
    pytest.importorskip("distributed")
    gone = Cluster(Client("closed"), "tcp://127.0.0.1:1")
    with pytest.raises(DataError, match="1: the scheduler is gone"):
        gone.result(gone.submit(squared, 3))


def test_a_worker_that_was_killed_by_a_call_is_told() -> None:
    distributed = pytest.importorskip("distributed")
    told = Future[int]()
    told.set_exception(distributed.KilledWorker("a call", None, 3))
    with pytest.raises(KilledError):
        Cluster(Client("running"), "tcp://127.0.0.1:1").result(told)


class Asked:
    """A future of dask's: awaited, it gives a result or raises an error."""

    def __init__(self, outcome: object) -> None:
        self._outcome = outcome

    def __await__(self) -> Generator[None, None, object]:
        yield
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


def test_a_result_and_an_error_are_handed_over_as_they_are() -> None:
    for outcome in ((1, 2), None, ValueError("wrong"), CancelledError()):
        told = Future[object]()
        asyncio.run(_hand_over(Asked(outcome), told))
        assert (told.exception() if isinstance(outcome, Exception) else told.result()) is outcome
    ended, unwanted = Future[object](), Future[object]()
    asyncio.run(_hand_over(Asked(asyncio.CancelledError()), ended))
    assert isinstance(ended.exception(), CancelledError)
    unwanted.cancel()
    asyncio.run(_hand_over(Asked(3), unwanted))
    assert unwanted.cancelled()


@pytest.mark.slow
def test_where_nobody_answers_that_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr("compress.running.cluster._PATIENCE", 0.5)
    assert run(["sweep", "--true", "dice:1", "-n", "9", "--scheduler", "tcp://127.0.0.1:1"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("codelen: tcp://127.0.0.1:1: no scheduler answers")
    assert said.count("\n") == 1


def test_an_address_without_dask_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(OutputError, match="pip install 'codelen\\[cluster\\]'"), cluster("tcp://127.0.0.1:1"):
        pass


def test_one_of_jobs_and_scheduler() -> None:
    assert run(["sweep", "--true", "dice:1", "-n", "9", "--scheduler", "tcp://127.0.0.1:1", "--jobs", "2"]) == 2
