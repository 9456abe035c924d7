"""What a target is: it takes bytes, and may raise nothing but what it says that it raises."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from compress.frames.header import Limits

__all__ = ["LIMITS", "Target", "may_raise"]

# More is refused: what a target takes is to be little.
LIMITS = Limits(1 << 20, 1 << 29)


@dataclass(frozen=True)
class Target:
    """try_: raises what is a fault.  is_frame: whether checksums are mended.  words: what mutations put in."""

    name: str
    try_: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    is_frame: bool = False
    words: tuple[bytes, ...] = ()


def may_raise(*kinds: type[Exception]) -> Callable[[Callable[[bytes], object]], Callable[[bytes], None]]:
    """A target that may raise errors of these kinds."""

    def decorate(work: Callable[[bytes], object]) -> Callable[[bytes], None]:
        @functools.wraps(work)
        def try_(data: bytes) -> None:
            try:
                work(data)
            except kinds as error:
                # A message is one line.
                if "\n" in str(error):
                    raise AssertionError(repr(error)) from None

        return try_

    return decorate
