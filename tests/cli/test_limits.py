"""The manual's table of limits, row by row: what a process takes at most, measured from outside."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from serving import ended, started, without_token

import compress
from compress.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20
# Tells the most memory that it ever had, which `resource` would mix up with that of whoever started it.
PROGRAM = """
import atexit, os, sys
told = int(sys.argv.pop(1))
def tell():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    os.write(told, status["VmHWM"].split()[0].encode())
atexit.register(tell)
from compress.__main__ import main
main()
"""

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc"),
    pytest.mark.timeout(600),
]


@dataclass(frozen=True)
class Row:
    """What a command may take: so many MiB and bytes for each of something, and MiB at most."""

    fixed: int
    each: int
    most: int | None

    def allowed(self, many: int) -> float:
        """MiB of so many."""
        grown = self.fixed + self.each * many / MIB
        return grown if self.most is None else min(grown, self.most)


def table() -> dict[str, Row]:
    text = files("compress").joinpath("manual", "limits.md").read_text("utf-8")
    rows = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and cells[0].startswith("`"):
            rows[cells[0].replace("`", "")] = Row(int(cells[1]), int(cells[2]), int(cells[4]) if cells[4] else None)
    return rows


ROWS = table()


def bytes_of(n: int) -> None:
    Path("x").write_bytes(np.random.default_rng(1).geometric(0.05, n).astype(np.uint8).tobytes())


def noise(n: int) -> None:
    Path("x").write_bytes(np.random.default_rng(1).bytes(n))


def words(n: int) -> None:
    Path("x").write_bytes(b" ".join(b"word%08d" % number for number in range(n)))


def prose(n: int) -> None:
    text = (ROOT / "samples" / "prose.txt").read_bytes()
    Path("x").write_bytes((text * (n // len(text) + 1))[:n])


def coded(make: Callable[[int], None], **how: str) -> Callable[[int], None]:
    def write(n: int) -> None:
        make(n)
        Path("x.clen").write_bytes(compress.encode(Path("x").read_bytes(), **how))  # type: ignore[arg-type]  # by name

    return write


def rows_of(n: int) -> None:
    np.save("p.npy", np.full((n, 256), 1 / 256, np.float32))
    np.save("t.npy", np.arange(n) % 256)


def reports(n: int) -> None:
    for place in range(n // 400):
        Path(f"{place}.txt").write_bytes(b"to be or not to be")
    made = compress.report(sorted(map(str, Path().glob("*.txt"))), speed=False, baselines="none")
    Path("a.json").write_text(made.to_json())


def nothing(n: int) -> None:
    """There is no file."""


MILLION = 1_000_000
# It does not end by itself.
LAB = "lab"
CASES = (
    ("encode", bytes_of, 40 * MILLION, "encode -q x"),
    ("encode", bytes_of, 40 * MILLION, "encode -q -T 1 --coder huffman x"),
    ("encode --tokens words", words, 400_000, "encode -q --tokens words x"),
    ("encode --assumed kt", bytes_of, 20 * MILLION, "encode -q --assumed kt x"),
    ("encode --assumed kt", bytes_of, 80 * MILLION, "encode -q --assumed kt x"),
    ("encode --assumed order:K", noise, 4 * MILLION, "encode -q --assumed order:5 x"),
    ("encode --assumed order:K", noise, 70 * MILLION, "encode -q --assumed order:4 x"),
    ("encode --assumed mix", prose, MILLION, "encode -q --assumed mix x"),
    ("decode, test", coded(bytes_of), 40 * MILLION, "decode -qf x.clen"),
    ("decode, test", coded(bytes_of, coder="huffman"), 40 * MILLION, "test x.clen"),
    ("decode --tokens words", coded(words, tokens="words"), 400_000, "decode -qf x.clen"),
    ("decode, inspect --assumed kt", coded(bytes_of, assumed="kt"), 20 * MILLION, "decode -qf x.clen"),
    ("decode, inspect --assumed kt", coded(bytes_of, assumed="kt"), 20 * MILLION, "inspect x.clen"),
    ("decode --assumed order:K", coded(noise, assumed="order:5"), 4 * MILLION, "decode -qf x.clen"),
    ("decode, inspect --assumed mix", coded(prose, assumed="mix"), MILLION, "decode -qf x.clen"),
    ("decode, inspect --assumed mix", coded(prose, assumed="mix"), MILLION, "inspect x.clen"),
    ("inspect", coded(bytes_of), 40 * MILLION, "inspect x.clen"),
    ("inspect --assumed order:K", coded(noise, assumed="order:5"), 4 * MILLION, "inspect x.clen"),
    ("report", bytes_of, 4 * MILLION, "report x -q --no-speed --jobs 1 --baselines none"),
    ("report", bytes_of, 60 * MILLION, "report x -q --no-speed --jobs 1 --baselines none"),
    ("ladder", prose, 200_000, "ladder x -q"),
    ("compare", reports, 400_000, "compare a.json a.json -q"),
    ("info, code", bytes_of, 40 * MILLION, "info file:x -q"),
    ("info, code", bytes_of, 40 * MILLION, "code file:x -q"),
    ("sample", nothing, 5 * MILLION, "sample zipf:k=100 -n 5000000"),
    ("validate, demo", nothing, MILLION, "validate --true zipf:k=100 -n 1000000 -q"),
    ("validate, demo", nothing, 40 * MILLION, "validate --true zipf:k=100 -n 40000000 -q"),
    ("validate, demo", nothing, 0, "demo -q"),
    ("sweep", nothing, 5 * MILLION, "sweep --true bernoulli:0.7 -n 5e6 --repeat 2 --jobs 1 -q"),
    ("weigh", rows_of, 100_000, "weigh --probs p.npy --tokens t.npy -q"),
    ("learn text", prose, 400_000, "learn text --file x --epochs 1 -q"),
    ("learn, laws, lesson", nothing, 0, "learn coin -q"),
    ("learn, laws, lesson", nothing, 0, "laws kraft"),
    ("learn, laws, lesson", nothing, 0, "lesson"),
    ("judge", nothing, 0, f"judge {ROOT}/samples/coders/student.py:Mended -q"),
    ("bench", nothing, MILLION, "bench -n 1000000 --runs 1 --coder fixed --peers none -q"),
    ("plan, trace, coders, manual", nothing, 0, "plan --true bernoulli:0.5 --assumed bernoulli:0.6 -q"),
    ("plan, trace, coders, manual", nothing, 0, "trace abracadabra"),
    ("plan, trace, coders, manual", nothing, 0, "coders"),
    ("plan, trace, coders, manual", nothing, 0, "manual ledger"),
)


def most_of(arguments: list[str]) -> float:
    """The MiB that codelen has at most with these arguments."""
    ready, told = os.pipe()
    with os.fdopen(ready, "rb") as heard:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(told), *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[told],
            check=False,
            timeout=300,
        )
        os.close(told)
        assert done.returncode == 0, done.stderr
        return int(heard.read()) / 1024


def test_every_row_has_a_case_and_every_case_a_row() -> None:
    assert {*(name for name, *_ in CASES), LAB} == {*ROWS}


def test_every_command_has_a_row() -> None:
    told = {name.split()[0] for names in ROWS for name in names.split(", ")}
    assert told == {name for section in COMMANDS.values() for name in section}


def test_a_command_without_files_takes_what_its_row_says() -> None:
    assert most_of(["trace", "abracadabra"]) <= ROWS["plan, trace, coders, manual"].allowed(0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "make", "many", "call"), CASES, ids=[f"{many}: {call.replace('/', ' ')}" for _, _, many, call in CASES]
)
def test_a_row_holds(
    name: str, make: Callable[[int], None], many: int, call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    make(many)
    took = most_of(call.split())
    if call.startswith("compare"):
        many = 2 * Path("a.json").stat().st_size
    require_within(name, many, took, call)


def require_within(name: str, many: int, took: float, call: str) -> None:
    """A row holds, nor does it say far too much."""
    allowed = ROWS[name].allowed(many)
    print(f"{call}: {took:.0f} MiB of {allowed:.0f}")
    assert took <= allowed
    assert not many or took > allowed / 3


@pytest.mark.slow
@pytest.mark.parametrize("pages", [1, 6])
def test_the_lab_takes_what_its_row_says(pages: int, browser: Any) -> None:
    pytest.importorskip("marimo")
    process, address = started()
    window = browser.new_context()
    try:
        # It lets in who has been there.
        window.new_page().goto(address, timeout=60_000)
        for place in range(pages):
            page = window.new_page()
            page.goto(without_token(address) + ("beliefs/", "words/", "losses/")[place % 3], timeout=60_000)
            page.wait_for_selector("output", timeout=60_000)
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())
        assert found
        require_within(LAB, pages, int(found.group(1)) / 1024, f"lab, {pages} pages")
    finally:
        window.close()
        ended(process)
