"""Small faults that the tests must notice: each is put into the package in turn, and its tests are run.

    python tests/mutations.py              those that have a name, and every option ignored; two minutes on two cores
    python tests/mutations.py checks       of these, the ones whose file or tests are named so
    python tests/mutations.py --some 50 WORD        fifty of each kind, drawn by the word: the same word, the same ones
    python tests/mutations.py --drawn 300 WORD      three hundred of all exchanges of operators, drawn by the word
    python tests/mutations.py --drawn 300 WORD --in models/     of them, those in files that begin so
    python tests/mutations.py --seconds 150 ...     as many as can be begun in that time; it says how many were not
                                                    (the tests are watched before that, for a minute, and half
                                                    as much time is given after it to what survived)

A fault with a name is a text of a module and what stands in its place (`faults`), or an option of the command line that
is ignored.  Those that are drawn nobody wrote down: an operator of the syntax tree is exchanged (`operators`), and the
tests that call its function are asked, those first that call little else (`called`).  Nothing is written to the disk:
the package and its tests are loaded and collected once (`collected`), and then each fault has a forked process in which
the code of the functions that it changes is exchanged (`exchange`).  A fault within a kernel is tried where nothing is
compiled.  Tests that start a process of their own do not see a fault, and are not named here; and what a test keeps for
another is kept by a fixture, which ends before the faults begin, and in no global.

Exit status 1 if one with a name survives, or its text is not found once; or if more than a quarter of the drawn do: of
these some change nothing that anybody could see, and whoever meets one lists it in `operators.EQUAL`, with its reason.
"""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import math
import os
import random
import re
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from called import Called, called_by
from collected import UNTRIED, Collected, forked, is_long, silence, with_tests
from exchange import PACKAGE, exchange, exchange_functions, functions, module_of
from faults import FAULTS, KERNEL
from operators import EQUAL, Site, all_sites

ROOT = Path(__file__).resolve().parent.parent
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


def drawn(wanted: str, most: int, word: str, tests: Collected, called: Called) -> Iterator[tuple[Site, Fault, Fault]]:
    """So many faults, drawn by a word: each with the tests that are asked first, and with more that may see it."""
    by_function: dict[str, list[str]] = {}
    # Tests that call little are the ones that tell.
    for test, (_, calls) in sorted(called.items(), key=lambda item: len(item[1][1])):
        for function in calls:
            by_function.setdefault(function, []).append(test)
    places = [each for each in all_sites(PACKAGE, PICTURES) if each[0].file.startswith(wanted)]
    for site, tree in random.Random(word).sample(places, min(most, len(places))):
        callers = by_function.get(f"{site.file} {site.function}", [])
        # A module's own tests come first, and all of them: nobody sees what they call that is compiled.
        own = [test for test in (*callers, *called) if f"/test_{Path(site.file).stem}.py::" in test]
        names = list(dict.fromkeys([*own, *callers]))
        put = functools.partial(exchange_tree, site, tree)
        trouble = EQUAL.get(site.name) or (None if names else "no test calls it")
        few = within(names, called, _SECONDS)
        # The same tests with other parameters, and all of the room, whose others may call the function.
        room = f"tests/{site.file.partition('/')[0].removesuffix('.py')}"
        more = tests.named([*(test.partition("[")[0] for test in within(names, called, 5 * _SECONDS)), room])
        all_of = tuple(item.nodeid for item in more if not is_long(item))
        yield site, Fault(site.name, few, put, trouble, 30), Fault(site.name, all_of, put, trouble, 30)


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


def try_drawn(wanted: str, most: int, word: str, given: float, tests: Collected) -> int:
    """Try so many of them; returns how many went unnoticed, if they are more than a few, and 0 if not."""
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        called = called_by(tests, WORKERS, Path(name))
        print(f"{len(called):,} tests were watched ({time.monotonic() - begin:.0f} s)", flush=True)
        found = list(drawn(wanted, most, word, tests, called))
        ready = {first.name: (first, then) for _, first, then in found if not first.trouble}
        survivors: list[Fault] = []
        left: set[str] = set()
        count = 0
        # The time that is given is for the faults, and begins now.
        start = time.monotonic()
        for again, until in ((False, start + given), (True, start + (1 + _LONGER) * given)):
            faults = survivors if again else [first for first, _ in ready.values()]
            survivors, left = [], {fault.name for fault in faults} if again else set()
            for fault, status, took in results(faults, tests, Path(name), until):
                if status == UNTRIED:
                    continue
                count += not again
                # More tests may take longer than there is patience for; it did not hang in its first ones.
                if again and status is not None:
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


def tried(fault: Fault, tests: Collected) -> int:
    """The exit status of a fault's tests where it is in place."""
    from compress import compiling

    gc.disable()
    # Machine code that is made of a fault would be taken by others for that of the source, which is not changed.
    compiling._Cache.save_overload = lambda *_: None  # type: ignore[method-assign]
    fault.put_in_place()
    return tests.run(tests.named(fault.tests))


