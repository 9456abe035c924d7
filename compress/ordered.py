"""Work on one thing after another, by several threads: what comes out stands in the order of what went in.

A kernel lets other threads run meanwhile, and so does whatever zlib and numpy do with a large array.
"""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

__all__ = ["all_cores", "in_order"]

A = TypeVar("A")
B = TypeVar("B")


def all_cores() -> int:
    """How many cores this process may use.

    >>> all_cores() >= 1
    True
    """
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[A], B], items: Iterable[A], threads: int, room: int = 0, needs: Callable[[A], int] = lambda item: 0
) -> Iterator[B]:
    """What becomes of each item, by so many threads; as many items more wait, or are ready.

    room: bytes that the items at hand may need together, needs(item), beyond what one of them needs.

    >>> list(in_order(str, range(5), threads=2))
    ['0', '1', '2', '3', '4']
    """
    items = iter(items)
    first_two = list(itertools.islice(items, 2))
    if threads == 1 or len(first_two) < 2:
        yield from map(work, itertools.chain(first_two, items))
        return
    # Whoever has one thread, or one item, does not wait for it.
    from concurrent.futures import ThreadPoolExecutor

    begun: deque[tuple[Future[B], int]] = deque()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for item in itertools.chain(first_two, items):
                needed = needs(item)
                while begun and (len(begun) > 2 * threads or needed + sum(size for _, size in begun) > room > 0):
                    yield begun.popleft()[0].result()
                begun.append((pool.submit(work, item), needed))
            while begun:
                yield begun.popleft()[0].result()
        finally:
            for each, _ in begun:
                each.cancel()
