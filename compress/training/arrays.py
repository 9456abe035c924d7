"""Arrays of numpy as people keep them: a file, the one of an archive, a folder of parts; read some rows at a time.

Rows are read, and not mapped: a file that shrinks while it is mapped ends the process at once, without a word.

Next: `weigh` (a model on the scales).
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from compress.errors import DataError
from compress.models.predictions import Predictions

__all__ = ["array_of"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _File:
    """The array of a .npy file."""

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    offset: int
    by_columns: bool

    @classmethod
    def of(cls, path: Path, mapped: np.memmap[Any, Any]) -> _File:
        """The file of an array that is mapped, which holds its rows or its columns one after the other."""
        return cls(path, mapped.shape, mapped.dtype, mapped.offset, by_columns=not mapped.flags.c_contiguous)

    def __getitem__(self, rows: slice) -> Array:
        n, *others = self.shape
        begin, end, _ = rows.indices(n)
        many, width = max(end - begin, 0), math.prod(others)
        with open(self.path, "rb") as file:
            if not self.by_columns:
                return self._items(file, begin * width, many * width).reshape(many, *others)
            columns = [self._items(file, column * n + begin, many) for column in range(width)]
            return np.concatenate(columns).reshape(many, *others, order="F")

    def _items(self, file: BinaryIO, begin: int, many: int) -> Array:
        file.seek(self.offset + begin * self.dtype.itemsize)
        items = np.fromfile(file, self.dtype, many)
        if items.size < many:
            raise DataError(f"{self.path}: became shorter while it was read")
        return items


@dataclass(frozen=True)
class _Folder:
    """Arrays one after the other, alike but for how many rows they have."""

    parts: Sequence[Predictions]

    @cached_property
    def _begins(self) -> list[int]:
        return [0, *accumulate(part.shape[0] for part in self.parts)]

    @property
    def shape(self) -> tuple[int, ...]:
        """Return the shape of all parts together."""
        return (self._begins[-1], *self.parts[0].shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Return the element type, which all parts share."""
        return self.parts[0].dtype

    def __getitem__(self, rows: slice) -> Array:
        wanted = range(self.shape[0])[rows]
        pieces, at = [], wanted.start
        while at < wanted.stop:
            place = bisect_right(self._begins, at) - 1
            begin, end = self._begins[place], min(self._begins[place + 1], wanted.stop)
            pieces.append(self.parts[place][at - begin : end - begin])
            at = end
        return np.concatenate(pieces) if pieces else self.parts[0][:0]


def array_of(path: str | Path) -> Predictions:
    """The array of a .npy file, of a .npz with only one, or of a folder of .npy files, in the order of their names.

    Raises DataError for what is none, and for parts that are not alike; OSError.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/a.npy", np.arange(3))
    ...     np.save(f"{folder}/b.npy", np.arange(3, 5))
    ...     array_of(folder)[1:4].tolist()
    [1, 2, 3]
    """
    path = Path(path)
    if not path.is_dir():
        return _rows_of(path)
    parts: list[Predictions] = []
    for file in sorted(path.glob("*.npy")):
        part = _rows_of(file)
        if not part.shape or (parts and (part.shape[1:], part.dtype) != (parts[0].shape[1:], parts[0].dtype)):
            raise DataError(f"{file}: {part.dtype} of shape {part.shape} does not fit the arrays before it")
        parts.append(part)
    if not parts:
        raise DataError(f"{path}: holds no .npy files")
    return _Folder(parts)


def _rows_of(path: Path) -> Predictions:
    loaded = _loaded(path)
    return _File.of(path, loaded) if isinstance(loaded, np.memmap) and loaded.ndim else loaded


def _loaded(path: Path) -> Array:
    try:
        with warnings.catch_warnings():
            # Whoever reads an old file can do nothing about its age.
            warnings.simplefilter("ignore")
            loaded = np.load(path, mmap_mode="r", allow_pickle=False)
        if isinstance(loaded, np.ndarray):
            return loaded
        with loaded:
            if len(loaded.files) != 1:
                raise DataError(f"{path}: holds {len(loaded.files)} arrays; give one")
            only: Array = loaded[loaded.files[0]]
            return only
    except (DataError, OSError):
        raise
    # Of a header that is none numpy's parser raises what it likes: SyntaxError, tokenize.TokenError.
    except Exception as error:
        told = str(error).splitlines() or [type(error).__name__]
        raise DataError(f"{path}: is not a numpy array: {told[0]}") from None
