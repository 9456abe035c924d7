"""What a machine does to a command: it is full, read-only or slow, its clock jumps, files shrink, all start at once.

    python tests/machine/troubles.py                   all of it, some minutes
    python tests/machine/troubles.py --of "full disk"  one trouble
    python tests/machine/troubles.py --list            what there is

Each run of a command either ends as if nothing had been, or with status 1 and one line; outputs are then the old ones,
and a sweep that kept its rows goes on when there is room again.  Exit status 1 if anything was not so.
"""

from __future__ import annotations

import argparse
import itertools
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import numpy as np
from workloads import PATIENCE, PROGRAM, TEXT, WORKLOADS, Workload, environment, files_in

import compress

__all__ = ["TROUBLES", "Count", "has_own_mounts"]

PYTHON = [sys.executable, "-c"]


@dataclass
class Count:
    """How many runs there were, how many of them were refused, and what was wrong."""

    runs: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def judge(self, what: str, done: subprocess.CompletedProcess[bytes], wrong: Iterable[str], *, says: str) -> None:
        """Count a run, which may be refused with one line that has these words."""
        self.runs += 1
        found = [*wrong]
        if done.returncode:
            self.refused += 1
            line = done.stderr.decode()
            if done.returncode != 1 or not line.startswith("codelen: ") or says not in line or line.count("\n") != 1:
                found.append(f"exit status {done.returncode}, {line[-300:]!r}")
        self.wrong += [f"{what}: {each}" for each in found]


def has_own_mounts() -> bool:
    """Whether a process here may have file systems of its own."""
    try:
        return subprocess.run(["unshare", "-rm", "true"], check=False, timeout=PATIENCE).returncode == 0
    except FileNotFoundError:
        return False


