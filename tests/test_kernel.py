"""A kernel gives the same bits whether it is compiled or not; and whatever happens to its machine code, it works."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from types import FunctionType
from typing import Any
from unittest.mock import MagicMock

import numpy as np
import processes
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import compress
from compress.coders.streams import interval
from compress.coders.streams.arithmetic import encode_interval
from compress.errors import SpecError
from compress.kernel import ENOUGH, Kernel, compilation, high_product, kernel, prefetch
from compress.models.counts import Counting, encode_counting
from compress.models.quantise import encode_each
from compress.models.rows import Rows
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.sources.markov import MarkovSource
from compress.sources.protocol import generator

ROOT = Path(__file__).resolve().parent.parent

# ---------------------------------------------------------------- when it is compiled


def doubled_in_python(symbols: np.typing.NDArray[np.uint8]) -> int:
    total = 0
    for i in range(symbols.size):
        total += int(symbols[i])
    return 2 * total


def summed_in_python(n: int) -> int:
    total = 0
    for i in range(n):
        total += i
    return total


doubled = kernel(doubled_in_python)


def is_compiled(of: Kernel[..., Any]) -> bool:
    """Whether it has machine code by now."""
    return "compiled" in vars(of) and bool(vars(of)["compiled"].signatures)


@pytest.mark.both_forms
def test_a_test_of_both_forms_runs_in_both(request: pytest.FixtureRequest) -> None:
    doubled = kernel(doubled_in_python)
    doubled(np.ones(3, np.uint8))
    assert request.node.callspec.id == ("compiled" if is_compiled(doubled) else "python")


def test_much_work_is_compiled_and_little_is_not() -> None:
    doubled = kernel(doubled_in_python)
    few, many = np.ones(100, np.uint8), np.ones(ENOUGH, np.uint8)
    with compilation("auto"):
        assert doubled(few) == 200
        assert not is_compiled(doubled)
        assert doubled(many) == 2 * ENOUGH
        assert is_compiled(doubled)


def test_the_work_of_a_process_adds_up() -> None:
    summed = kernel(work=lambda n: n)(summed_in_python)
    with compilation("auto"):
        assert summed(ENOUGH // 2) == (ENOUGH // 2) * (ENOUGH // 2 - 1) // 2
        assert summed(3) == 3
        assert not is_compiled(summed)
        assert summed(ENOUGH // 2) == (ENOUGH // 2) * (ENOUGH // 2 - 1) // 2
        assert is_compiled(summed)


def test_the_work_of_loops_that_do_more_than_their_symbols_say() -> None:
    """200 rows of 1,024 numbers, and as many tokens as are compiled only because each looks at many counts."""
    rows, few = np.full((200, 1_024), 1 / 1_024), np.zeros(200, np.uint16)
    wide, narrow = Counting.of("kt", 4_096), Counting.of("kt", 2)
    many, out = np.zeros(ENOUGH // 8, np.uint8), np.zeros(ENOUGH, np.uint8)
    for loop, work, is_much in (
        (encode_each, lambda: Rows(rows).encode(few), True),
        (encode_each, lambda: Rows(rows[:20]).encode(few[:20]), False),
        (encode_counting, lambda: wide.encode_into(many, out), True),
        (encode_counting, lambda: narrow.encode_into(many, out), False),
    ):
        with compilation("auto"), pytest.MonkeyPatch.context() as patch:
            machine = MagicMock(wraps=loop.compiled)
            patch.setitem(vars(loop), "compiled", machine)
            work()
            assert machine.called is is_much


def test_each_mode_is_kept_to() -> None:
    many = np.ones(2 * ENOUGH, np.uint8)
    for mode, is_machine in (("never", False), ("always", True)):
        for symbols in (many[:1], many):
            with compilation(mode), pytest.MonkeyPatch.context() as patch:
                machine = MagicMock(wraps=doubled.compiled)
                patch.setitem(vars(doubled), "compiled", machine)
                assert doubled(symbols) == 2 * symbols.size
                assert machine.called is is_machine


def test_each_form_calls_the_same_form_of_others() -> None:
    loop = kernel(vars(encode_interval)["__wrapped__"])
    python = loop.plain
    assert isinstance(python, FunctionType)
    machine = vars(loop.compiled)["py_func"]
    for name in ("narrow", "settle", "finish"):
        assert name in python.__code__.co_names
        assert python.__globals__[name] is vars(interval)[name].plain
        assert machine.__globals__[name] is vars(interval)[name].inlined


def test_a_mode_that_does_not_exist_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        compilation("sometimes"),
        pytest.raises(SpecError, match="CODELEN_COMPILE='sometimes' is not one of never, al"),
    ):
        doubled(np.ones(1, np.uint8))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "says"),
    [
        ({"NUMBA_NUM_THREADS": "0"}, "Number of threads"),
        ({"PYTHONPATH": "broken"}, "this numba is broken"),
    ],
    ids=["no threads", "a broken install"],
)
def test_where_numba_fails_python_goes_on(how: dict[str, str], says: str, tmp_path: Path) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "numba.py").write_text("raise RuntimeError('this numba is broken')\n")
    (tmp_path / "text").write_bytes(b"abcd" * ENOUGH)
    root = str(Path(compress.__file__).parents[1])
    places = {**os.environ, **how, "CODELEN_COMPILE": "auto"}
    places["PYTHONPATH"] = os.pathsep.join(filter(None, (how.get("PYTHONPATH"), root)))
    for debug in ([], ["--debug"]):
        command = [sys.executable, "-m", "compress", *debug, "encode", "-f", "text"]
        done = subprocess.run(
            command, cwd=tmp_path, env=places, capture_output=True, text=True, timeout=200, check=False
        )
        assert done.returncode == 0, done.stderr
        assert done.stderr.count("nothing is compiled, for numba fails") == len(debug)
        assert (says in done.stderr) is bool(debug)
        assert compress.decode((tmp_path / "text.clen").read_bytes()) == b"abcd" * ENOUGH


def test_a_fault_of_numba_while_it_compiles_is_got_over() -> None:
    @kernel
    def strange(symbols: np.typing.NDArray[np.uint8]) -> int:
        # No type that numba knows.
        return int(sum(int(each) for each in sorted({1: 2}.items())[0]) + symbols.size)

    with compilation("auto", done=ENOUGH):
        assert strange(np.ones(4, np.uint8)) == 7
        assert not is_compiled(strange)
        # It is not tried again.
        with pytest.MonkeyPatch.context() as patch:
            machine = MagicMock(wraps=doubled.compiled)
            patch.setitem(vars(doubled), "compiled", machine)
            assert doubled(np.ones(4, np.uint16)) == 8
            assert not machine.called


def test_a_scalar_never_warns() -> None:
    @kernel
    def wrapped(symbols: np.typing.NDArray[np.uint8]) -> int:
        return int(symbols[0] + symbols[0])

    for mode in ("never", "always"):
        with compilation(mode):
            wrapped(np.array([200], np.uint8))


@pytest.fixture
def _not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Machine code is made anew, for what is read from disk cannot be looked at."""
    monkeypatch.setattr("compress.compiling._Cache", MagicMock(side_effect=OSError))


