"""Several threads: what comes out is in order, however long each takes, and few items are at hand at once."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator

import pytest

from compress.errors import CorruptError
from compress.ordered import all_cores, in_order


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


def test_few_items_are_at_hand_at_once() -> None:
    begun, done, most = 0, 0, 0

    def items() -> Iterator[int]:
        nonlocal begun, most
        for item in range(50):
            begun += 1
            most = max(most, begun - done)
            yield item

    for _ in in_order(lambda item: item, items(), 2):
        done += 1
    assert 3 <= most <= 6


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
