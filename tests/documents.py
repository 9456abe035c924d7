"""README and the manual: their blocks, and how an example in them is run.

    python tests/documents.py          run every console block, and write down what it prints now

A console block has commands, each after "$ ", and below each what it prints.  A block is run in a folder of its own,
beside `samples/`.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import processes

__all__ = ["DOCUMENTS", "Example", "blocks", "examples", "failing"]

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "compress" / "manual"
DOCUMENTS = (ROOT / "README.md", *sorted(MANUAL.glob("*.md")))

# README's examples are printed into a pipe of no particular width, the manual's on a screen of 80 columns.
_COLUMNS = 80
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
# A cell that is worse, a claim or a case that fails: these have an exit status of their own.
_BAD = (" worse", "the claim fails", "\nFAIL  ")


@dataclass(frozen=True)
class Example:
    """A console block: its commands, and the output that the document shows for each."""

    document: Path
    commands: tuple[tuple[str, str], ...]

    @property
    def columns(self) -> int | None:
        return _COLUMNS if self.document.parent == MANUAL else None

    def __str__(self) -> str:
        return f"{self.document.stem}: {self.commands[0][0]}"


def blocks(document: Path, kind: str) -> list[str]:
    """The texts of a document's fenced blocks of this kind."""
    return re.findall(rf"^```{kind}\n(.*?)^```", document.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def examples() -> list[Example]:
    """Every console block of every document."""
    return [_example(document, block) for document in DOCUMENTS for block in blocks(document, "console")]


def _example(document: Path, block: str) -> Example:
    # A backslash at the end of a command's line: it goes on below.
    parts = [part.replace("\\\n", "\0").partition("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]]
    return Example(document, tuple((command.replace("\0", "\\\n"), shown) for command, _, shown in parts))


def prints(command: str, folder: Path, columns: int | None) -> processes.Ended:
    """What a command prints in a folder, on a screen of so many columns, less what judge tells at once."""
    name, *words = shlex.split(command.replace("\\\n", " "))
    environment = _ENVIRONMENT if columns is None else _ENVIRONMENT | {"COLUMNS": str(columns)}
    if name == "codelen":
        ended = processes.run(processes.codelen(*words), folder=folder, environment=environment)
    else:
        done = subprocess.run([name, *words], cwd=folder, capture_output=True, check=False, timeout=200)
        ended = processes.Ended(done.returncode, done.stdout, done.stderr)
    told = b"".join(line for line in ended.err.splitlines(keepends=True) if not line.startswith(b"FAIL  "))
    if words[:1] in (["encode"], ["decode"]) and not ended.status:
        # A person sees it where the output is.
        return processes.Ended(ended.status, told + ended.out, b"")
    return processes.Ended(ended.status, ended.out, told)


def failing(example: Example, folder: Path) -> list[str]:
    """The commands of an example that do not print what is shown, each with what it printed instead."""
    (folder / "samples").symlink_to(ROOT / "samples")
    found = []
    for command, shown in example.commands:
        ended = prints(command, folder, example.columns)
        status = 3 if any(word in shown for word in _BAD) else 0
        if (ended.status, ended.err, ended.out.decode().strip()) != (status, b"", shown.strip()):
            found.append(f"{command}\nstatus {ended.status}\n{ended.out.decode()}{ended.err.decode()}")
    return found


def main() -> None:
    """Write down what every console block prints now."""
    for document in DOCUMENTS:
        text = document.read_text("utf-8")
        for block in blocks(document, "console"):
            made = ""
            with tempfile.TemporaryDirectory() as name:
                (Path(name) / "samples").symlink_to(ROOT / "samples")
                example = _example(document, block)
                for command, _ in example.commands:
                    ended = prints(command, Path(name), example.columns)
                    if ended.err or ended.status not in (0, 3):
                        sys.exit(f"{document.name}: {command}: status {ended.status}\n{ended.err.decode()}")
                    out = ended.out.decode().strip("\n")
                    made += f"$ {command}\n" + (f"{out}\n" if out else "")
            text = text.replace(f"```console\n{block}```", f"```console\n{made}```")
        if text != document.read_text("utf-8"):
            document.write_text(text, "utf-8")
            print(f"{document.relative_to(ROOT)} has changed")


if __name__ == "__main__":
    main()