def results(
    faults: Sequence[Fault], tests: Collected, folder: Path, end: float
) -> Iterator[tuple[Fault, int | None, float]]:
    """Each fault, the exit status of its tests (None: they hung) and the seconds that they took.

    At the moment `end` what still runs is ended, and not told, nor what was not begun.
    """
    # What is looked for or collected by many processes is looked for once, or each copies all that they share.
    functions()
    gc.collect()
    gc.freeze()
    running: dict[int, tuple[Fault, float, Path]] = {}
    waiting = list(reversed(faults))
    try:
        while (waiting or running) and time.monotonic() < end:
            while waiting and len(running) < WORKERS:
                fault = waiting.pop()
                work, log = functools.partial(tried, fault, tests), folder / f"{len(waiting)}.log"
                running[forked(work, log)] = fault, time.monotonic(), log
            child, status = os.waitpid(-1, os.WNOHANG)
            for number, (fault, begin, log) in list(running.items()):
                seconds = time.monotonic() - begin
                if number == child:
                    del running[number]
                    if (code := os.waitstatus_to_exitcode(status)) == UNTRIED:
                        print(log.read_text(errors="replace"), flush=True)
                    yield fault, code, seconds
                elif seconds > fault.patience:
                    del running[number]
                    end_all([number])
                    yield fault, None, seconds
            if not child:
                time.sleep(0.01)
    finally:
        end_all(running)


def end_all(children: Iterable[int]) -> None:
    """End processes, and those that they have begun."""
    for number in children:
        os.killpg(number, signal.SIGKILL)
        os.waitpid(number, 0)


def try_all(wanted: Sequence[str], kernels: bool, end: float, most: int | None, drawn_by: str) -> int:
    """Try the faults of one kind, in a process that has loaded nothing yet; returns how many went unnoticed.

    most: no more than so many, drawn by a word.
    """
    if kernels:
        os.environ["CODELEN_COMPILE"] = "never"
    faults = [*edits(kernels), *([] if kernels else options())]
    faults = [fault for fault in faults if not wanted or any(word in fault.name + str(fault.tests) for word in wanted)]
    bad = [f"{fault.name}: {fault.trouble}" for fault in faults if fault.trouble]
    ready = [fault for fault in faults if not fault.trouble]
    listed = len(ready)
    if most is not None and most < listed:
        ready = random.Random(drawn_by).sample(ready, most)
    names = {test.partition("[")[0] for fault in ready for test in fault.tests}
    count = with_tests(sorted(names), lambda tests: try_named(ready, tests, end, bad)) if ready else 0
    print(f"{listed - count} more {'in kernels' if kernels else 'elsewhere'} were not tried", flush=True)
    print(*(f"  {line}\n" for line in bad), sep="", flush=True)
    return len(bad)


def try_named(faults: Sequence[Fault], tests: Collected, end: float, bad: list[str]) -> int:
    """Try these, and add to what is bad what goes unnoticed; returns how many were tried."""
    begin = time.monotonic()
    count = killed = 0
    with tempfile.TemporaryDirectory() as name:
        # As they are the tests must pass, or their failing would mean nothing; this also loads all that they need.
        with silence(Path(name) / "sound.log"):
            sound = tests.run(tests.named([test for fault in faults for test in fault.tests]))
        if sound:
            bad.append(f"without any fault the tests end with {sound}")
            return 0
        print(f"without a fault all tests pass ({time.monotonic() - begin:.0f} s)", flush=True)
        there = set(os.listdir())
        for fault, status, seconds in results(faults, tests, Path(name), end):
            count += 1
            verdict = {0: "SURVIVED", 1: "killed", None: "killed"}.get(status, f"could not be tried ({status})")
            killed += verdict == "killed"
            if verdict != "killed":
                bad.append(f"{fault.name}: {verdict}")
            print(f"{verdict:8} {seconds:5.1f} s  {fault.name}", flush=True)
            # Whoever takes a name for a file writes it where the tests run: where the project is.
            bad += [f"{fault.name}, or one beside it: leaves {left!r} behind" for left in set(os.listdir()) - there]
            there.update(os.listdir())
    print(f"\nkilled {killed} of {count} tried in {time.monotonic() - begin:.0f} s")
    return count


def main(wanted: Sequence[str]) -> int:
    """Try all, or those that are wanted; returns the exit status."""
    bad, given, most, drawn_by = 0, math.inf, None, ""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if wanted[:1] == ["--seconds"]:
        given, wanted = float(wanted[1]), wanted[2:]
    if wanted[:1] == ["--drawn"]:
        [number, word, *rest] = wanted[1:]
        room = rest[1] if rest[:1] == ["--in"] else ""
        return int(with_tests(["tests"], lambda tests: try_drawn(room, int(number), word, given, tests)) > 0)
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
