"""How a kernel becomes machine code: numba, and the machine code that it keeps on disk.

The machine code is kept on disk, and that is a convenience: what cannot be read, or is damaged, or
cannot be written is compiled again and said under `--debug`.  Each file of the cache is sealed by
the SHA-256 of its bytes, and is stale when any module with kernels has changed, since a kernel's
machine code holds the steps that it takes from other modules.

Only `kernel` imports this, when there is enough to do: it loads numba.

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
from typing import Any, BinaryIO

import numba
from llvmlite import ir
from numba.core.caching import FunctionCache, IndexDataCacheFile
from numba.core.errors import NumbaError
from numba.extending import intrinsic

from compress.interrupts import undone_if_interrupted

__all__ = ["FAULTS", "INSTRUCTIONS", "compiled"]

# What numba raises where it cannot compile, or does not know an option.
FAULTS = (NumbaError, KeyError)


_SEAL_BYTES = 32
_log = logging.getLogger(__name__)


def compiled(
    function: Callable[..., Any], *, is_step: bool, allocates: bool, is_apart: bool, is_inlined: bool = False
) -> Any:
    """A function that is compiled at its first call with arguments of some types, and releases the GIL while it runs.

    is_step: it is compiled into whatever calls it, and not kept by itself; is_inlined: only other kernels call it.
    allocates: it makes or copies arrays.  What does not need not count who holds one, which with many arrays is half
    of a loop's time.  is_apart: no two of its arrays share memory that is written to.
    """
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": allocates}
    # C never calls it, and Python not what is in a loop: each way in would be compiled as well.
    options |= {"no_cfunc_wrapper": True, "no_cpython_wrapper": is_inlined}
    # LLVM inlines a step.  If numba did (inline="always"), it would find the types of a step anew for each call of it.
    made: Any = numba.njit(**options, forceinline=is_step)(function)
    # With numba's JIT switched off this is the function itself.
    if is_apart and hasattr(made, "_compiler"):
        made._compiler._customize_flags = _apart
    if not is_step and hasattr(made, "_cache"):
        with _Told(function):
            made._cache = _Cache(function)
    return made


def _apart(flags: Any) -> Any:
    flags.noalias = True
    return flags


def _prefetched(_: Any, array: Any, index: Any) -> Any:
    """The instruction that asks for array[index], for reading, into the nearest cache."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        begin = context.make_array(signature.args[0])(context, builder, values[0]).data
        number, byte = ir.IntType(32), ir.IntType(8).as_pointer()
        place = builder.bitcast(builder.gep(begin, [values[1]]), byte)
        form = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        builder.call(builder.module.declare_intrinsic("llvm.prefetch", [byte], form), [place, *map(number, (0, 3, 1))])
        return context.get_dummy_value()

    return numba.types.void(array, numba.types.int64), code


def _high_product(_: Any, a: Any, b: Any) -> Any:
    """The upper half of a product; a sign is the number's highest bit here."""

    def code(context: Any, builder: Any, signature: Any, values: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(value, wide) for value in values))
        return builder.trunc(builder.lshr(product, wide(64)), ir.IntType(64))

    return numba.types.int64(numba.types.int64, numba.types.int64), code


INSTRUCTIONS: dict[str, Any] = {"prefetch": intrinsic(_prefetched), "high_product": intrinsic(_high_product)}


class _Told(contextlib.AbstractContextManager[None]):
    """Whatever the cache fails of is shown under `--debug`, and nowhere else."""

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
    kernels = [source for source in sources if b"compress.kernel" in source[1] or b"numba" in source[1]]
    return hashlib.sha256(repr(kernels).encode()).hexdigest()
