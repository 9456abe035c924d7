"""Small faults that the tests must notice: each is put into the package in turn, and its tests are run.

    python tests/mutations.py              those that have a name, and every option ignored; two minutes on two cores
    python tests/mutations.py checks       of these, the ones whose file or tests are named so
    python tests/mutations.py --some 50 WORD        fifty of each kind, drawn by the word: the same word, the same ones
    python tests/mutations.py --drawn 300 WORD      three hundred of all exchanges of operators, drawn by the word
    python tests/mutations.py --drawn 300 WORD --in models/     of them, those in files that begin so
    python tests/mutations.py --seconds 150 ...     as many as can be begun in that time; it says how many were not
                                                    (the tests are watched before that, for a minute)

A fault with a name is a text of a module and what stands in its place (`faults`), or an option of the command line that
is ignored.  Those that are drawn nobody wrote down: an operator of the syntax tree is exchanged (`operators`), and the
tests that call its function are asked, those first that call little else (`called`).  Nothing is written to the disk:
the package and its tests are loaded once, and then each fault has a forked process in which the code of
the functions that it changes is exchanged.  A fault within a kernel is tried where nothing is
compiled.  Tests that start a process of their own do not see a fault, and are not named here; and what a test keeps for
another is kept by a fixture, which ends before the faults begin, and in no global.

Exit status 1 if one with a name survives, or its text is not found once; or if more than a quarter of the drawn do: of
these some change nothing that anybody could see, and whoever meets one lists it in `operators.EQUAL`, with its reason.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import gc
import importlib
import io
import json
import math
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from called import Called, recorded
from faults import FAULTS, KERNEL
from operators import EQUAL, Site, all_sites

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "compress"
# The last: what is loaded already is not pytest's to rewrite.
LOADED = "ignore::pytest.PytestAssertRewriteWarning"
QUIETLY = ("-q", "-x", "--no-header", "-p", "no:cacheprovider", "-o", "addopts=", "-W", LOADED)
# An example that fails need not be made small.
PROFILE = ("--hypothesis-profile", "mutations")
# No time is spent on looking for virtual environments, nor on telling how a test failed.
QUICKLY = ("--collect-in-virtualenv", "--tb=no")
# Its tests are one for each option.
OPTIONS = "tests/cli/test_options.py::test_an_option_has_its_effect"
# Processes at a time, and the seconds that one may take: whoever hangs was noticed too.
WORKERS = 2
PATIENCE = 100
# What a drawn fault's first tests may take, seconds, and the memory of all of them, bytes.
_SECONDS, _MEMORY = 6.0, 8 << 30
# Of the time that is given, the share that comes after it, for more tests of what survived its first ones.
_LONGER = 0.5
# As a share of those tried, more survivors than this are too many.
_MANY = 0.25
# Rooms of which no fault is drawn: pictures, and pages that a browser opens.
PICTURES = ("reports", "lab")
# The exit status of one that came to no tests.
UNTRIED = 70


@dataclass(frozen=True)
class Fault:
    """What is tried: its name, the tests that must notice, how it comes about, and why it cannot, if it cannot."""

    name: str
    tests: tuple[str, ...]
    put_in_place: Callable[[], None]
    trouble: str | None = None
    patience: float = PATIENCE


# ---------------------------------------------------------------- faults in the package


def edits(kernels: bool) -> Iterator[Fault]:
    """The faults that are listed, file by file: those within kernels, or the others."""
    for file, faults in FAULTS.items():
        text = (PACKAGE / file).read_text("utf-8")
        for find, put, tests, *rest in faults:
            if kernels == (KERNEL in rest):
                name = f"{file}: {' '.join(find.split())[:50]} -> {' '.join(put.split())[:50]}"
                found, named = text.count(find), tuple(tests_named(tests))
                trouble = None if found == 1 else f"its text is found {found} times"
                change = functools.partial(exchange, file, text, text.replace(find, put))
                yield Fault(name, named, change, trouble or (None if named else "no test has such a name"))


def tests_named(beginning: str) -> list[str]:
    """The tests whose name begins so; a file's name is all of its tests."""
    path, colons, name = beginning.partition("::")
    if beginning.endswith("]"):
        return [beginning]
    found = re.findall(r"^def (test_\w+)", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    return [f"{path}::{test}" for test in found if test.startswith(name)] if colons else [path]


def exchange(file: str, before: str, after: str) -> None:
    """Give the functions of a loaded module the code that they would have, and its constants their values."""
    module = importlib.import_module(module_of(file))
    changed = exchange_functions(file, compile(before, file, "exec"), compile(after, file, "exec"))
    for name, value in constants(after).items():
        if constants(before)[name] != value:
            put = eval(value, vars(module))
            # The Python of a kernel has a copy of its module's names.
            for names in [vars(module), *(function.__globals__ for function in functions()[module.__name__])]:
                names[name] = put
            changed += 1
    if not changed:
        raise RuntimeError(f"{file}: no function and no constant has changed")


def module_of(file: str) -> str:
    """The module of a file of the package."""
    return "compress." + file.removesuffix(".py").replace("/", ".")


def exchange_functions(file: str, before: CodeType, after: CodeType) -> int:
    """Give the functions of a loaded module the code that they would have; returns how many have changed."""
    old, new, changed = codes(before), codes(after), 0
    for function in functions()[module_of(file)]:
        code = new.get(function.__code__.co_qualname)
        if code is not None and code != old.get(function.__code__.co_qualname):
            function.__code__ = code
            changed += 1
    return changed


def codes(code: CodeType) -> dict[str, CodeType]:
    """The code of each function of a module, nested ones and methods too, by its qualified name."""
    found: dict[str, CodeType] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= {constant.co_qualname: constant} | codes(constant)
    return found


def constants(source: str) -> dict[str, str]:
    """What a module gives names to, as it is written."""
    return {
        node.targets[0].id: ast.unparse(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


@functools.cache
def functions() -> dict[str, list[FunctionType]]:
    """Every function that a module of the package has made, methods and those within others too, by the module."""
    made: dict[str, list[FunctionType]] = {}
    for value in gc.get_objects():
        if type(value) is FunctionType and str(value.__module__).startswith("compress."):
            made.setdefault(value.__module__, []).append(value)
    return made


# ---------------------------------------------------------------- options that are ignored


def options() -> Iterator[Fault]:
    """Every option of every command that may be left out, each with its own test."""
    sys.path.insert(0, str(ROOT / "tests" / "cli"))
    test = importlib.import_module("test_options")
    for case in test.CASES:
        [(command, option)] = (each for each in test.options() if test.identity(case) in test.names(*each))
        name = f"codelen {command}: {option.opts[-1]} is ignored"
        yield Fault(name, (f"{OPTIONS}[{test.identity(case)}]",), functools.partial(ignore, option))


def ignore(option: object) -> None:
    """Whatever is given, the option has its default."""
    from click.core import Option, ParameterSource

    assert isinstance(option, Option)
    option.consume_value = lambda ctx, opts: (option.get_default(ctx), ParameterSource.DEFAULT)  # type: ignore[method-assign]


# ---------------------------------------------------------------- operators that are exchanged


def called_by_tests(folder: Path) -> Called:
    """What each test calls, found on both cores."""
    shares = [folder / f"{number}.json" for number in range(WORKERS)]
    work = [functools.partial(recorded, PACKAGE, QUIETLY, n, WORKERS, share) for n, share in enumerate(shares)]
    for child in [forked(each, folder / f"map-{n}.log") for n, each in enumerate(work)]:
        os.waitpid(child, 0)
    called: Called = {}
    for share in shares:
        called |= json.loads(share.read_text())
    return called


def drawn(wanted: str, most: int, word: str, called: Called) -> Iterator[tuple[Site, Fault, Fault]]:
    """So many faults, drawn by a word: each with the tests that are asked first, and with all that may see it."""
    by_function: dict[tuple[str, str], list[str]] = {}
    # Tests that call little are the ones that tell.
    for test, (_, functions) in sorted(called.items(), key=lambda item: len(item[1][1])):
        for function in functions:
            by_function.setdefault((function[0], function[1]), []).append(test)
    places = [each for each in all_sites(PACKAGE, PICTURES) if each[0].file.startswith(wanted)]
    for site, tree in random.Random(word).sample(places, min(most, len(places))):
        callers = by_function.get((site.file, site.function), [])
        # A module's own tests come first, and all of them: nobody sees what they call that is compiled.
        own = [test for test in (*callers, *called) if f"/test_{Path(site.file).stem}.py::" in test]
        tests = list(dict.fromkeys([*own, *callers]))
        put = functools.partial(exchange_tree, site, tree)
        trouble = EQUAL.get(site.name) or (None if tests else "no test calls it")
        few = within(tests, called, _SECONDS)
        # The same tests with other parameters, and all of the room, whose others may call the function.
        room = ROOT / "tests" / site.file.partition("/")[0].removesuffix(".py")
        more = [str(room.relative_to(ROOT))] if room.is_dir() else []
        all_of = tuple(dict.fromkeys([test.partition("[")[0] for test in within(tests, called, 5 * _SECONDS)] + more))
        yield site, Fault(site.name, few, put, trouble, 30), Fault(site.name, all_of, put, trouble, 60)


def within(tests: Sequence[str], called: Called, seconds: float) -> tuple[str, ...]:
    """The first of these tests, as many as take so long; one at least."""
    found: list[str] = []
    spent = 0.0
    for test in tests:
        spent += called[test][0]
        if found and spent > seconds:
            break
        found.append(test)
    return tuple(found)


def exchange_tree(site: Site, tree: Callable[[], ast.Module]) -> None:
    """Put a fault in place; where it is in a kernel, nothing is compiled."""
    from compress import kernel

    source = (PACKAGE / site.file).read_text("utf-8")
    if not exchange_functions(site.file, compile(source, site.file, "exec"), compile(tree(), site.file, "exec")):
        raise RuntimeError(f"{site.name}: no function has changed")
    if isinstance(vars(importlib.import_module(module_of(site.file))).get(site.function), kernel.Kernel):
        kernel._process.mode = "never"
    # A loop without end may fill the memory as well.
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def try_drawn(wanted: str, most: int, word: str, given: float) -> int:
    """Try so many of them; returns how many went unnoticed, if they are more than a few, and 0 if not."""
    begin = time.monotonic()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    with tempfile.TemporaryDirectory() as name:
        called = called_by_tests(Path(name))
        with contextlib.redirect_stdout(io.StringIO()):
            pytest.main([*QUIETLY, "--collect-only", "tests"])
        print(f"{len(called):,} tests were watched ({time.monotonic() - begin:.0f} s)", flush=True)
        found = list(drawn(wanted, most, word, called))
        ready = {first.name: (first, then) for _, first, then in found if not first.trouble}
        survivors: list[Fault] = []
        left: set[str] = set()
        count = 0
        # The time that is given is for the faults, and begins now.
        start = time.monotonic()
        for again, until in ((False, start + given), (True, start + (1 + _LONGER) * given)):
            faults = survivors if again else [first for first, _ in ready.values()]
            survivors, left = [], {fault.name for fault in faults}
            for fault, status, took in results(faults, Path(name), until):
                count += not again
                # More tests may take longer than there is patience for; it did not hang in its first ones.
                if status is not None or not again:
                    left.remove(fault.name)
                if status in (0, 5):
                    survivors.append(ready[fault.name][1])
                    if again:
                        print(f"SURVIVED {took:5.1f} s  {fault.name}", flush=True)
    uncalled = [first.name for _, first, _ in found if first.trouble == "no test calls it"]
    equal = sum(first.name in EQUAL for _, first, _ in found)
    killed, seconds = count - len(survivors) - len(left), time.monotonic() - begin
    print(f"killed {killed}, survived {len(survivors)} of {count} tried in {seconds:.0f} s")
    print(f"{len(left)} more survived their first tests, and there was no time for others:")
    print(*(f"  {each}\n" for each in sorted(left)), sep="")
    print(f"{equal} are known to change nothing; {len(uncalled)} are in functions that no watched test calls:")
    print(*(f"  {line}\n" for line in uncalled), sep="", flush=True)
    # Some change nothing that anybody could see, and are not listed yet.
    return len(survivors) if len(survivors) > count * _MANY else 0


# ---------------------------------------------------------------- trying them


def run_tests(tests: Sequence[str]) -> int:
    """Run these tests in this process; returns pytest's exit status."""
    return int(pytest.main([*QUIETLY, *PROFILE, *tests]))


def forked(work: Callable[[], int], log: Path) -> int:
    """Start some work in a process of its own, what it prints going to a file; returns its number."""
    child = os.fork()
    if child:
        return child
    status = UNTRIED
    try:
        os.setsid()
        out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        status = work()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def tried(fault: Fault) -> int:
    """The exit status of a fault's tests where it is in place."""
    from compress import compiling

    gc.disable()
    # Machine code that is made of a fault would be taken by others for that of the source, which is not changed.
    compiling._Cache.save_overload = lambda *_: None  # type: ignore[method-assign]
    fault.put_in_place()
    return run_tests([*QUICKLY, *fault.tests])


def results(faults: Sequence[Fault], folder: Path, end: float) -> Iterator[tuple[Fault, int | None, float]]:
    """Each fault, the exit status of its tests (None: they hung) and the seconds that they took.

    None is begun after the moment `end`.
    """
    # What is looked for or collected by many processes is looked for once, or each copies all that they share.
    functions()
    gc.collect()
    gc.freeze()
    running: dict[int, tuple[Fault, float]] = {}
    waiting, again = list(faults), list[Fault]()
    while True:
        if time.monotonic() > end:
            waiting.clear()
        if not (running or waiting):
            break
        while waiting and len(running) < WORKERS:
            fault = waiting.pop(0)
            log = folder / f"{len(again)}-{len(waiting)}.log"
            running[forked(functools.partial(tried, fault), log)] = fault, time.monotonic()
        child, status = os.waitpid(-1, os.WNOHANG)
        for number, (fault, begin) in list(running.items()):
            seconds = time.monotonic() - begin
            if number == child:
                code = os.waitstatus_to_exitcode(status)
                if code == UNTRIED and fault not in again:
                    # Two that make a folder for tests at the same moment may be in each other's way.
                    again.append(fault)
                    waiting.append(fault)
                else:
                    yield fault, code, seconds
            elif seconds > fault.patience:
                os.killpg(number, signal.SIGKILL)
                os.waitpid(number, 0)
                yield fault, None, seconds
            else:
                continue
            del running[number]
        if not child:
            time.sleep(0.01)


def try_all(wanted: Sequence[str], kernels: bool, end: float, most: int | None, drawn_by: str) -> int:
    """Try the faults of one kind, in a process that has loaded nothing yet; returns how many went unnoticed.

    most: no more than so many, drawn by a word.
    """
    begin = time.monotonic()
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if kernels:
        os.environ["CODELEN_COMPILE"] = "never"
    faults = [*edits(kernels), *([] if kernels else options())]
    faults = [fault for fault in faults if not wanted or any(word in fault.name + str(fault.tests) for word in wanted)]
    bad = [f"{fault.name}: {fault.trouble}" for fault in faults if fault.trouble]
    ready = [fault for fault in faults if not fault.trouble]
    listed = len(ready)
    if most is not None and most < listed:
        ready = random.Random(drawn_by).sample(ready, most)
    count = killed = 0
    with tempfile.TemporaryDirectory() as name:
        # As they are the tests must pass, or their failing would mean nothing; this also loads all that they need.
        if ready and (sound := run_tests(sorted({test for fault in ready for test in fault.tests}))):
            print(f"without any fault the tests end with {sound}")
            return 1
        print(f"without a fault all tests pass ({time.monotonic() - begin:.0f} s)", flush=True)
        there = set(os.listdir())
        for fault, status, seconds in results(ready, Path(name), end):
            count += 1
            verdict = {0: "SURVIVED", 1: "killed", None: "killed"}.get(status, f"could not be tried ({status})")
            killed += verdict == "killed"
            if verdict != "killed":
                bad.append(f"{fault.name}: {verdict}")
            print(f"{verdict:8} {seconds:5.1f} s  {fault.name}", flush=True)
            # Whoever takes a name for a file writes it where the tests run: where the project is.
            bad += [f"{fault.name}, or one beside it: leaves {left!r} behind" for left in set(os.listdir()) - there]
            there.update(os.listdir())
    kind = "in kernels" if kernels else "elsewhere"
    print(f"\nkilled {killed} of {count} tried {kind} in {time.monotonic() - begin:.0f} s")
    print(f"{listed - count} more were not tried" if count < listed else "all were tried", flush=True)
    print(*(f"  {line}\n" for line in bad), sep="", flush=True)
    return len(bad)


def main(wanted: Sequence[str]) -> int:
    """Try all, or those that are wanted; returns the exit status."""
    bad, given, most, drawn_by = 0, math.inf, None, ""
    if wanted[:1] == ["--seconds"]:
        given, wanted = float(wanted[1]), wanted[2:]
    if wanted[:1] == ["--drawn"]:
        [number, word, *rest] = wanted[1:]
        return 1 if try_drawn(rest[1] if rest[:1] == ["--in"] else "", int(number), word, given) else 0
    if wanted[:1] == ["--some"]:
        most, drawn_by, wanted = int(wanted[1]), wanted[2], wanted[3:]
    end = time.monotonic() + given
    for kernels in (True, False):
        sys.stdout.flush()
        if not (child := os.fork()):
            os._exit(min(try_all(wanted, kernels, end, most, drawn_by), 99))
        bad += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
