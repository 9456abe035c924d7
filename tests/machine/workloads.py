"""What is disturbed: commands, the files that each finds, and what it may leave.

The law is one for all: each output is the old file or the new one, whole, and an input is gone only where all outputs
are the new ones.  A journal has whole lines of what was found so far, but for its last one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import compress

__all__ = ["LAB", "PROGRAM", "ROOT", "WORKLOADS", "Workload", "environment", "files_in"]

ROOT = Path(__file__).resolve().parents[2]
# Says a word to whoever waits for it when the package's first lines were run: moments are counted from there.
PROGRAM = (
    "import os; from compress.__main__ import main; told = os.environ.pop('CODELEN_TOLD', '');"
    "told and os.write(int(told), b'.'); told and os.close(int(told)); main()"
)
# Seconds that an undisturbed command may take, and that one is looked at which does not end by itself.
PATIENCE, SERVING = 300, 3.0
OLD = b"old\n"
TEXT = b"".join(b"line %d of a text that is encoded\n" % i for i in range(12_000))


@dataclass(frozen=True)
class Workload:
    """files: what it finds, with contents, made when they are asked for; arguments: of codelen, run in their folder.

    journal: a file that grows a line at a time.  again: arguments that go on where it ended.  ends: whether it ends by
    itself.
    """

    name: str
    files: Callable[[], Mapping[str, bytes]]
    arguments: tuple[str, ...]
    journal: str | None = None
    again: tuple[str, ...] = ()
    ends: bool = True
    _known: dict[str, tuple[Mapping[str, bytes], float]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def before(self) -> Mapping[str, bytes]:
        """Return the files that it finds."""
        return self.files()

    def given(self, folder: Path) -> Path:
        """A folder that is made with the files that it finds."""
        folder.mkdir(parents=True)
        for name, content in self.before.items():
            (folder / name).write_bytes(content)
        return folder

    def run(self, folder: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        """Run codelen there to its end."""
        return subprocess.run(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=folder,
            env=environment(),
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )

    def undisturbed(self) -> tuple[Mapping[str, bytes], float]:
        """The files that it leaves if nothing happens, and its seconds."""
        if not self.ends:
            return self.before, SERVING
        if self.name not in self._known:
            # The second time every kernel is in the cache.
            for _ in range(2):
                with tempfile.TemporaryDirectory() as place:
                    folder = self.given(Path(place, "undisturbed"))
                    begin = time.monotonic()
                    self.run(folder, self.arguments).check_returncode()
                    self._known[self.name] = files_in(folder), time.monotonic() - begin
        return self._known[self.name]

    def wrong(self, folder: Path, *, done: bool, killed: bool = False) -> list[str]:
        """What is not as it should be among the files; done: the command said so; killed: nobody could tidy up."""
        left, (after, _) = files_in(folder), self.undisturbed()
        found = []
        for name in sorted({*left, *self.before, *after}):
            have, old, new = left.get(name), self.before.get(name), after.get(name)
            if name == self.journal and not done:
                whole = {*new.splitlines()} if new is not None else set()
                if have is not None and not {*have.splitlines()[: have.count(b"\n")]} <= whole:
                    found.append(f"{name} has a line that is none")
            elif name not in self.before and name not in after:
                if not (killed and name.startswith(".") and name.endswith(".part")):
                    found.append(f"{name} was left")
            elif have != new and (done or have != old):
                found.append(f"{name} is {'absent' if have is None else 'not new' if done else 'neither old nor new'}")
        inputs_gone = [name for name in self.before if name not in left]
        if inputs_gone and any(left.get(name) != content for name, content in after.items()):
            found.append(f"{inputs_gone[0]} is lost")
        return found


def environment(**more: str) -> dict[str, str]:
    """Of a process that runs codelen from this checkout."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder, by their names."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


_EXPORTS = {"r.json": OLD, "r.csv": OLD, "r.md": OLD, "r.html": OLD, "r.svg": OLD}
_REPORT = ("--json", "r.json", "--csv", "r.csv", "--markdown", "r.md", "--html", "r.html", "--plot", "r.svg")
_GRID = ("sweep", "--true", "bernoulli:{0.1..0.9:9}", "-n", "1e2,1e3", "--repeat", "60", "-q", "--csv", "rows.csv")
_KEPT = (*_GRID, "--keep", "rows.jsonl")

WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("encode", lambda: {"text": TEXT, "text.clen": OLD}, ("encode", "-qf", "text")),
        Workload("encode --rm", lambda: {"text": TEXT}, ("encode", "-q", "--rm", "--coder", "huffman", "text")),
        Workload(
            "decode",
            lambda: {"text.clen": compress.encode(TEXT, "range"), "text": OLD},
            ("decode", "-qf", "--rm", "text.clen"),
        ),
        Workload(
            "report",
            lambda: {"a": TEXT[:20_000], "b": TEXT[-9_000:], **_EXPORTS},
            ("report", "a", "b", "-q", "--no-speed", "--jobs", "1", *_REPORT),
        ),
        Workload("sweep", lambda: {"rows.csv": OLD}, _KEPT, journal="rows.jsonl", again=(*_KEPT, "--resume")),
    )
}
# It serves until it is ended.
LAB = Workload("lab", dict, ("lab", "--port", "0"), ends=False)
