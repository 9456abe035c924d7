"""Many calls of a pure function: whoever makes them, the results are those of one process, in order."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any, ClassVar

import pytest

from compress.cli.main import run
from compress.coders.catalog import CODERS, choose
from compress.errors import DataError
from compress.experiments.repeat import Repetitions, repeat
from compress.models.catalog import recipe_named
from compress.ordered import all_cores
from compress.reports.views import as_json_text
from compress.running import calls, helpers
from compress.running.calls import each
from compress.running.helpers import Helpers, processes
from compress.sources.tokens import KINDS, tokeniser
from compress.specs import BARE


def squared(number: int) -> int:
    return number * number


def dies_at_three(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.usefixtures("_at_once")
def test_results_stand_in_the_order_of_the_tasks() -> None:
    with ThreadPoolExecutor(3) as pool:
        assert list(each(squared, range(50), pool)) == [number * number for number in range(50)]
        assert list(each(squared, [], pool)) == []


def test_little_work_asks_nobody() -> None:
    class Nobody(ThreadPoolExecutor):
        def submit(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]  # it is never called
            raise AssertionError

    with Nobody(1) as pool:
        assert list(each(squared, range(9), pool)) == [number * number for number in range(9)]


@pytest.mark.parametrize(
    ("took", "rest", "asks"),
    [
        # The first call may have waited for machine code.
        ([0.9], 1000, False),
        ([1.1], 2, False),
        ([1.1], 3, True),
        ([0.9, 0.01, 0.01], 300, False),
        ([0.9, 0.01, 0.01], 301, True),
        ([0.9, 0.02, 0.01], 201, True),
        # Too little was seen.
        ([0.04, 0.05], 1000, False),
        ([0.06, 0.05], 1000, True),
    ],
)
def test_help_is_asked_for_where_the_rest_would_take_long(took: list[float], rest: int, *, asks: bool) -> None:
    assert calls._is_long(took, rest) is asks


@pytest.mark.parametrize(("took", "pace"), [([9.0], 9.0), ([9.0, 1.0], 1.0), ([9.0, 1.0, 2.0, 6.0], 3.0)])
def test_a_pace_is_the_mean_of_the_calls_after_the_first(took: list[float], pace: float) -> None:
    assert calls._pace(took) == pace


def test_help_that_is_never_needed_leaves_nothing_behind() -> None:
    before = [*sys.warnoptions]
    with processes(2) as pool:
        assert pool is not None
        assert sys.warnoptions == before


def test_what_is_at_work_is_waited_for_unless_it_is_to_end_now(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = list[str]()

    class Child:
        def terminate(self) -> None:
            ended.append("a child")

    monkeypatch.setattr(multiprocessing, "active_children", lambda: [Child()])
    for now in (False, True):
        pool = helpers.Processes(1)
        pool.end(now=now)
        assert ended == ["a child"] * now


@pytest.mark.slow
def test_after_an_error_nobody_waits_for_what_is_at_work() -> None:
    def interrupted() -> None:
        with processes(2) as pool:
            assert pool is not None
            assert pool.result(pool.submit(squared, 2)) == 4
            pool.submit(time.sleep, 60)
            raise KeyboardInterrupt

    begin = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert time.monotonic() - begin < 50


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_helpers_that_die_while_nobody_waits_for_them_say_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    troubles: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda found: troubles.append(found.exc_value))
    with processes(2) as pool:
        results = each(after_the_first, range(40), pool)
        assert next(results) == next(results) == 0
        results.close()  # type: ignore[attr-defined]  # a generator
        for child in multiprocessing.active_children():
            child.kill()
            child.join()
        time.sleep(0.2)
    assert troubles == []


def after_the_first(number: int) -> int:
    time.sleep(60 if number > 1 else 0)
    return 0


@pytest.mark.usefixtures("_at_once")
def test_no_more_than_a_few_are_handed_out_before_the_first_is_taken() -> None:
    begun: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        results = each(begun.append, range(100), Helpers(pool, many=1))
        next(results)
        next(results)
        assert len(begun) <= 5
        results.close()  # type: ignore[attr-defined]  # a generator
    assert len(begun) <= 5


@pytest.mark.usefixtures("_at_once")
def test_what_is_quick_is_handed_out_by_the_hundred_and_what_is_slow_one_by_one() -> None:
    class Counting(Helpers):
        sizes: ClassVar[list[int]] = []

        def submit(self, work: Any, /, *given: Any, **named: Any) -> Any:
            self.sizes.append(len(given[-1]))
            return super().submit(work, *given, **named)

    with ThreadPoolExecutor(2) as pool:
        assert list(each(squared, range(20_000), Counting(pool, many=2))) == [number**2 for number in range(20_000)]
        assert max(Counting.sizes) > 100
        # At the end both have something.
        assert Counting.sizes[-1] <= Counting.sizes[-2] <= max(Counting.sizes)
        Counting.sizes.clear()
        assert list(each(slowly, range(9), Counting(pool, many=2))) == list(range(9))
        assert set(Counting.sizes) == {1}


def slowly(number: int) -> int:
    time.sleep(0.11)
    return number


def of_what_is_lost(number: int) -> int:
    return -number


def dies_once(place: tuple[str, int]) -> int:
    """A call that ends its helper the first time."""
    folder, number = place
    mark = Path(folder) / str(number)
    if number % 5 == 3 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_what_was_out_when_a_helper_died_is_done_by_another(tmp_path: Path) -> None:
    with processes(2) as pool:
        assert list(each(dies_once, [(str(tmp_path), number) for number in range(12)], pool)) == list(range(12))
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_what_ends_every_helper_is_given_up_and_the_rest_is_done() -> None:
    with processes(2) as pool:
        assert list(each(dies_at_three, range(8), pool, of_what_is_lost)) == [0, 1, 2, -3, 4, 5, 6, 7]


@pytest.mark.usefixtures("_at_once")
def test_an_executor_that_breaks_is_not_ours_to_replace() -> None:
    class Broken(ThreadPoolExecutor):
        def submit(self, *args: object, **kwargs: object) -> object:  # type: ignore[override]  # it is broken
            raise BrokenExecutor

    with Broken(1) as pool:
        results = each(squared, range(9), pool)
        assert next(results) == 0
        with pytest.raises(DataError, match="was ended by somebody"):
            next(results)
        assert list(each(squared, range(4), pool, of_what_is_lost)) == [0, -1, -2, -3]


@pytest.mark.usefixtures("_at_once")
def test_an_error_of_a_call_comes_when_its_turn_has_come() -> None:
    with ThreadPoolExecutor(2) as pool:
        results = each(six_by, [6, 3, 0, 1], pool)
        assert [next(results), next(results)] == [1, 2]
        with pytest.raises(ZeroDivisionError):
            list(results)


def six_by(number: int) -> int:
    return 6 // number


@pytest.mark.slow
@pytest.mark.usefixtures("_at_once")
def test_a_process_that_dies_is_said_in_one_line() -> None:
    with processes(2) as pool, pytest.raises(DataError, match="was ended by somebody"):
        list(each(dies_at_three, [0, 1, 2, 3, 4], pool))


def repeated(jobs: int) -> Repetitions:
    beliefs = [BARE.believed(spec) for spec in ("true", "uniform", "kt")]
    with processes(jobs) as pool:
        return repeat(BARE.source("dice:1"), beliefs, [choose("arithmetic")], 30, 40, seed=5, executor=pool)


@pytest.mark.usefixtures("_at_once")
@pytest.mark.slow
def test_a_repetition_is_the_same_in_one_process_and_in_two() -> None:
    assert as_json_text(repeated(1)) == as_json_text(repeated(2))


@pytest.mark.parametrize(("asked", "jobs"), [(["--jobs", "3"], 3), ([], all_cores())])
def test_the_option_says_how_many_processes(asked: list[str], jobs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    @contextlib.contextmanager
    def noted(number: int) -> Iterator[None]:
        started.append(number)
        yield None

    monkeypatch.setattr(helpers, "processes", noted)
    assert run(["validate", "--true", "dice:1", "-n", "20", "--repeat", "2", "-q", *asked]) == 0
    assert started == [jobs]


def test_what_is_told_to_another_process_is_the_same_there() -> None:
    for family in CODERS.values():
        choice = choose(family.name)
        assert pickle.loads(pickle.dumps(choice)) == choice
    assert pickle.loads(pickle.dumps(choose("golomb:7"))) == choose("golomb:7")
    for kind in (*KINDS[:-1], "csv:price"):
        assert pickle.loads(pickle.dumps(tokeniser(kind))).name == kind
    for spec in ("kt", "order:2,1/3", "mix"):
        recipe = recipe_named(spec)
        assert recipe is not None
        made = pickle.loads(pickle.dumps(recipe))
        assert made._replace(build=recipe.build) == recipe
        assert made.build(256) == recipe.build(256)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["INT", "KILL"])
def test_helpers_end_with_whoever_asked_for_them_and_what_was_finished_is_kept(number: int, tmp_path: Path) -> None:
    kept = tmp_path / "rows.jsonl"
    # Then cells that take long.
    (tmp_path / "x").write_bytes(bytes(range(256)) * 300)
    words = ["--true", "file:x", "--assumed", "true", "--assumed", "order:3", "-n", "3e5,3e6,4e6,5e6", "--repeat", "60"]
    call = [sys.executable, "-m", "compress", "sweep", *words, "--keep", str(kept), "--jobs", "2"]
    with subprocess.Popen(call, cwd=tmp_path, stderr=subprocess.PIPE, start_new_session=True) as process:
        end = time.monotonic() + 60
        while time.monotonic() < end and (not kept.exists() or kept.read_bytes().count(b"\n") < 2):
            time.sleep(0.1)
        time.sleep(3)
        begin = time.monotonic()
        os.kill(process.pid, number)
        # Helpers hold the pipe, too.
        _, err = process.communicate(timeout=30)
    assert time.monotonic() - begin < 10
    assert process.returncode in (130, -number)
    assert err == (b"codelen: interrupted\n" if number == signal.SIGINT else b"")
    # The last of them has only to put away what they shared.
    while _is_there(process.pid) and time.monotonic() - begin < 20:
        time.sleep(0.05)
    assert not _is_there(process.pid)
    assert kept.read_bytes().endswith(b"\n")


def _is_there(group: int) -> bool:
    """Whether a group of processes has any."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
