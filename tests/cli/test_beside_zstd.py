"""The same calls as with zstd, side by side: whoever knows one knows the other.  A difference has its reason."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import processes
import pytest

import compress

pytestmark = pytest.mark.skipif(shutil.which("zstd") is None, reason="needs Debian's zstd")

TEXT = b"to be, or not to be: that is the question\n" * 50


@dataclass(frozen=True)
class Call:
    """Words for zstd, and for us; what is given on standard input; a difference that is meant, with its reason."""

    zstd: str
    ours: str
    given: bytes | None = None
    differs: str = ""


# {z}: an encoded file, or one on standard input, of either.
CALLS = [
    Call("-q a", "encode -q a"),
    Call("-q a b", "encode -q a b"),
    Call("-q a gone b", "encode -q a gone b"),
    Call("-q gone", "encode -q gone"),
    Call("-q a -o x", "encode -q a -o x"),
    Call("-q a b -c", "encode -q a b -c"),
    Call("-q --rm a", "encode -q --rm a"),
    Call("-q -k a", "encode -q -k a"),
    Call("-q there", "encode -q there"),
    Call("-q -f there", "encode -q -f there"),
    Call("-q", "encode -q", TEXT),
    Call("-q -", "encode -q -", TEXT),
    Call("-q - -o x", "encode -q - -o x", TEXT),
    Call(
        "-q -r folder",
        "encode -q -r folder",
        differs="what ends in .clen is encoded already: a second run changes nothing",
    ),
    Call("-q folder", "encode -q folder"),
    Call("-q -- -dash", "encode -q -- -dash"),
    Call("-dq c.{z}", "decode -q c.{z}"),
    Call("-dq c.{z} gone.{z}", "decode -q c.{z} gone.{z}"),
    Call("-dqc c.{z}", "decode -qc c.{z}"),
    Call("-dq --rm c.{z}", "decode -q --rm c.{z}"),
    Call("-dq there.{z}", "decode -q there.{z}"),
    Call("-dqf there.{z}", "decode -qf there.{z}"),
    Call("-dq", "decode -q", b"{z}"),
    Call("-dq a", "decode -q a"),
    Call("-dq bad.{z}", "decode -q bad.{z}"),
    Call("-dqr folder", "decode -qr folder", differs="of a folder only what ends in .clen is decoded"),
    Call("-tq c.{z}", "test -q c.{z}"),
    Call("-tq bad.{z} c.{z}", "test -q bad.{z} c.{z}"),
    Call("-tq", "test -q", b"{z}"),
    Call("-q a -T2", "encode -q a -T2"),
    Call("-q nothing", "encode -q nothing"),
    Call("-q a b -o x", "encode -q a b -o x"),
    Call("-q a --unknown", "encode -q a --unknown"),
]


def seen(folder: Path, command: Sequence[str], call: Call, suffix: str, encoded: bytes) -> tuple[bool, list[str], bool]:
    """Whether a call ended well; the files that there are then, by names that both have; whether it wrote any bytes."""
    folder.mkdir()
    (folder / "folder" / "inner").mkdir(parents=True)
    for name in ("a", "b", "there", "-dash", "folder/e", "folder/inner/f"):
        (folder / name).write_bytes(TEXT)
    (folder / "nothing").write_bytes(b"")
    for name in ("c", "there", "folder/g"):
        (folder / f"{name}.{suffix}").write_bytes(encoded)
    (folder / f"bad.{suffix}").write_bytes(encoded[:-9])
    given = encoded if call.given == b"{z}" else call.given or b""
    if command[0] == "zstd":
        done = subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False, timeout=60)
        status, out = done.returncode, done.stdout
    else:
        ended = processes.run(processes.codelen(*command[1:]), folder=folder, given=given)
        status, out = ended.status, ended.out
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return status == 0, [name.replace(f".{suffix}", ".Z") for name in names], bool(out)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.zstd)
def test_a_call_does_what_it_does_with_zstd(call: Call, tmp_path: Path) -> None:
    of_zstd = subprocess.run(["zstd", "-qc"], input=TEXT, capture_output=True, check=True, timeout=60).stdout
    theirs = seen(tmp_path / "zstd", ["zstd", *call.zstd.replace("{z}", "zst").split()], call, "zst", of_zstd)
    words = call.ours.replace("{z}", "clen").split()
    ours = seen(tmp_path / "ours", ["codelen", *words], call, "clen", compress.encode(TEXT))
    assert (ours != theirs) is bool(call.differs), (theirs, ours)


def test_there_are_calls_enough() -> None:
    assert len({call.zstd for call in CALLS}) == len(CALLS) >= 12
    assert sum(bool(call.differs) for call in CALLS) == 2
