"""README's blocks are run: its examples print what it says they print."""

from __future__ import annotations

import doctest
import os
import re
import shlex
import subprocess
from pathlib import Path

import processes
import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()

# A pipe of no particular width.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}

# An example may start several processes.
pytestmark = [
    pytest.mark.skipif(not (ROOT / "samples").is_dir(), reason="needs a checkout"),
    pytest.mark.timeout(600),
]


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


def examples() -> list[list[tuple[str, str]]]:
    """Each console block as commands with the output shown for each."""
    found = []
    for block in blocks("console"):
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        found.append([(part.partition("\n")[0], part.partition("\n")[2]) for part in parts])
    return found


@pytest.mark.parametrize("example", examples(), ids=lambda example: str(example[0][0]))
def test_console_block_prints_what_is_shown(example: list[tuple[str, str]], tmp_path: Path) -> None:
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    for command, shown in example:
        name, *words = shlex.split(command)
        if name == "codelen":
            ended = processes.run(processes.codelen(*words), folder=tmp_path, environment=ENVIRONMENT)
        else:
            done = subprocess.run([name, *words], cwd=tmp_path, capture_output=True, check=False, timeout=200)
            ended = processes.Ended(done.returncode, done.stdout, done.stderr)
        # Where it takes long, what fails is told at once, too.
        told = b"".join(line for line in ended.err.splitlines(keepends=True) if not line.startswith(b"FAIL  "))
        # A cell that is worse, a claim or a case that fails: an exit status of its own.
        is_bad = any(word in shown for word in (" worse", "the claim fails", "\nFAIL  "))
        assert (ended.status, told) == (3 if is_bad else 0, b""), command
        assert ended.out.decode().strip() == shown.strip(), command


def test_python_block_prints_what_is_shown() -> None:
    [block] = blocks("python")
    test = doctest.DocTestParser().get_doctest(block, {}, "README", "README.md", 0)
    results = doctest.DocTestRunner().run(test)
    assert results.attempted == 15
    assert results.failed == 0


def test_setup_is_two_commands_of_one_line() -> None:
    commands = blocks("sh setup")
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)
    assert "codelen demo" in commands[0]
    assert "pytest" in commands[1]
