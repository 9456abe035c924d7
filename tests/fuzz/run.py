"""Fuzz all that reads what others wrote: nothing may crash, hang, or take more than it was allowed.

    python tests/fuzz/run.py --minutes 60                  all targets, one after the other, for so long together
    python tests/fuzz/run.py --minutes 5 --target decode   one of them
    python tests/fuzz/run.py --plain                       without atheris, as where it is not installed
    python tests/fuzz/run.py --list                        what there is
    python tests/fuzz/run.py --missing FILE                also write down the functions that no input reached

Inputs that reach something of the package which none before them reached are kept and mutated further.  A crash is kept
as its smallest input, in tests/fuzz/crashes/TARGET-CRC, which the suite tries from then on.  Exit status 1 if there was
one.  Kernels run as Python: bounds are checked.
"""

from __future__ import annotations

import argparse
import importlib.util
import inspect
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from mutation import mended, mutated
from targets import TARGETS, Target
from trying import PACKAGE, Crashes, Lines, bounded, lines_of

from compress.kernel import compilation

HERE = Path(__file__).parent
CRASHES = HERE / "crashes"
# One of so many inputs is traced.
TRACED = 8
# Seconds that a process may take beyond its time: it loads, compiles nothing, and makes a crash smaller.
BEYOND = 300


def fuzz(target: Target, seconds: float, seed: int) -> tuple[int, Lines, list[str]]:
    """How many inputs were tried, which lines they reached, and the crashes."""
    chance, end = random.Random(f"{seed} {target.name}"), time.monotonic() + seconds
    corpus, crashes, tried = [*target.seeds()], Crashes(target, CRASHES), 0
    reached = reached_by(target, corpus)
    while time.monotonic() < end:
        data = mutated(chance.choice(corpus), chance, corpus, target.words)
        data = mended(data) if target.is_frame else data
        tried += 1
        if len(data) < 20_000 and chance.randrange(TRACED) == 0 and (new := lines_of(target, data) - reached):
            reached |= new
            corpus.append(data)
        crashes.look(data)
    return tried, reached, crashes.told


def guided(target: Target, seconds: float, seed: int) -> tuple[int, Lines, list[str]]:
    """The same with atheris, in a process of its own."""
    before = {*CRASHES.glob("*")}
    with tempfile.TemporaryDirectory() as corpus:
        names = [target.name, corpus, str(CRASHES), str(max(1, round(seconds))), str(seed + 1)]
        done = subprocess.run(
            [sys.executable, str(HERE / "guided.py"), *names],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds + BEYOND,
            check=False,
        )
        tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        if done.returncode or tried is None:
            return 0, set(), [f"{target.name}: exit status {done.returncode}: {done.stderr[-2000:]}"]
        reached = reached_by(target, [path.read_bytes() for path in sorted(Path(corpus).iterdir())])
    return int(tried[1]), reached, [path.name for path in sorted({*CRASHES.glob("*")} - before)]


def reached_by(target: Target, inputs: list[bytes]) -> Lines:
    """The lines that some inputs reach."""
    return set[tuple[str, int]]().union(*(lines_of(target, data) for data in inputs))


def functions() -> Iterator[tuple[Path, str, set[int]]]:
    """Each function of the package, and its lines; what runs when a module or a class is made is no question."""
    for path in sorted(Path(PACKAGE).rglob("*.py")):
        yield from ((path, name, lines) for name, lines in _codes(compile(path.read_text("utf-8"), str(path), "exec")))


def _codes(code: CodeType) -> Iterator[tuple[str, set[int]]]:
    # Modules and classes have none of their own.
    if code.co_flags & inspect.CO_OPTIMIZED:
        yield code.co_qualname, {number for _, _, number in code.co_lines() if number} - {code.co_firstlineno}
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _codes(const)


def tell(reached: Lines, missing: Path | None) -> None:
    """Of each room how many lines that can be reached were, and how many there are."""
    rooms: dict[str, tuple[int, int]] = {}
    never = list[str]()
    for path, name, lines in functions():
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        have = sum((str(path), number) in reached for number in lines)
        before = rooms.get(room, (0, 0))
        rooms[room] = before[0] + have, before[1] + len(lines)
        if lines and not have:
            never.append(f"{path.relative_to(PACKAGE)} {name} {len(lines)}\n")
    for room, (have, all_lines) in rooms.items():
        if have:
            print(f"{room:<12}{have:>6,} of {all_lines:>6,} lines, {have / all_lines:.0%}")
    if missing is not None:
        missing.write_text("".join(never))


def main() -> None:
    """Fuzz, tell, and end with status 1 if something crashed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--target", choices=list(TARGETS), action="append")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--missing", type=Path)
    asked = parser.parse_args()
    if asked.list:
        print(*TARGETS, sep="\n")
        return
    engine = fuzz if asked.plain or importlib.util.find_spec("atheris") is None else guided
    bounded()
    targets = [TARGETS[name] for name in asked.target or TARGETS]
    every: Lines = set()
    bad, total = list[str](), 0
    with compilation("never"):
        for target in targets:
            tried, reached, crashes = engine(target, 60 * asked.minutes / len(targets), asked.seed)
            every |= reached
            bad += crashes
            total += tried
            print(
                f"{target.name:<12}{tried:>11,} inputs {len(reached):>6,} lines {len(crashes):>3} crashes", flush=True
            )
    print(f"{'all':<12}{total:>11,} inputs {len(every):>6,} lines {len(bad):>3} crashes", *bad, sep="\n")
    tell(every, asked.missing)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
