"""The cache of compiled kernels is a convenience: whatever happens to it, every command works."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numba
import processes
import pytest

ROOT = Path(__file__).resolve().parent.parent

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
    "print(loop(1), sum(loop.stats.cache_hits.values()))\n"
)


class Package:
    """A small package called compress, with the real `kernel` and `interrupts`."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "compress"
        self.cache = folder / "cache"
        self.home.mkdir()
        for name in ("kernel.py", "interrupts.py"):
            shutil.copy(ROOT / "compress" / name, self.home)
        (self.home / "__init__.py").touch()
        (self.home / "loop.py").write_text(LOOP)
        self.write_step(1)

    def write_step(self, step: int) -> None:
        (self.home / "step.py").write_text(STEP.format(step=step))

    def run(self, program: str = PROGRAM, **environment: str) -> list[str]:
        """The lines that a process prints which finds this package: what the cache said, the result and the hits."""

        def work() -> None:
            for name in list(sys.modules):
                if name.partition(".")[0] == "compress":
                    del sys.modules[name]
            sys.path.insert(0, str(self.home.parent))
            numba.config.reload_config()  # type: ignore[no-untyped-call]
            exec(program, {})

        places = {**os.environ, "NUMBA_CACHE_DIR": str(self.cache), **environment}
        ended = processes.run(work, folder=self.home.parent, environment=places)
        assert (ended.status, ended.err) == (0, b"")
        return ended.out.decode().splitlines()

    def files(self, ending: str) -> list[Path]:
        return sorted(self.cache.rglob(f"loop.*{ending}"))


# Each starts several processes that compile.
pytestmark = pytest.mark.timeout(600)


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
        "from compress import kernel\n"
        "def full(data): raise OSError(28, 'No space left on device')\n"
        "kernel._digest = full\n"
        "from compress.loop",
    )
    *said, result = package.run(full)
    assert result == "20 0"
    assert any("No space left" in line for line in said)
    assert not [path for path in package.cache.rglob("*") if path.is_file()]
