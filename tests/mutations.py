"""Small faults that the tests must notice: each is put into the package in turn, and its tests are run.

    python tests/mutations.py              all of them, on two cores; prints what was killed and what survived
    python tests/mutations.py checks       those whose file or tests are named so

A fault is a text of a module and what stands in its place, or an option of the command line that is ignored
(every option of every command).  The module is changed on its way
into a forked process and never on the disk, so nothing is left behind and the kernels' cache stays good;
tests that start a process of their own do not see it and cannot be named here.  A fault within a kernel
runs with numba's JIT switched off.  Exit status 1 if one survives, or its text is not found once.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

# What every forked process needs, loaded once; the package itself is loaded in each anew.
import numba
import pytest
import rich.table  # noqa: F401
from click.core import ParameterSource

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "mutations.json"
# Its tests are one for each option.
OPTIONS = "tests/cli/test_options.py::test_an_option_has_its_effect"
# Processes at a time, and the seconds that one may take: whoever hangs was noticed too.
WORKERS = 2
PATIENCE = 120


@dataclass(frozen=True)
class Edit:
    """A text of a module that is replaced, and the tests that must notice; `plain`: with the JIT switched off."""

    file: str
    find: str
    put: str
    tests: tuple[str, ...]
    plain: bool = False

    @property
    def name(self) -> str:
        return f"{self.file}: {' '.join(self.find.split())[:50]} -> {' '.join(self.put.split())[:50]}"

    @property
    def trouble(self) -> str | None:
        """Why it cannot be tried."""
        count = (ROOT / "compress" / self.file).read_text("utf-8").count(self.find)
        if count != 1:
            return f"its text is found {count} times"
        # The cache of kernels goes by the lines where they begin.
        return None if self.find.count("\n") == self.put.count("\n") else "it moves the lines behind it"

    def put_in_place(self) -> None:
        path = ROOT / "compress" / self.file
        name = "compress." + self.file.removesuffix(".py").replace("/", ".")
        sys.meta_path.insert(0, _Changed(name, path, path.read_text("utf-8").replace(self.find, self.put)))


@dataclass(frozen=True)
class Ignored:
    """An option that is read and has no effect."""

    module: str
    command: str
    parameter: str
    tests: tuple[str, ...]
    plain: bool = False

    @property
    def name(self) -> str:
        return f"codelen {self.command}: --{self.parameter} is ignored"

    trouble = None

    def put_in_place(self) -> None:
        command = getattr(importlib.import_module(self.module), f"{self.command}_command")
        [option] = (option for option in command.params if option.name == self.parameter)
        option.consume_value = lambda ctx, opts: (option.get_default(ctx), ParameterSource.DEFAULT)


class _Changed(importlib.machinery.SourceFileLoader):
    """A finder and a loader of one module, whose source is not what its file holds."""

    def __init__(self, name: str, path: Path, source: str) -> None:
        super().__init__(name, str(path))
        self._source = source

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self.path, loader=self) if name == self.name else None

    def get_code(self, fullname: str) -> CodeType:
        return compile(self._source, self.path, "exec", dont_inherit=True)


def edits() -> list[Edit]:
    """The faults that are listed, file by file."""
    return [
        Edit(file, entry["find"], entry["put"], tuple(entry["tests"].split()), entry.get("plain", False))
        for file, entries in json.loads(LIST.read_text("utf-8")).items()
        for entry in entries
    ]


def options() -> Iterator[Ignored]:
    """Every option of every command that may be left out.  Run in a process of its own: it loads the package."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "cli")]
    test = importlib.import_module("test_options")
    for case in test.CASES:
        [(command, option)] = (each for each in test.options() if test.identity(case) in test.names(*each))
        callback = next(get for name, get in test.commands() if name == command).callback
        yield Ignored(callback.__module__, command, option.name, (f"{OPTIONS}[{test.identity(case)}]",))


def start(work: Edit | Ignored | None, tests: Sequence[str], log: Path) -> int:
    """Run the tests in a forked process, with that fault if there is one; returns its number."""
    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(ROOT)
        sys.path.insert(0, str(ROOT))
        if work is not None:
            if work.plain:
                os.environ["NUMBA_DISABLE_JIT"] = "1"
                numba.config.reload_config()
            work.put_in_place()
        status = int(pytest.main(["-q", "-x", "--no-header", "-p", "no:cacheprovider", "-o", "addopts=", *tests]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


@dataclass
class Tried:
    """A fault and what came of it: the exit status of its tests, None for one that hung."""

    work: Edit | Ignored
    log: Path
    begin: float
    status: int | None = None

    @property
    def verdict(self) -> str:
        if self.status in (1, None):
            return "killed"
        return "survived" if self.status == 0 else f"could not be tried: pytest ended with {self.status}"


def run_all(works: Sequence[Edit | Ignored], folder: Path) -> Iterator[Tried]:
    """Each fault with its tests, two at a time."""
    running: dict[int, Tried] = {}
    waiting = list(works)
    while running or waiting:
        while waiting and len(running) < WORKERS:
            work, log = waiting.pop(0), folder / f"{len(waiting)}.log"
            running[start(work, work.tests, log)] = Tried(work, log, time.monotonic())
        child, status = os.waitpid(-1, os.WNOHANG)
        if child in running:
            tried = running.pop(child)
            tried.status = os.waitstatus_to_exitcode(status)
            yield tried
            continue
        for number, tried in list(running.items()):
            if time.monotonic() - tried.begin > PATIENCE:
                os.killpg(number, signal.SIGKILL)
                os.waitpid(number, 0)
                yield running.pop(number)
        time.sleep(0.02)


def all_options() -> list[Ignored]:
    """`options`, found in a process of its own, so that this one stays without the package."""
    reader, writer = os.pipe()
    if not (child := os.fork()):
        text = json.dumps([[work.module, work.command, work.parameter, work.tests] for work in options()])
        with os.fdopen(writer, "w") as file:
            file.write(text)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    return [Ignored(module, command, parameter, tuple(tests)) for module, command, parameter, tests in json.loads(text)]


def main(wanted: Sequence[str]) -> int:
    """Try all, or those that are wanted; returns the exit status."""
    begin = time.monotonic()
    works: list[Edit | Ignored] = [*edits(), *all_options()]
    works = [work for work in works if not wanted or any(word in work.name + str(work.tests) for word in wanted)]
    bad = [f"{work.name}: {work.trouble}" for work in works if work.trouble]
    ready = [work for work in works if not work.trouble]
    killed = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Without a fault the tests must pass, or their failing would mean nothing.
        for plain in (False, True):
            tests = sorted({test for work in ready if work.plain == plain for test in work.tests})
            log = folder / "sound.log"
            child = start(Edit("__init__.py", "", "", (), True) if plain else None, tests, log) if tests else 0
            if child and (status := os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])):
                print(log.read_text("utf-8"), f"\nwithout any fault the tests end with {status}")
                return 1
        print(f"without a fault all tests pass ({time.monotonic() - begin:.0f} s)", flush=True)
        for tried in run_all(ready, folder):
            killed += tried.verdict == "killed"
            if tried.verdict != "killed":
                bad.append(f"{tried.work.name}: {tried.verdict}")
            print(f"{tried.verdict:8}  {time.monotonic() - tried.begin:4.1f} s  {tried.work.name}", flush=True)
    print(f"\nkilled {killed} of {len(works)} in {time.monotonic() - begin:.0f} s", *bad, sep="\n")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