@pytest.mark.usefixtures("_not_kept")
def test_memory_is_asked_early_and_nothing_depends_on_it() -> None:
    @kernel(is_apart=True)
    def summed(symbols: np.typing.NDArray[np.uint8]) -> int:
        total = 0
        for i in range(symbols.size):
            prefetch(symbols, i * 1_000_003 - 50_000_000)
            total += int(symbols[i])
        return total

    for mode in ("never", "always"):
        with compilation(mode):
            assert summed(np.arange(100, dtype=np.uint8)) == 4950
    [code] = summed.compiled.inspect_asm().values()  # type: ignore[attr-defined]
    assert "prefetch" in code or "prfm" in code


@pytest.mark.both_forms
@given(st.integers(0, 2**63 - 1), st.integers(0, 2**63 - 1))
@example(2**63 - 1, 2**63 - 1)
def test_the_upper_half_of_a_product_is_exact(a: int, b: int) -> None:
    assert high_product(a, b) == _doubled(a, b) == a * b // 2**64


@kernel(work=lambda *_: 1)
def _doubled(a: int, b: int) -> int:
    """The same, from a factor that has all of its 64 bits."""
    return high_product(a << 1, b) >> 1


@pytest.mark.usefixtures("_not_kept")
@pytest.mark.parametrize("is_apart", [False, True])
def test_arrays_that_are_apart_are_read_without_waiting(is_apart: bool) -> None:
    @kernel(is_apart=is_apart)
    def spread(symbols: np.typing.NDArray[np.int64], one: np.typing.NDArray[np.int64]) -> None:
        for i in range(symbols.size):
            symbols[i] = int(one[0]) + i

    symbols = np.zeros(9, np.int64)
    with compilation("always"):
        spread(symbols, np.full(1, 5))
    assert symbols.tolist() == list(range(5, 14))
    [code] = spread.compiled.inspect_llvm().values()  # type: ignore[attr-defined]
    assert (re.search(r"noalias[^%]*%arg\.one\.4", code) is not None) is is_apart


