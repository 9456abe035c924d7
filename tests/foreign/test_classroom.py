"""A class of coders: a line each, whoever hangs or dies, and the same lines in one process and in two."""

from __future__ import annotations

import json
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest

from compress.cli.main import run
from compress.errors import SpecError
from compress.foreign.limits import Allowance
from compress.judging.classroom import SHOWN, judge_all, submissions
from compress.running.helpers import processes

KINDS = {
    "fine": """
from bitarray import bitarray
class Huffman:
    def __init__(self, q):
        self.size = max(1, (len(q) - 1).bit_length())
    def encode(self, symbols):
        return bitarray("".join(format(int(symbol), f"0{self.size}b") for symbol in symbols))
    def decode(self, payload, count):
        bits = payload.to01()
        return [int(bits[at * self.size:(at + 1) * self.size], 2) for at in range(count)]
""",
    "hangs": "import time\nclass Huffman:\n    def __init__(self, q): time.sleep(1000)\n",
    "dies": "import os\nclass Huffman:\n    def __init__(self, q): os.kill(os.getpid(), 9)\n",
    "broken": "x = (\n",
    "lacks": "class Hufman: pass\n",
}


def a_class(folder: Path, **how_many: int) -> list[str]:
    made = []
    for kind, many in how_many.items():
        for number in range(many):
            path = folder / f"{kind}{number}.py"
            path.write_text(KINDS[kind])
            made.append(f"{path}")
    return made


def test_a_file_without_a_name_has_that_of_the_class() -> None:
    assert submissions(["a.py", "b.py:Mine", "zlib:", "exec:./c"], "Huffman") == [
        "a.py:Huffman",
        "b.py:Mine",
        "zlib:",
        "exec:./c",
    ]
    with pytest.raises(SpecError, match="does not say which coder"):
        submissions(["a.py"])
    with pytest.raises(SpecError, match="is there twice"):
        submissions(["a.py", "a.py"], "Huffman")


def test_each_has_a_line_whatever_the_others_do(tmp_path: Path) -> None:
    places = a_class(tmp_path, fine=1, dies=1, broken=1, lacks=1)
    heard: list[str] = []
    made = judge_all(
        submissions(places, "Huffman"),
        only=["flips of 0.7", "an alphabet of 1"],
        limits=Allowance(timeout=5.0),
        heard=lambda entry: heard.append(entry.coder),
    )
    fine, dies, broken, lacks = made.entries
    assert heard == [f"{place}:Huffman" for place in places]
    assert (fine.verdict, fine.failed, fine.trouble) == ("pass", 0, "")
    assert fine.passed == len(fine.judgement.rulings) if fine.judgement else False
    # A bit a flip.
    cost = fine.cost("flips of 0.7")
    assert cost is not None
    assert (cost.payload_bits, cost.n) == (10_000, 10_000)
    assert fine.cost(SHOWN[1]) is None
    assert dies.first_failure is not None
    assert "SIGKILL" in dies.first_failure.got
    assert (dies.verdict, dies.passed) == ("fail", 1)
    assert (broken.judgement, lacks.judgement) == (None, None)
    assert "never closed" in broken.trouble
    assert "no Huffman" in lacks.trouble
    assert made.verdict == "fail"


@pytest.mark.slow
def test_a_class_is_judged_alike_in_one_process_and_in_two_and_those_that_hang_delay_nobody(tmp_path: Path) -> None:
    coders = submissions(a_class(tmp_path, hangs=1, fine=3, dies=1), "Huffman")
    how = {"only": ["flips of 0.7", "two dice"], "limits": Allowance(timeout=2.0)}
    told: list[tuple[str, float]] = []
    begin = time.monotonic()
    with processes(3) as pool:
        made = judge_all(coders, executor=pool, heard=lambda _: told.append(("", time.monotonic() - begin)), **how)  # type: ignore[arg-type]  # as they are
    assert made == judge_all(coders, **how)  # type: ignore[arg-type]  # as they are
    hung = [entry for entry in made.entries if "hangs" in entry.coder]
    assert all(entry.first_failure and "did not answer" in entry.first_failure.got for entry in hung)
    assert [entry.verdict for entry in made.entries] == ["fail", "pass", "pass", "pass", "fail"]


@pytest.mark.slow
def test_the_command_keeps_the_cases_of_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = a_class(tmp_path, fine=1, broken=1)
    words = ["--name", "Huffman", "--case", "two dice", "--junit-dir", str(tmp_path / "out"), "--jobs", "1"]
    assert run(["judge", *places, *words, "--json", "-"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert record["schema"] == "codelen.classroom/1"
    assert [coder["verdict"] for coder in record["coders"]] == ["pass", "fail"]
    assert record["coders"][0]["judgement"]["costs"][0]["stream"] == "two dice"
    suites = [ElementTree.parse(path).getroot() for path in sorted((tmp_path / "out").iterdir())]
    assert [suite.get("failures") for suite in suites] == ["1", "0"]
    assert run(["judge", *places, *words]) == 3
    table = capsys.readouterr().out
    assert "2 coders, seed 0: 1 passed, 1 failed" in table
    assert "SyntaxError" in table
    assert run(["judge", *places, "--name", "Huffman", "--junit", "-"]) == 2
    assert "give --junit-dir" in capsys.readouterr().err
    assert run(["judge", *places]) == 2
