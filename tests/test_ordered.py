"""Several threads: what comes out is in order, however long each takes, and few items are at hand at once."""

from __future__ import annotations

import itertools
import os
import platform
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import numpy as np
import pytest

from compress.errors import CorruptError
from compress.ordered import _few_at_a_time, all_cores, in_order


@pytest.mark.parametrize("threads", [1, 2, 3, 8])
def test_what_comes_out_is_in_order(threads: int) -> None:
    def work(item: int) -> int:
        time.sleep((item * 7 % 5) / 2000)
        return item * item

    assert list(in_order(work, range(40), threads)) == [item * item for item in range(40)]
    assert list(in_order(work, [], threads)) == []


def test_several_threads_work_at_once() -> None:
    meeting = threading.Barrier(3, timeout=20)
    list(in_order(lambda _: meeting.wait(), range(3), 3))


@pytest.mark.parametrize("threads", [2, 3])
def test_whoever_waits_works_too_and_nothing_is_done_twice(threads: int) -> None:
    """Of so many threads one is that which takes the results."""
    done = list[tuple[int, int]]()

    def work(item: int) -> None:
        time.sleep(0.001)
        done.append((item, threading.get_ident()))

    list(in_order(work, range(60), threads))
    assert sorted(item for item, _ in done) == list(range(60))
    by = {thread for _, thread in done}
    assert threading.get_ident() in by
    assert len(by) <= threads


@pytest.mark.parametrize(("worth", "least", "greatest"), [(0.0, 3, 6), (10.0, 24, 48)])
def test_few_items_are_at_hand_at_once(
    worth: float, least: int, greatest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes less than a thread's waking is worth is handed out eight at a time."""
    monkeypatch.setattr("compress.ordered._WORTH", worth)
    begun, done, most = 0, 0, 0

    def items() -> Iterator[int]:
        nonlocal begun, most
        for item in range(100):
            begun += 1
            most = max(most, begun - done)
            yield item

    for _ in in_order(lambda item: item, items(), 2):
        done += 1
    assert least <= most <= greatest


def test_work_that_takes_long_is_handed_out_item_by_item() -> None:
    by = list[int]()

    def work(item: int) -> None:
        by.append(threading.get_ident())
        time.sleep(0.005)

    list(in_order(work, range(24), 2))
    # Of eight at a time, one thread would have had twice as many in a row.
    assert max(len(list(group)) for _, group in itertools.groupby(by)) <= 3


def test_a_few_need_no_more_than_there_is_room_for() -> None:
    handed = _few_at_a_time([3, 4, 5, 1, 1, 1, 1, 9, 30], lambda: 4, 10, lambda item: item)
    assert list(handed) == [([3, 4], 7), ([5, 1, 1, 1], 8), ([1, 9], 10), ([30], 30)]
    for room, together in ((0, 3), (1, 1), (2, 2)):
        assert [len(some) for some, _ in _few_at_a_time([1] * 6, lambda: 3, room, int)] == [together] * (6 // together)


@pytest.mark.parametrize(("threads", "times"), [(1, 0), (2, 1)])
def test_memory_is_kept_for_threads_alone(threads: int, times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """As much as the C library looks at, and never touched: `test_threads_keep_their_memory` sees what comes of it."""
    asked = list[int]()
    monkeypatch.setattr(np, "empty", lambda size, _: asked.append(size))
    list(in_order(str, range(3), threads))
    assert len(asked) == times
    assert all(2**24 < size < 2**25 for size in asked)


def test_threads_keep_their_memory_from_one_item_to_the_next() -> None:
    if platform.libc_ver()[0] != "glibc":
        pytest.skip("what another C library keeps is not known")
    taken = subprocess.run([sys.executable, "-c", _FAULTS], capture_output=True, check=True, timeout=60)
    # Of 19,200 pages; where nothing is kept, five thousand and more are asked for anew each time.
    assert int(taken.stdout) < 1000


_FAULTS = """
from resource import RUSAGE_SELF, getrusage

import numpy as np

from compress.ordered import in_order

def faults():
    return getrusage(RUSAGE_SELF).ru_minflt

def work(_):
    # Of what is at hand at most 64 MiB stay free: five times eight items, however the threads are held up, are 30.
    return [np.ones(2**18, np.uint8) for _ in range(3)]

def faults_of(items):
    before = faults()
    for _ in in_order(work, range(items), 2):
        pass
    return faults() - before

faults_of(20)
print(min(faults_of(100) for _ in range(10)))
"""


def test_no_more_are_at_hand_than_there_is_room_for() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(item: int) -> int:
        nonlocal now, most
        with lock:
            now += item
            most = max(most, now)
        time.sleep(0.001)
        with lock:
            now -= item
        return item

    sizes = [3, 4, 5, 9, 1, 1, 1, 8, 30, 2] * 3
    assert list(in_order(work, sizes, 4, room=10, needs=lambda item: item)) == sizes
    # One that needs more than there is has it to itself.
    assert most <= 30


def test_the_first_error_comes_where_its_item_stands() -> None:
    def work(item: int) -> int:
        if item in (3, 4):
            raise CorruptError(str(item))
        return item

    found = list[int]()
    with pytest.raises(CorruptError, match=r"^3$"):
        found.extend(in_order(work, range(100), 3))
    assert found == [0, 1, 2]


def test_an_error_leaves_nothing_to_be_begun() -> None:
    begun = list[int]()

    def work(item: int) -> None:
        begun.append(item)
        if item == 0:
            raise CorruptError("the first")
        time.sleep(0.05)

    with pytest.raises(CorruptError, match=r"^the first$"):
        list(in_order(work, range(100), 2))
    assert len(begun) <= 4


def test_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all_cores() == len(os.sched_getaffinity(0))
    # 0 is this process.
    monkeypatch.setattr(os, "sched_getaffinity", {0: {1, 4, 5}, 1: {1}}.__getitem__)
    assert all_cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    for counted, found in ((3, 3), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda counted=counted: counted)
        assert all_cores() == found


def test_one_item_asks_for_no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("concurrent.futures.ThreadPoolExecutor", None)
    assert list(in_order(str, [7], threads=3)) == ["7"]
    assert list(in_order(str, [], threads=3)) == []
    with pytest.raises(TypeError):
        list(in_order(str, [7, 8], threads=3))