def test_a_message_may_be_begun_in_one_form_and_ended_in_the_other() -> None:
    """Half of a message's rows in Python, then as machine code; and the same of tokens that are drawn."""
    n, size = 64, 16
    rng = np.random.Generator(np.random.PCG64(0))
    rows = rng.dirichlet(np.ones(size), n)
    tokens = np.array([rng.choice(size, p=row) for row in rows], np.uint8)
    chain = MarkovSource(Chain.independent(Distribution.parse("a=.7,b=.2,c=.1")))
    found = []
    for mode, done in (("never", 0), ("always", 0), ("auto", ENOUGH - n * size // 2), ("auto", ENOUGH - 50_000)):
        with compilation(mode, done), pytest.MonkeyPatch.context() as patch:
            patch.setattr("compress.models.rows._BYTES_AT_A_TIME", 8 * size * (n // 8))
            coded = Rows(rows).encode(tokens)
            back = Rows(rows).decode(coded.payload, coded.fingerprint)
            drawn = chain.sample(100_000, generator(1))
            assert np.array_equal(back, tokens)
            found.append((coded.payload, coded.fingerprint, drawn.tobytes()))
    assert found == found[:1] * 4


# ---------------------------------------------------------------- machine code that is kept


# A package of two modules with kernels, of which one takes a step from the other.
STEP = "from compress.kernel import kernel\n@kernel\ndef step(x):\n    return x + {step}\n"
LOOP = (
    "from compress.kernel import kernel\nfrom compress.step import step\n"
    "@kernel\ndef loop(x):\n    return step(x) * 10\n"
)
PROGRAM = (
    "import logging, sys\n"
    "logging.root.handlers.clear()\n"
    "logging.basicConfig(level=logging.WARNING, stream=sys.stdout, format='%(message)s')\n"
    "logging.getLogger('compress').setLevel(logging.DEBUG)\n"
    "from compress.loop import loop\n"
    "print(loop(1), sum(loop.compiled.stats.cache_hits.values()))\n"
)


class Package:
    """A small package called compress, with the real modules that compile."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "compress"
        self.cache = folder / "cache"
        self.home.mkdir()
        for name in ("kernel.py", "compiling.py", "interrupts.py", "errors.py"):
            shutil.copy(ROOT / "compress" / name, self.home)
        (self.home / "__init__.py").touch()
        (self.home / "loop.py").write_text(LOOP)
        self.write_step(1)

    def write_step(self, step: int) -> None:
        written = self.home / "step.py"
        written.write_text(STEP.format(step=step))
        # Python keeps its own bytecode by the second in which a file was written.
        os.utime(written, (10 * step, 10 * step))

    def run(self, program: str = PROGRAM, **environment: str) -> list[str]:
        """The lines that a process prints which finds this package: what the cache said, the result and the hits."""

        def work() -> None:
            for name in list(sys.modules):
                if name.partition(".")[0] == "compress":
                    del sys.modules[name]
            sys.path.insert(0, str(self.home.parent))
            os.environ["CODELEN_COMPILE"] = "always"
            if "numba" in sys.modules:
                sys.modules["numba"].config.reload_config()
            exec(program, {})

        places = {**os.environ, "NUMBA_CACHE_DIR": str(self.cache), **environment}
        ended = processes.run(work, folder=self.home.parent, environment=places)
        assert (ended.status, ended.err) == (0, b"")
        return ended.out.decode().splitlines()

    def files(self, ending: str) -> list[Path]:
        return sorted(self.cache.rglob(f"loop.*{ending}"))


@pytest.fixture
def package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flipped(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 4]) + data[middle + 1 :]


def emptied(_: bytes) -> bytes:
    return b""


@pytest.mark.slow
def test_a_damaged_cache_is_made_anew(package: Package) -> None:
    """The index or the machine code, after a power cut or with one bit that is wrong."""
    assert package.run() == ["20 0"]
    for ending, damage in ((".nbi", cut), (".nbi", flipped), (".nbi", emptied), (".nbc", cut), (".nbc", flipped)):
        [path] = package.files(ending)
        path.write_bytes(damage(path.read_bytes()))
        *said, result = package.run()
        assert result == "20 0"
        assert "is damaged" in said[0]
    assert package.run() == ["20 1"]
    assert not list(package.cache.rglob("*.tmp.*"))


def test_a_change_in_any_module_with_kernels_is_seen(package: Package) -> None:
    """The loop's own file is as it was; the step that it takes is another."""
    assert package.run() == ["20 0"]
    package.write_step(2)
    assert package.run() == ["30 0"]
    package.files(".nbc")[0].unlink()
    assert package.run()[-1] == "30 0"


def test_the_stamp_is_of_what_has_kernels_or_compiles_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from compress import compiling

    monkeypatch.setattr(compiling, "__file__", str(tmp_path / "compiling.py"))
    seen = set()
    for name, source, is_new in (
        ("compiling.py", "import numba", True),
        ("loops.py", "from compress.kernel import kernel", True),
        ("words.py", "from compress.errors import DataError", False),
        ("loops.py", "from compress.kernel import kernel, step", True),
        ("words.py", "", False),
    ):
        (tmp_path / name).write_text(source)
        stamp = compiling._stamp.__wrapped__()
        assert (stamp not in seen) is is_new, (name, source)
        seen.add(stamp)


def test_a_cache_that_cannot_be_written_is_done_without(package: Package) -> None:
    """A full disk: every write fails.  Root may write anywhere, so a file that is in the way stands for it."""
    package.cache.write_text("in the way")
    (package.home / "__pycache__").write_text("in the way")
    *said, result = package.run(HOME="/dev/null", XDG_CACHE_HOME="/dev/null/x")
    assert result == "20 0"
    assert "no cached machine code for loop: cannot cache function" in said[-1]


def test_a_write_that_fails_half_way_is_done_without(package: Package) -> None:
    full = PROGRAM.replace(
        "from compress.loop",
        "from compress import compiling\n"
        "def full(data): raise OSError(28, 'No space left on device')\n"
        "compiling._digest = full\n"
        "from compress.loop",
    )
    *said, result = package.run(full)
    assert result == "20 0"
    assert any("No space left" in line for line in said)
    assert not [path for path in package.cache.rglob("*") if path.is_file()]
