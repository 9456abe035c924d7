"""How a hot loop is compiled.

A kernel is plain Python over numpy arrays and integers, clear enough for a slide,
that numba compiles to machine code.  The code that is read is the code that runs:
with NUMBA_DISABLE_JIT=1 the same functions run uncompiled and give the same bits.
For that to hold, a kernel keeps to six habits:

1. Integers are nonnegative and below 2^63, so that nothing wraps around.
2. What is read from an array goes through int(), so that it is as wide as int64.
3. What is stored into a narrow array is masked first.
4. Comparisons are arranged so that no side can overflow: `a <= b - c`, not `a + c <= b`.
5. Unsigned numbers appear for one division at a time, converted in and out.
6. A step is a small function that returns a tuple.

A compiled kernel checks no bounds: its caller has made sure of every index.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["kernel"]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile `function` at its first call, keep the result on disk, and release the GIL while it runs."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
