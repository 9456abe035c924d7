"""A program as a coder: one that is started for each message, and one that is started once and serves."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import compress.cli.judge as judging
from compress.cli.main import run
from compress.errors import DataError
from compress.foreign import programs
from compress.foreign.programs import Program
from compress.foreign.shapes import UnfitError
from compress.judging.judge import judge

SAMPLE = Path(__file__).parents[2] / "samples" / "coders" / "program.py"
Q = np.array([0.5, 0.3, 0.2])
MESSAGE = np.array([0, 1, 2, 0, 0])
READY = 'import sys\nif sys.argv[1] == "serve":\n    print("ready", flush=True)\n'

pytestmark = [pytest.mark.timeout(600), pytest.mark.skipif(not SAMPLE.is_file(), reason="needs a checkout")]


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """The sample with a line in a file for each start."""
    program = tmp_path / "program.py"
    starts = f"open({str(tmp_path / 'starts')!r}, 'a').write(sys.argv[1] + '\\n')\n"
    path = f"sys.path.insert(0, {str(SAMPLE.parent)!r})\n"
    body = SAMPLE.read_text().partition("from __future__ import annotations\n")[2]
    program.write_text(f"import sys\n{path}{starts}{body}")
    return program


def starts(program: Path) -> list[str]:
    return program.with_name("starts").read_text().split()


@pytest.mark.slow
def test_a_program_that_serves_is_started_once_for_all_messages_of_a_case(counted: Path) -> None:
    made = judge(shlex.join(["exec:" + sys.executable, str(counted)]), only=["two symbols"], timeout=60)
    assert made.verdict == "pass"
    # Asked once whether it does; then once to encode nine messages, and once in another process to decode them; and
    # whether it is self-delimiting, with the message, and with three that something follows.
    assert starts(counted) == ["serve"] * (1 + 2 + 1 + 3)


@pytest.mark.slow
def test_one_that_does_not_serve_is_started_for_each_message_and_says_the_same(counted: Path) -> None:
    served = Program([sys.executable, str(counted)])
    counted.write_text(counted.read_text().replace('task != "serve"', 'task in ("encode", "decode")'))
    counted.write_text(counted.read_text().replace('b"ready', 'b"hello'))
    alone = Program([sys.executable, str(counted)])
    assert (served.serves, alone.serves) == (True, False)
    encode, decode = alone(Q)
    payload = encode(MESSAGE)
    assert decode(payload, MESSAGE.size).tolist() == MESSAGE.tolist()
    assert starts(counted) == ["serve", "serve", "encode", "decode"]
    counted.write_text(counted.read_text().replace('b"hello', 'b"ready'))
    assert Program([sys.executable, str(counted)])(Q)[0](MESSAGE) == payload
    assert starts(counted)[4:] == ["serve", "serve"]


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("sys.exit(5)", "encode ended with status 5"),
        ("print('many', flush=True)", r"encode answered b'many\\n', not the number of bytes that follow"),
        ("print('3\\nab', end='', flush=True)", "encode said 3 bytes and wrote 2"),
        ("print('9' * 99, flush=True)", "encode answered b'99999"),
    ],
)
def test_an_answer_that_is_none(answer: str, message: str, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(f"{READY}    if sys.stdin.readline():\n        {answer}\n")
    encode, _ = Program([sys.executable, str(program)])(Q)
    with pytest.raises((RuntimeError, UnfitError), match=message):
        encode(MESSAGE)


def test_one_that_serves_no_longer(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(READY)
    serving = Program([sys.executable, str(program)])
    program.write_text("print('good night')\n")
    with pytest.raises(RuntimeError, match=r"serve answered b'good night\\n', not that it is ready"):
        serving(Q)


def test_one_that_never_answers_whether_it_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "_GREETING", 0.3)
    (tmp_path / "program.py").write_text("import time\ntime.sleep(100)\n")
    assert not Program([sys.executable, str(tmp_path / "program.py")]).serves


def test_a_command_that_cannot_be_started_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no program\n")
    with pytest.raises(DataError, match="exec:no-such-thing -x: no-such-thing: No such file or directory"):
        judge("exec:no-such-thing -x")
    with pytest.raises(DataError, match=r"notes\.txt: Permission denied"):
        judge(f"exec:{tmp_path / 'notes.txt'}")


def test_a_program_that_is_not_there_is_no_coder() -> None:
    with pytest.raises(UnfitError, match=r"^no-such-thing: No such file or directory$"):
        Program(["no-such-thing", "-x"])._started([])


def test_what_fails_is_told_as_it_comes_and_what_was_found_where_it_ends(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    coder = tmp_path / "c.py"
    coder.write_text(
        textwrap.dedent("""
        def encode(symbols):
            return bytes(symbols)
        def decode(payload, count):
            return payload[:-1]
        """)
    )
    judge_it = ["judge", f"{coder}:", "--case", "no symbol", "--case", "an alphabet of 1", "--quiet"]
    assert run(judge_it) == 3
    # It took no time, so the table alone tells.
    assert capfd.readouterr().err == ""
    monkeypatch.setattr(judging, "_LONG", -1)
    assert run(judge_it) == 3
    err = capfd.readouterr().err
    assert err == "FAIL  an alphabet of 1: expected 0; got no symbol\n"


@pytest.mark.slow
def test_an_interrupted_judge_says_what_was_found(tmp_path: Path) -> None:
    coder = tmp_path / "c.py"
    coder.write_text(
        "import time\n\n\ndef encode(symbols):\n    time.sleep(0.7)\n    return bytes(symbols)\n\n\n"
        "def decode(payload, count):\n    return payload or [0]\n"
    )
    judge_it = ["judge", f"{coder}:", *(f"--case={name}" for name in ("no symbol", "two symbols", "one symbol"))]
    with subprocess.Popen(
        [sys.executable, "-m", "compress", *judge_it], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, rest = process.communicate(timeout=100)
    assert first.startswith(b"FAIL  no symbol: expected no symbol; got 0")
    assert (process.returncode, out) == (130, b"")
    assert rest.decode().splitlines() == ["so far 1 failed, 2 passed", "codelen: interrupted"]
