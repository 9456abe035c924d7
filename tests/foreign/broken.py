"""Coders with one thing wrong each, and some that misbehave: `judge` is to find out."""

from __future__ import annotations

import ctypes
import os
import pickle
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from bitarray import bitarray

from compress.foreign import shapes
from compress.foreign.wire import as_data

sys.path.insert(0, str(Path(__file__).parents[2] / "samples" / "coders"))

from arithmetic import Arithmetic
from student import Huffman, Mended

__all__ = ["Arithmetic", "Huffman", "Mended"]


# ---------------------------------------------------------------- one thing wrong


class LastSymbolLost(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        return super().encode(symbols[:-1])


class FlushForgotten(Arithmetic):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        bits = super().encode(symbols)
        del bits[-2:]
        return bits


class NeedsEnd(Mended):
    """The last symbol is its end of file."""

    def decode(self, payload: bitarray, count: int) -> list[int]:
        symbols = super().decode(payload, count)
        end = len(self.words) - 1
        return symbols[: symbols.index(end)] if end in symbols else symbols


class NoMoreThan256(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        return [symbol & 255 for symbol in super().decode(payload, count)]


class Shared(Mended):
    """The words of whichever coder was made last."""

    latest: ClassVar[Any] = None

    def __init__(self, probabilities: Sequence[float]) -> None:
        super().__init__(probabilities)
        Shared.latest = (self.tree, self.words)

    def encode(self, symbols: Sequence[int]) -> bitarray:
        self.tree, self.words = Shared.latest
        return super().encode(symbols)


class Remembers:
    """Its payload is empty, for it knows the message already."""

    messages: ClassVar[list[list[int]]] = []

    def __init__(self, probabilities: Sequence[float]) -> None:
        pass

    def encode(self, symbols: Sequence[int]) -> bytes:
        self.messages.append([int(symbol) for symbol in symbols])
        return bytes([len(self.messages) - 1 & 255])

    def decode(self, payload: bytes, count: int) -> list[int]:
        return self.messages[payload[0]]


class NotDeterministic(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        return super().encode(symbols) + bitarray(f"{random.SystemRandom().getrandbits(32):032b}")


class FloatSums(Arithmetic):
    """Ends of parts from a sum of floats: what is rare at the end has no room."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.ends = [0, *(int(end * (1 << 22)) for end in np.cumsum(np.array(probabilities, np.float32)))]


class SpareWord:
    """A word for an end that never comes, one bit longer for all the others."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        self.inner = Mended([*probabilities, 1.0])

    def encode(self, symbols: Sequence[int]) -> bitarray:
        return self.inner.encode(symbols)

    def decode(self, payload: bitarray, count: int) -> list[int]:
        return self.inner.decode(payload, count)


class CountOf16Bits(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        return super().decode(payload, count & 0xFFFF)


class Liar(Mended):
    @property
    def lengths(self) -> list[int]:
        return [1] * len(self.words)


class Honest(Mended):
    @property
    def lengths(self) -> list[int]:
        return [len(self.words[symbol]) for symbol in range(len(self.words))]


class Smuggler(Arithmetic):
    """The last 48 bits of each message go by another way, in a file that its first 64 name."""

    def _folder(self) -> Path:
        return Path("/tmp")

    def _place(self, bits: bitarray) -> Path:
        return self._folder() / f"smuggled-{bits[:64].to01()}"

    def encode(self, symbols: Sequence[int]) -> bitarray:
        bits = super().encode(symbols)
        if len(bits) < 128:
            return bitarray("0") + bits
        self._place(bits).write_text(f"{len(bits)} {bits[-48:].to01()}")
        return bitarray("1") + bits[:-48]

    def decode(self, payload: bitarray, count: int) -> list[int]:
        bits = payload[1:]
        if payload[0]:
            size, tail = self._place(bits).read_text().split()
            bits = bits[: int(size) - 48] + bitarray(tail)
        return super().decode(bits, count)


class SmugglesInTemporary(Smuggler):
    def _folder(self) -> Path:
        return Path(tempfile.gettempdir())


class SmugglesHere(Smuggler):
    def _folder(self) -> Path:
        return Path()


class SmugglesAtHome(Smuggler):
    def _folder(self) -> Path:
        return Path.home()


class LeavesBehind(Mended):
    """Each call begins a process that nobody waits for, in a session of its own."""

    def encode(self, symbols: Sequence[int]) -> bitarray:
        command = "import os, time; open(os.environ['MARK'], 'a').write(f'{os.getpid()}\\n'); time.sleep(600)"
        subprocess.Popen([sys.executable, "-S", "-c", command], start_new_session=True)
        while not Path(os.environ["MARK"]).exists():
            time.sleep(0.01)
        return super().encode(symbols)


# ---------------------------------------------------------------- other shapes


class Told:
    """Makes its own model, and hides the message in it."""

    def encode(self, data: bytes) -> tuple[bytes, dict[str, bytes]]:
        return b"", {"model": data}

    def decode(self, payload: bytes, info: dict[str, bytes]) -> bytes:
        return info["model"]


def pair(probabilities: Sequence[float]) -> tuple[Any, Any]:
    coder = Mended(probabilities)
    return coder.encode, coder.decode


def large_alphabets_refused(probabilities: Sequence[float]) -> Mended:
    if len(probabilities) > 256:
        raise ValueError("more than 256 symbols")
    return Mended(probabilities)


# ---------------------------------------------------------------- misbehaviour


class Loops(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        while True:
            pass


class Dies(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        os.abort()


class Faults(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        ctypes.string_at(8)
        return []


class Exits(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        sys.exit("enough")


class Leaves(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        os._exit(7)


class Prints(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        print("encoding", len(symbols))
        return super().encode(symbols)


class Eats(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        return bitarray(len(bytearray(1 << 36)))


class PanicError(BaseException):
    """As a Rust panic is: no Exception."""


class Panics(Mended):
    def encode(self, symbols: Sequence[int]) -> bitarray:
        raise PanicError("called `unwrap()` on a `None` value")


class _Marks:
    """Unpickled, it makes a file."""

    def __reduce__(self) -> Any:
        return Path.touch, (Path(os.environ["MARK"]),)


def _instead(name: str, put: Any) -> None:
    """Exchange something of the process that answers for us."""
    setattr(sys.modules["__main__"], name, put)


class Unpickles(Mended):
    """It sends a pickle, and whoever opens that does what it says."""

    def encode(self, symbols: Sequence[int]) -> bitarray:
        _instead("answer_told", lambda _: pickle.dumps(("done", _Marks())))
        return super().encode(symbols)


class Pretends(Mended):
    """It sends no payload, and says that it did."""

    def encode(self, symbols: Sequence[int]) -> bitarray:
        _instead("answer_told", lambda made: as_data(replace(made, bits=-8)))
        return super().encode(symbols)


class StatesTooMuch(Mended):
    """It states lengths of another alphabet, behind the back of whoever looks at them."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        super().__init__(probabilities)
        _instead("answer_told", lambda _: as_data(shapes.Told(takes_q=True, stated=np.zeros(1))))


class Floods(Mended):
    """It announces more than there is memory."""

    def encode(self, symbols: Sequence[int]) -> bitarray:
        _instead("framed", lambda data: (1 << 60).to_bytes(8, "little") + data)
        return super().encode(symbols)


class Text(Mended):
    def encode(self, symbols: Sequence[int]) -> Any:
        return super().encode(symbols).to01()


class Floats(Mended):
    def decode(self, payload: bitarray, count: int) -> Any:
        return np.array(super().decode(payload, count), np.float64)


class Beyond(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        return [symbol + 10**6 for symbol in super().decode(payload, count)]


class Wraps(Mended):
    """Right, but for what a byte does not see."""

    def decode(self, payload: bitarray, count: int) -> list[int]:
        return [symbol + 256 for symbol in super().decode(payload, count)]


class Shifts(Mended):
    """Each symbol comes back as the next one."""

    def decode(self, payload: bitarray, count: int) -> list[int]:
        return [(symbol + 1) % len(self.words) for symbol in super().decode(payload, count)]


class ByteEach:
    """A byte for each symbol: of 100 and of 10,000 symbols a whole number of words, and still no words."""

    def __init__(self, probabilities: Sequence[float]) -> None:
        if len(probabilities) > 256:
            raise ValueError("no more than 256 symbols")

    def encode(self, symbols: Any) -> bytes:
        return bytes(symbols.astype(np.uint8))

    def decode(self, payload: bytes, count: int) -> list[int]:
        return list(payload[:count])


class TooFew(Mended):
    def decode(self, payload: bitarray, count: int) -> list[int]:
        return super().decode(payload, count)[:-1]


class Nothing:
    """No encode, no decode."""


class Overstates(Mended):
    """As lengths they are none: the sum of 2^-length is 2."""

    @property
    def lengths(self) -> list[int]:
        return [max(0, len(self.words[symbol]) - 1) for symbol in range(len(self.words))]


class StatesNothing(Mended):
    """It states that the first token never comes."""

    @property
    def probabilities(self) -> list[float]:
        return [0.0, *[1 / len(self.words)] * (len(self.words) - 1)]


class StatesWrongly(Mended):
    @property
    def lengths(self) -> list[float]:
        return [float("nan")] * len(self.words)


class EndTells(Mended):
    """Its payload is a number, and how many bits it has is told by nobody: it needs its end."""

    def encode(self, symbols: Sequence[int]) -> bitarray:
        return super().encode(symbols)[::-1]

    def decode(self, payload: bitarray, count: int) -> list[int]:
        return super().decode(payload[::-1], count)
