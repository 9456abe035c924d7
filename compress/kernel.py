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
6. A step is a small function that returns a tuple; @step puts it into the loop that calls it.

A compiled kernel checks no bounds: its caller has made sure of every index.

The machine code is kept on disk, and that is a convenience: what cannot be read, or is damaged, or
cannot be written is compiled again and said under `--debug`.  Each file of the cache is sealed by
the SHA-256 of its bytes, and is stale when any module with kernels has changed, since a kernel's
machine code holds the steps that it takes from other modules.

Next: `splitting` (bytes into tokens).
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any, BinaryIO, TypeVar, cast

import numba
from numba.core.caching import FunctionCache, IndexDataCacheFile

from compress.interrupts import undone_if_interrupted

__all__ = ["kernel", "step", "uncompiled"]

F = TypeVar("F", bound=Callable[..., Any])

_SEAL_BYTES = 32
_log = logging.getLogger(__name__)


def kernel(function: F) -> F:
    """Compile `function` at its first call, keep the result on disk, and release the GIL while it runs."""
    compiled = numba.njit(nogil=True, error_model="numpy")(function)
    # With the JIT switched off this is the function itself.
    if hasattr(compiled, "_cache"):
        with _Told(function):
            compiled._cache = _Cache(function)
    return cast(F, compiled)


def step(function: F) -> F:
    """A step of a hot loop: compiled into the loop that calls it, as if it were written there."""
    return cast(F, numba.njit(nogil=True, error_model="numpy", inline="always")(function))


@cache
def uncompiled(function: F) -> F:
    """The Python of a kernel or a step, which takes the Python of those that it calls: slow, and nothing to wait for.

    >>> uncompiled(kernel(lambda x: x + 1))(2**100) == 2**100 + 1
    True
    """
    plain = getattr(function, "py_func", function)
    calls = {name: plain.__globals__.get(name) for name in plain.__code__.co_names}
    taken = {name: uncompiled(called) for name, called in calls.items() if hasattr(called, "py_func")}
    return cast(F, FunctionType(plain.__code__, {**plain.__globals__, **taken}, plain.__name__))


class _Told(contextlib.AbstractContextManager[None]):
    """Whatever the cache fails of is told to who debugs, and to nobody else."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._name = function.__qualname__

    def __exit__(self, kind: object, error: object, trace: object) -> bool:
        if isinstance(error, Exception):
            _log.debug("no cached machine code for %s: %s", self._name, " ".join(str(error).split()) or repr(error))
        return isinstance(error, Exception)


class _Cache(FunctionCache):
    """Numba's cache of one function, which never keeps the function from running."""

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        self._cache_file = _SealedFile(self._cache_path, self._impl.filename_base, _stamp())

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        with _Told(self._py_func):
            return super().load_overload(sig, target_context)
        return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with _Told(self._py_func):
            super().save_overload(sig, data)


class _SealedFile(IndexDataCacheFile):
    """An index and its data: each file ends with the digest of what stands before, and is read only if it is right."""

    def _load_index(self) -> Any:
        return super()._load_index() if _is_whole(self._index_path) else {}

    def _load_data(self, name: str) -> Any:
        if not _is_whole(self._data_path(name)):
            # Which its reader takes for a file that is gone.
            raise OSError(f"{self._data_path(name)}: is damaged")
        return super()._load_data(name)

    @contextlib.contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[BinaryIO]:
        with super()._open_for_write(filepath) as file, undone_if_interrupted(lambda: os.unlink(file.name)):
            yield file
            file.flush()
            # What is read ends at the end of its own notation: a digest behind it is not seen.
            file.write(_digest(Path(file.name).read_bytes()))


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _is_whole(path: str) -> bool:
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return False
    if _digest(data[:-_SEAL_BYTES]) == data[-_SEAL_BYTES:]:
        return True
    _log.debug("%s: is damaged; it is made anew", path)
    return False


@cache
def _stamp() -> str:
    """One digest over every source of the package that has kernels or helps to compile them."""
    package = Path(__file__).parent
    sources = [(path.relative_to(package).as_posix(), path.read_bytes()) for path in sorted(package.rglob("*.py"))]
    return hashlib.sha256(repr([source for source in sources if b"compress.kernel" in source[1]]).encode()).hexdigest()
