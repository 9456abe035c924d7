"""Arrays of numpy as people keep them: a file, the one of an archive, a folder of parts; read some rows at a time.

A file's rows are mapped anew for each slice, and copied: a map that stays open counts as memory as its pages are read.

Next: `weigh` (a model on the scales).
"""

from __future__ import annotations

import warnings
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from typing import Any

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

    def __getitem__(self, rows: slice) -> Array:
        return np.array(_loaded(self.path)[rows])


@dataclass(frozen=True)
class _Folder:
    """Arrays one after the other, alike but for how many rows they have."""

    parts: Sequence[_File]

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
        loaded = _loaded(path)
        return _File(path, loaded.shape, loaded.dtype) if isinstance(loaded, np.memmap) else loaded
    parts: list[_File] = []
    for file in sorted(path.glob("*.npy")):
        loaded = _loaded(file)
        if not loaded.ndim or (parts and (loaded.shape[1:], loaded.dtype) != (parts[0].shape[1:], parts[0].dtype)):
            raise DataError(f"{file}: {loaded.dtype} of shape {loaded.shape} does not fit the arrays before it")
        parts.append(_File(file, loaded.shape, loaded.dtype))
    if not parts:
        raise DataError(f"{path}: holds no .npy files")
    return _Folder(parts)


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
