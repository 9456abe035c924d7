"""What a call takes of memory, measured."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable

__all__ = ["peak_of"]


def peak_of(call: Callable[[], object]) -> int:
    """The most bytes that a call had allocated at once.

    Make the call once before: what is loaded and compiled is no part of it.
    """
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
