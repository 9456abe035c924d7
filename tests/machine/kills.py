"""Signals at random moments of a command, KILL among them: what is left, and what is said.

    python tests/machine/kills.py --kills 20               of each command with each of four signals
    python tests/machine/kills.py --kills 5 --of encode    one of them

A command that catches its signal says one word and ends with the shell's status; where it is killed a hidden file
`.NAME.HEX.part` may stay.  No process of it goes on.  Exit status 1 if anything was not so.
"""

from __future__ import annotations

import argparse
import os
import random
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from workloads import LAB, PROGRAM, WORKLOADS, Workload, environment

__all__ = ["ALL", "SIGNALS", "Tally", "kills"]

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
WORDS = {signal.SIGTERM: "terminated", signal.SIGINT: "interrupted", signal.SIGHUP: "hung up"}
ALL = {**WORKLOADS, LAB.name: LAB}
# Seconds until it is there, and until it is gone.
PATIENCE, GOING = 120, 20


@dataclass
class Tally:
    """What became of kills: how many, how they ended, and whatever was wrong."""

    kills: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def kills(workload: Workload, number: signal.Signals, times: int, seed: int) -> Tally:
    """Run it so many times, and send the signal at a moment that is drawn."""
    chance, tally = random.Random(f"{workload.name} {number} {seed}"), Tally()
    _, seconds = workload.undisturbed()
    for _ in range(times):
        delay = chance.uniform(0, 1.05 * seconds)
        with tempfile.TemporaryDirectory() as place:
            folder = workload.given(Path(place, "files"))
            status, err = _struck(workload, folder, number, delay)
            tally.kills += 1
            how, wrong = _judged(workload, folder, number, status, err)
            tally.ends[how] += 1
            tally.wrong += [f"{workload.name}, {number.name} after {delay:.3f} s: {each}" for each in wrong]
    return tally


def _struck(workload: Workload, folder: Path, number: signal.Signals, delay: float) -> tuple[int, bytes]:
    """The exit status and the words of a command that is sent a signal; 1000 for one that left others behind."""
    ready, told = os.pipe()
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *workload.arguments],
            cwd=folder,
            env=environment(CODELEN_TOLD=str(told)),
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[told],
            start_new_session=True,
        )
        os.close(told)
        try:
            assert select.select([ready], [], [], PATIENCE)[0]
            time.sleep(delay)
            process.send_signal(number)
            status = process.wait(PATIENCE)
            if not _is_over(process.pid):
                status = 1000
        finally:
            os.close(ready)
            if process.poll() is None or status == 1000:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        errors.seek(0)
        return status, errors.read()


def _is_over(group: int) -> bool:
    """Whether no process of a group is there any more, a moment later."""
    end = time.monotonic() + GOING
    while time.monotonic() < end:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def _judged(workload: Workload, folder: Path, number: signal.Signals, status: int, err: bytes) -> tuple[str, list[str]]:
    """How it ended, and what is wrong with that."""
    if status == 1000:
        return "stayed", ["a process of it goes on"]
    killed = number == signal.SIGKILL and status == -number
    done = status == 0
    wrong = workload.wrong(folder, done=done, killed=killed)
    if done or killed:
        how, said = ("done before" if done else "killed"), b""
    elif status == 128 + number:
        how, said = "ended with a word", f"codelen: {WORDS[number]}\n".encode()
    else:
        # The interpreter, at its very end, gives the signals back to the system: the work was done.
        how, said = "done, and at its very end", b""
        if status != -number or not workload.ends or workload.wrong(folder, done=True):
            wrong.append(f"exit status {status}")
    if err != said:
        wrong.append(f"it said {err[-300:]!r}")
    if any(folder.glob(".*.part")):
        how += ", hidden file left"
    if workload.again and not done:
        again = workload.run(folder, workload.again)
        if again.returncode:
            wrong.append(f"it does not go on: {again.stderr[-300:]!r}")
        else:
            wrong += [f"gone on: {each}" for each in workload.wrong(folder, done=True, killed=killed)]
    return how, wrong


def main() -> None:
    """Strike, count, and end with status 1 if something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--of", choices=list(ALL), action="append")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    total, wrong = 0, list[str]()
    for name in asked.of or ALL:
        for number in SIGNALS:
            tally = kills(ALL[name], number, asked.kills, asked.seed)
            total += tally.kills
            wrong += tally.wrong
            ends = ", ".join(f"{count} {how}" for how, count in sorted(tally.ends.items()))
            print(f"{name:<12}{number.name:<8}{tally.kills:>4} kills: {ends}; {len(tally.wrong)} wrong", flush=True)
    print(f"{total} kills, {len(wrong)} wrong", *wrong, sep="\n")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