def called(
    folder: Path, arguments: Iterable[str], prelude: str = "", **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run codelen in a folder, after some lines of Python."""
    call = [*PYTHON, prelude + PROGRAM, *arguments]
    return subprocess.run(call, cwd=folder, env=environment(**more), capture_output=True, check=False, timeout=PATIENCE)


def mounted(
    workload: Workload, place: Path, options: str, *, read_only: bool = False
) -> tuple[subprocess.CompletedProcess[bytes], Path]:
    """Run it on a file system of its own, which has these options; returns the run, and a copy of what it left."""
    given, disk, left = workload.given(place / "given"), place / "disk", place / "left"
    disk.mkdir()
    left.mkdir()
    script = f"mount -t tmpfs -o {options} none disk && cp given/* disk/ && "
    script += "mount -o remount,ro disk && " * read_only
    script += 'cd disk && "$@"; status=$?; cp -r . ../left/; exit $status'
    call = ["unshare", "-rm", "sh", "-c", script, "sh", *PYTHON, PROGRAM, *workload.arguments]
    done = subprocess.run(call, cwd=place, env=environment(), capture_output=True, check=False, timeout=PATIENCE)
    assert files_in(given) == dict(workload.before)
    return done, left


def _goes_on(workload: Workload, folder: Path) -> list[str]:
    """What is wrong when there is room again."""
    if not workload.again:
        return []
    done = workload.run(folder, workload.again)
    return [f"then {done.stderr!r}"] if done.returncode else workload.wrong(folder, done=True)


def full_disk() -> Count:
    """Of so many pages, from those that the inputs take to those that all takes."""
    count, page = Count(), 4096
    for workload in WORKLOADS.values():
        after, _ = workload.undisturbed()

        def pages(files: Iterable[bytes]) -> int:
            return sum(-(-len(content) // page) for content in files)

        least, most = pages(workload.before.values()) + 1, pages([*workload.before.values(), *after.values()]) + 3
        for room in np.unique(np.linspace(least, most, 7).astype(int)):
            with tempfile.TemporaryDirectory() as place:
                done, left = mounted(workload, Path(place), f"size={room * page}")
                wrong = workload.wrong(left, done=done.returncode == 0)
                count.judge(f"{workload.name}, {room} pages", done, wrong, says="No space left on device")
                if done.returncode:
                    count.wrong += _goes_on(workload, left)
    return count


def no_more_names() -> Count:
    """A disk that has room for bytes, and for no file."""
    count = Count()
    for workload in WORKLOADS.values():
        for more in (0, 1):
            with tempfile.TemporaryDirectory() as place:
                done, left = mounted(workload, Path(place), f"nr_inodes={len(workload.before) + 1 + more}")
                wrong = workload.wrong(left, done=done.returncode == 0)
                count.judge(f"{workload.name}, {more} names", done, wrong, says="No space left on device")
    return count


def read_only() -> Count:
    """A disk that takes nothing."""
    count = Count()
    for workload in WORKLOADS.values():
        with tempfile.TemporaryDirectory() as place:
            done, left = mounted(workload, Path(place), "size=10m", read_only=True)
            wrong = [] if files_in(left) == dict(workload.before) and done.returncode else ["it is not as it was"]
            count.judge(workload.name, done, wrong, says="Read-only file system")
    return count


def largest_file() -> Count:
    """A limit on the size of a file, which ends a write in its middle."""
    count = Count()
    for workload in WORKLOADS.values():
        after, _ = workload.undisturbed()
        for size in (1, 100, max(len(content) for content in after.values()) - 1):
            limit = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size}));"
            with tempfile.TemporaryDirectory() as place:
                folder = workload.given(Path(place, "files"))
                done = called(folder, workload.arguments, limit)
                wrong = workload.wrong(folder, done=done.returncode == 0)
                count.judge(f"{workload.name}, {size} bytes", done, wrong, says="File too large")
                if done.returncode:
                    count.wrong += _goes_on(workload, folder)
    return count


def quota() -> Count:
    """The disk says only at the end that it is too much, as one over a network does."""
    count = Count()
    patch = "import errno, os\ndef fsync(file): raise OSError(errno.EDQUOT, 'Disk quota exceeded')\nos.fsync = fsync\n"
    for workload in WORKLOADS.values():
        with tempfile.TemporaryDirectory() as place:
            folder = workload.given(Path(place, "files"))
            done = called(folder, workload.arguments, patch)
            wrong = workload.wrong(folder, done=False) + ["it was taken"] * (done.returncode == 0)
            count.judge(workload.name, done, wrong, says="Disk quota exceeded")
    return count


CLOCKS = {
    "stands still": "time.time = time.perf_counter = time.monotonic = lambda: 1e9\n",
    "jumps by an hour": "from itertools import count\nticks = count(0, 3600)\n"
    "time.time = time.perf_counter = time.monotonic = lambda: float(next(ticks))\n",
    "goes back": "from itertools import count\nticks = count(2e9, -86400)\ntime.time = lambda: float(next(ticks))\n",
}


def clock() -> Count:
    """Whatever the clock says, the same comes out."""
    count = Count()
    for workload, (how, patch) in itertools.product(WORKLOADS.values(), CLOCKS.items()):
        with tempfile.TemporaryDirectory() as place:
            folder = workload.given(Path(place, "files"))
            done = called(folder, workload.arguments, "import time\n" + patch)
            wrong = workload.wrong(folder, done=True) + ["it was refused"] * (done.returncode != 0)
            count.judge(f"{workload.name}, a clock that {how}", done, wrong, says="")
    for how, patch in CLOCKS.items():
        with tempfile.TemporaryDirectory() as place:
            Path(place, "a").write_bytes(TEXT[:5000])
            done = called(Path(place), ["report", "a", "--jobs", "1"], "import time\n" + patch)
            count.judge(f"report with speeds, a clock that {how}", done, ["refused"] * (done.returncode != 0), says="")
    return count


def slow_pipes() -> Count:
    """A few bytes now and then, and whoever reads takes some of them."""
    count = Count()
    for call in ("encode -qc", "encode -qc --coder huffman", "decode -qc"):
        arguments, is_decoding = call.split(), call.startswith("decode")
        given = compress.encode(TEXT) if is_decoding else TEXT
        with subprocess.Popen(
            [*PYTHON, PROGRAM, *arguments],
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stderr is not None
            # A decoder writes before it has read all.
            writing = threading.Thread(target=_written_slowly, args=(given, process.stdin))
            writing.start()
            out = bytearray()
            while piece := process.stdout.read(5_000):
                out += piece
                time.sleep(0.002)
            err = process.stderr.read()
            writing.join()
        done = subprocess.CompletedProcess(arguments, process.wait(PATIENCE), bytes(out), err)
        found = bytes(out) if is_decoding or done.returncode else compress.decode(bytes(out))
        wrong = [] if found == TEXT and done.returncode == 0 else ["another content"]
        count.judge(call, done, wrong, says="")
    return count


def _written_slowly(given: bytes, to: IO[bytes]) -> None:
    chance, at = random.Random(1), 0
    with to:
        while at < len(given):
            at += to.write(given[at : at + chance.choice((1, 100, 60_000, 200_000))]) or 0
            time.sleep(0.02)


def shrinking() -> Count:
    """A file that becomes shorter at any moment while it is read."""
    count, chance = Count(), random.Random(2)
    n, size = 60_000, 50
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        np.save(folder / "rows.npy", np.full((n, size), 1 / size, np.float32))
        np.save(folder / "tokens.npy", np.arange(n) % size)
        whole, tokens = (folder / "rows.npy").read_bytes(), ("--probs", "rows.npy", "--tokens", "tokens.npy")
        calls = {
            "weigh": ("rows.npy", whole, ("weigh", *tokens, "-q")),
            "encode": ("text", TEXT * 20, ("encode", "-qf", "text")),
            "report": ("text", TEXT * 2, ("report", "text", "-q", "--no-speed", "--jobs", "1")),
        }
        for name, (file, content, arguments) in calls.items():
            (folder / file).write_bytes(content)
            begin = time.monotonic()
            called(folder, arguments).check_returncode()
            seconds = time.monotonic() - begin
            for _ in range(12):
                (folder / file).write_bytes(content)
                (folder / "text.clen").write_bytes(b"old")
                process = subprocess.Popen(
                    [*PYTHON, PROGRAM, *arguments], cwd=folder, env=environment(), stderr=subprocess.PIPE
                )
                time.sleep(chance.uniform(0.2, 1) * seconds)
                shorter = content[: chance.randrange(len(content))]
                with open(folder / file, "r+b") as opened:
                    opened.truncate(len(shorter))
                _, err = process.communicate(timeout=PATIENCE)
                done = subprocess.CompletedProcess(arguments, process.returncode, b"", err)
                target = (folder / "text.clen").read_bytes()
                is_well = (
                    target == b"old"
                    if done.returncode or name != "encode"
                    else (compress.decode(target) in (content, shorter))
                )
                count.judge(f"{name}, {len(shorter)} bytes", done, [] if is_well else ["another content"], says=file)
    return count


def first_starts(many: int = 50) -> Count:
    """So many at once, and nothing is compiled yet."""
    count = Count()
    with tempfile.TemporaryDirectory() as place:
        running = []
        for number in range(many):
            folder = Path(place, str(number))
            folder.mkdir()
            (folder / "text").write_bytes(TEXT)
            call = [*PYTHON, PROGRAM, "encode", "-q", "--coder", ("arithmetic", "huffman")[number % 2], "text"]
            more = environment(NUMBA_CACHE_DIR=str(Path(place, "cache")))
            running.append((folder, subprocess.Popen(call, cwd=folder, env=more, stderr=subprocess.PIPE)))
        for folder, process in running:
            _, err = process.communicate(timeout=PATIENCE * 3)
            done = subprocess.CompletedProcess((), process.returncode, b"", err)
            files = files_in(folder)
            is_well = not err and {*files} == {"text", "text.clen"} and compress.decode(files["text.clen"]) == TEXT
            count.judge(
                f"start {folder.name}", done, [] if is_well else [f"it has {[*files]}, {err[-300:]!r}"], says=""
            )
    return count


TROUBLES: dict[str, Callable[[], Count]] = {
    "full disk": full_disk,
    "no more names": no_more_names,
    "read-only": read_only,
    "largest file": largest_file,
    "quota": quota,
    "clock": clock,
    "slow pipes": slow_pipes,
    "shrinking": shrinking,
    "first starts": first_starts,
}
OF_OWN_MOUNTS = ("full disk", "no more names", "read-only")


def main() -> None:
    """Make trouble, count, and end with status 1 if something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--of", choices=list(TROUBLES), action="append")
    parser.add_argument("--list", action="store_true")
    asked = parser.parse_args()
    if asked.list:
        print(*TROUBLES, sep="\n")
        return
    wrong = list[str]()
    for name in asked.of or TROUBLES:
        if name in OF_OWN_MOUNTS and not has_own_mounts():
            print(f"{name:<14} left out: a process here may have no file system of its own")
            continue
        count = TROUBLES[name]()
        wrong += count.wrong
        print(f"{name:<14}{count.runs:>4} runs, {count.refused:>3} refused, {len(count.wrong):>3} wrong", flush=True)
    print(*wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
