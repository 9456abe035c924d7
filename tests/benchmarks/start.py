"""How long a command with little to do takes, as a whole process, beside what it cannot do without.

    python tests/benchmarks/start.py [--runs 9]

A run takes each command in turn, so that a drift of the machine's speed meets all of them, and the best of the runs is
printed: seconds, the ratio to `import numpy, click, rich.table`, and the peak of memory in MiB.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

CODELEN = [sys.executable, "-m", "compress"]
COMMANDS = {
    "import numpy, click, rich.table": [sys.executable, "-c", "import numpy, click, rich.table"],
    "--version": [*CODELEN, "--version"],
    "info dice:2": [*CODELEN, "info", "dice:2"],
    "code dice:2": [*CODELEN, "code", "dice:2"],
    "trace abba": [*CODELEN, "trace", "abba", "--assumed", "uniform"],
    "encode, 1 kB": [*CODELEN, "encode", "-f", "text"],
    "decode": [*CODELEN, "decode", "-f", "-o", "out", "text.clen"],
    "inspect": [*CODELEN, "inspect", "text.clen"],
    "test": [*CODELEN, "test", "text.clen"],
    "validate -n 1000": [*CODELEN, "validate", "--true", "dice:2", "-n", "1000"],
}


def run(command: list[str]) -> tuple[float, float]:
    """Seconds and MiB of one process, whose output goes nowhere."""
    begin = time.perf_counter()
    child = os.fork()
    if not child:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.execv(command[0], command)
    _, status, usage = os.wait4(child, 0)
    if status:
        raise SystemExit(f"{' '.join(command)} ended with status {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def main() -> None:
    """Print a row for each command."""
    options = argparse.ArgumentParser()
    options.add_argument("--runs", type=int, default=9)
    runs = options.parse_args().runs
    sample = Path(__file__).parents[2] / "samples" / "prose.txt"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PYTHONPATH"] = str(sample.parents[1])
        os.chdir(folder)
        Path("text").write_bytes(sample.read_bytes()[:1_000])
        taken = [{name: run(command) for name, command in COMMANDS.items()} for _ in range(runs)]
        os.chdir("/")
    best = {name: min(each[name][0] for each in taken) for name in COMMANDS}
    base = best[next(iter(COMMANDS))]
    for name in COMMANDS:
        print(f"{name:32}{best[name]:7.3f} s{best[name] / base:7.2f}{max(each[name][1] for each in taken):7.0f} MiB")


if __name__ == "__main__":
    main()
