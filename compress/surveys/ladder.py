"""A ladder of beliefs about one file: each knows something that the one above did not, and the file is smaller for it.

    uniform ──▶ empirical ──▶ order:0 ──▶ order:1 ──▶ order:2 ──▶ order:3 ──▶ mix        beside zlib, bz2, lzma

Every rung is a file that was written, read back and compared.  The longer a context, the more often it is new: orders
4 and 5 alone cost more again, which is called dilution.  A mixture asks short contexts while long ones are new.

Next: `report` (many files, beliefs and coders).
"""

from __future__ import annotations

import contextlib
import io
import lzma
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from compress.frames.files import Encoding, decode_to, encode_to
from compress.frames.header import NO_LIMITS
from compress.kernel import compilation
from compress.shown import Shown
from compress.specs import BARE
from compress.surveys.baselines import BASELINES, Baseline
from compress.surveys.report import Seconds, Sizes

__all__ = ["KNOWS", "Climb", "Ladder", "Rung", "ladder", "rungs"]

# From the top: each belief, as `--assumed` takes it, and what it knows that the one above did not.
KNOWS = {
    "uniform": "which bytes there are: each costs log2 K bits",
    "empirical": "how often each comes, which the file tells beforehand",
    "order:0": "the same, but counted on the way: nothing is told",
    "order:1": "which byte came just before",
    "order:2": "and the one before that",
    "order:3": "and one more",
    "mix": "which of many contexts to believe, bit by bit",
}
# Further down alone they cost more again.
_ASIDE = ("order:4", "order:5")
# What everybody has, at its strongest.
_STRONGEST = (
    ("zlib -9", Baseline("zlib", 9, lambda data: zlib.compress(data, 9), zlib.decompress)),
    ("bz2 -9", BASELINES["bz2"]),
    (
        "lzma -9e",
        Baseline("lzma", 9, lambda data: lzma.compress(data, preset=9 | lzma.PRESET_EXTREME), lzma.decompress),
    ),
)


@dataclass(frozen=True)
class Rung:
    """A belief with the arithmetic coder, or a compressor that everybody has.

    knows: what it knows that the one above did not; "" for what is no step of the ladder.
    """

    name: str
    way: Encoding | Baseline
    knows: str = ""

    @property
    def is_ours(self) -> bool:
        """Return whether it is a belief."""
        return isinstance(self.way, Encoding)

    def encode(self, data: bytes) -> bytes:
        """The file."""
        if isinstance(self.way, Baseline):
            return self.way.compress(data)
        output = io.BytesIO()
        encode_to(io.BytesIO(data), output, self.way)
        return output.getvalue()

    def decode(self, encoded: bytes) -> bytes:
        """What the file was made of."""
        if isinstance(self.way, Baseline):
            return self.way.decompress(encoded)
        output = io.BytesIO()
        decode_to(io.BytesIO(encoded), output, NO_LIMITS)
        return output.getvalue()


def rungs() -> tuple[Rung, ...]:
    """Each step from the top, then what costs more again, then what everybody has.

    >>> [rung.name for rung in rungs() if rung.knows]
    ['uniform', 'empirical', 'order:0', 'order:1', 'order:2', 'order:3', 'mix']
    """
    steps = [Rung(name, Encoding(BARE.believed(name)), knows) for name, knows in KNOWS.items()]
    aside = [Rung(name, Encoding(BARE.believed(name))) for name in _ASIDE]
    return (*steps, *aside, *(Rung(name, way) for name, way in _STRONGEST))


@dataclass(frozen=True)
class Climb:
    """A file, or all of them: what it became on each rung.

    lost: the rungs from which it did not come back.
    """

    name: str
    sizes: tuple[Sizes, ...]
    lost: tuple[str, ...] = ()

    @property
    def content_bytes(self) -> int:
        """Bytes of the content."""
        return self.sizes[0].content_bytes


@dataclass(frozen=True)
class Ladder(Shown):
    """Some files on the same rungs."""

    _told = ("verdict",)

    rungs: tuple[Rung, ...]
    climbs: tuple[Climb, ...]

    @cached_property
    def total(self) -> Climb | None:
        """All files together, if they are several."""
        if len(self.climbs) < 2:
            return None
        sizes = tuple(map(Sizes.sum, zip(*(climb.sizes for climb in self.climbs), strict=True)))
        return Climb("total", sizes, tuple(name for climb in self.climbs for name in climb.lost))

    @property
    def verdict(self) -> str:
        """Return pass, or fail if something did not come back."""
        return "fail" if any(climb.lost for climb in self.climbs) else "pass"

    def saved(self, climb: Climb, rung: int) -> float | None:
        """What a step saved, as a share of the file of the rung above; None for the first, and for what is no step.

        >>> made = ladder([("ab", b"abab" * 500)])
        >>> round(made.saved(made.climbs[0], 3), 2)
        0.83
        """
        if not rung or not self.rungs[rung].knows:
            return None
        return 1 - climb.sizes[rung].file_bytes / climb.sizes[rung - 1].file_bytes


def ladder(
    files: Iterable[tuple[str, bytes]],
    *,
    speed: bool = True,
    heard: Callable[[str], object] = lambda name: None,
) -> Ladder:
    """Each file on each rung, encoded, decoded and compared.

    files: names and contents.  speed: whether the times are kept.  heard: is told of each rung that is done.

    >>> [climb] = ladder([("zeros", bytes(1000))]).climbs
    >>> climb.content_bytes, climb.lost
    (1000, ())
    """
    every, climbs = rungs(), []
    for name, data in files:
        made = [_climbed(rung, data, speed, heard) for rung in every]
        lost = tuple(rung.name for rung, (_, is_whole) in zip(every, made, strict=True) if not is_whole)
        climbs.append(Climb(name, tuple(sizes for sizes, _ in made), lost))
    return Ladder(every, tuple(climbs))


def _climbed(rung: Rung, data: bytes, speed: bool, heard: Callable[[str], object]) -> tuple[Sizes, bool]:
    """How large the file is and how long it takes; and whether its content came back."""
    seconds = None
    # How fast Python is by itself is not asked.
    with compilation("always") if speed else contextlib.nullcontext():
        encoded = rung.encode(data)
        decoded = rung.decode(encoded)
        if speed:
            seconds = Seconds.of(lambda: rung.encode(data), lambda: rung.decode(encoded), runs=1)
    heard(rung.name)
    return Sizes(len(data), len(encoded), seconds), decoded == data
