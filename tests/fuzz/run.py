"""Fuzz all that reads what others wrote: nothing may crash, hang, or take more than it was allowed.

    python tests/fuzz/run.py --minutes 60                  all targets, one after the other, for so long together
    python tests/fuzz/run.py --minutes 5 --target decode   one of them
    python tests/fuzz/run.py --list                        what there is

Inputs that reach a line of the package which none before them reached are kept and mutated further.  A crash is kept
as its smallest input, in tests/fuzz/crashes/TARGET-CRC, which the suite tries from then on.  Exit status 1 if there was
one.  Kernels run as Python: bounds are checked.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import resource
import signal
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from mutation import mended, mutated
from targets import TARGETS, Target

from compress.kernel import compilation

HERE = Path(__file__).parent
CRASHES = HERE / "crashes"
PACKAGE = str(HERE.parent.parent / "compress")
# Seconds for one input, and bytes for all of them.
PATIENCE, MEMORY = 20, 6 << 30
# One of so many inputs is traced.
TRACED = 8


class HangError(Exception):
    """An input that takes too long."""


def lines_of(work: Callable[[], object]) -> set[tuple[str, int]]:
    """The lines of the package that some work reaches, and the error that it ends with goes on."""
    found: set[tuple[str, int]] = set()

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        if event == "line":
            found.add((frame.f_code.co_filename, frame.f_lineno))
        return trace

    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(None)
    return found


def fault_of(target: Target, data: bytes) -> str | None:
    """What is wrong with what a target makes of an input; None for nothing."""
    signal.alarm(PATIENCE)
    try:
        target.try_(data)
    except (Exception, HangError) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        signal.alarm(0)
    return None


def smallest(target: Target, data: bytes) -> bytes:
    """The data without what the same kind of fault does not need."""
    kind = (fault_of(target, data) or "").partition(":")[0]
    piece, tries, end = len(data) // 2, 0, time.monotonic() + 3 * PATIENCE
    while piece and tries < 300 and time.monotonic() < end:
        for start in range(0, len(data), piece):
            shorter = data[:start] + data[start + piece :]
            tries += 1
            if (fault_of(target, shorter) or "").partition(":")[0] == kind:
                data = shorter
                break
        else:
            piece //= 2
    return data


def fuzz(target: Target, seconds: float, seed: int) -> tuple[int, set[tuple[str, int]], list[str]]:
    """How many inputs were tried, which lines they reached, and the crashes."""
    chance, end = random.Random(f"{seed} {target.name}"), time.monotonic() + seconds
    corpus, reached, crashes, tried = [*target.seeds()], set[tuple[str, int]](), list[str](), 0
    for seed_input in corpus:
        reached |= lines_of(lambda data=seed_input: target.try_(data))  # type: ignore[misc]  # a default is its own
    kinds: set[str] = set()
    while time.monotonic() < end:
        data = mutated(chance.choice(corpus), chance, corpus, target.words)
        data = mended(data) if target.is_frame else data
        tried += 1
        if len(data) < 20_000 and chance.randrange(TRACED) == 0:
            new: set[tuple[str, int]] = set()
            signal.alarm(PATIENCE)
            with contextlib.suppress(Exception):
                new = lines_of(lambda data=data: target.try_(data))  # type: ignore[misc]  # a default is its own
            signal.alarm(0)
            if new - reached:
                reached |= new
                corpus.append(data)
        if (fault := fault_of(target, data)) is not None and (kind := fault[:60]) not in kinds:
            kinds.add(kind)
            least = smallest(target, data)
            place = CRASHES / f"{target.name}-{zlib.crc32(least):08x}"
            CRASHES.mkdir(exist_ok=True)
            place.write_bytes(least)
            crashes.append(f"{place.name}: {fault_of(target, least)}")
    return tried, reached, crashes


def coverage(reached: set[tuple[str, int]]) -> dict[str, tuple[int, int]]:
    """Of each room how many lines that can be reached were, and how many there are."""
    found: dict[str, tuple[int, int]] = {}
    for path in sorted(Path(PACKAGE).rglob("*.py")):
        lines = {number for code in _codes(compile(path.read_text("utf-8"), str(path), "exec")) for number in code}
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        have = sum(name == str(path) and number in lines for name, number in reached)
        before = found.get(room, (0, 0))
        found[room] = before[0] + have, before[1] + len(lines)
    return found


def _codes(code: Any) -> list[set[int]]:
    """The lines of each function within; what runs when a module is loaded is no question."""
    inner = [const for const in code.co_consts if hasattr(const, "co_lines")]
    own = set() if code.co_name == "<module>" else {number for _, _, number in code.co_lines() if number}
    own -= {code.co_firstlineno}
    return [own, *(each for const in inner for each in _codes(const))]


def main() -> None:
    """Fuzz, tell, and end with status 1 if something crashed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--target", choices=list(TARGETS), action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    if asked.list:
        print(*TARGETS, sep="\n")
        return

    def hung(*_: object) -> None:
        raise HangError(f"more than {PATIENCE} s")

    signal.signal(signal.SIGALRM, hung)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    targets = [TARGETS[name] for name in asked.target or TARGETS]
    every: set[tuple[str, int]] = set()
    bad: list[str] = []
    with compilation("never"):
        for target in targets:
            tried, reached, crashes = fuzz(target, 60 * asked.minutes / len(targets), asked.seed)
            every |= reached
            bad += crashes
            print(f"{target.name:<12}{tried:>9,} inputs {len(reached):>6,} lines {len(crashes):>3} crashes", flush=True)
    print(*bad, sep="\n")
    for room, (have, all_lines) in coverage(every).items():
        if have:
            print(f"{room:<12}{have:>6,} of {all_lines:>6,} lines, {have / all_lines:.0%}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
