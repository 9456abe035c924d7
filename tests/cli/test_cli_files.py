"""encode, decode, inspect and test as a person calls them: files, pipes, terminals, and what goes wrong."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import select
import stat
import sys
import tempfile
import tty
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

import click
import numpy as np
import processes
import pytest

import compress
from compress import inputs
from compress.cli.files import encode as encoding
from compress.cli.files.places import limit_options
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.coders.protocol import Form, Table
from compress.errors import LimitError
from compress.frames.frame import FrameWriter
from compress.frames.header import Header, Label
from compress.ordered import all_cores, in_order
from compress.sources.tokens import tokeniser

TEXT = "to be, or not to be: that is the question — naïve\r\n".encode() * 40


def table(form: Form, numbers: tuple[int, ...], size: int | None = None) -> Table:
    return Table(form, len(numbers) if size is None else size, numbers)


# What encode and decode tell of each file.
SUMMARY = re.compile(r"^[^\n]* : (?:[\d.]+% )?\(?\d+ (?:=> \d+ )?bytes[^\n]*\n", re.MULTILINE)


@dataclass(frozen=True)
class Ended:
    """How a command ended; err: without what is told of each file."""

    status: int
    out: bytes
    err: str


class Calls:
    """Calls codelen in this process, in a folder of its own."""

    def __init__(self, capture: pytest.CaptureFixture[bytes], patch: pytest.MonkeyPatch) -> None:
        self._capture = capture
        self._patch = patch

    def __call__(self, *arguments: str | Path, given: bytes | None = None) -> Ended:
        if given is not None:
            self._patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
        status = run([str(argument) for argument in arguments])
        captured = self._capture.readouterr()
        return Ended(status, captured.out, SUMMARY.sub("", captured.err.decode()))

    def well(self, *arguments: str | Path, given: bytes | None = None) -> bytes:
        """The output of a call that must succeed without a word on standard error."""
        ended = self(*arguments, given=given)
        assert (ended.status, ended.err) == (0, "")
        return ended.out

    def ill(self, status: int, *arguments: str | Path, given: bytes | None = None) -> str:
        """The message of a call that must fail: one line, `codelen: ...`, and nothing on standard output."""
        ended = self(*arguments, given=given)
        assert ended.status == status, ended.err
        assert re.fullmatch(r"codelen: [^\n]+\n", ended.err), ended.err
        assert "Traceback" not in ended.err
        assert "error of codelen itself" not in ended.err
        assert ended.out == b""
        return ended.err


@pytest.fixture
def codelen(capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Calls:
    monkeypatch.chdir(tmp_path)
    return Calls(capfdbinary, monkeypatch)


def shell(*arguments: str | bytes, folder: Path, given: bytes = b"") -> Ended:
    """Calls codelen as another process."""
    ended = processes.run(processes.codelen(*arguments), folder=folder, given=given)
    return Ended(ended.status, ended.out, SUMMARY.sub("", ended.err.decode("utf-8", "replace")))


def redirected(*arguments: str, folder: Path, source: str = os.devnull, target: str) -> tuple[int, bytes]:
    """Status and standard error of `codelen ... < source >> target`."""
    errors = folder.parent / "errors"
    with (folder / source).open("rb") as given, (folder / target).open("ab") as out, errors.open("wb") as err:
        streams = (given.fileno(), out.fileno(), err.fileno())
        with processes.forked(processes.codelen(*arguments), folder=folder, streams=streams) as process:
            return process.wait(), errors.read_bytes()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def put(name: str, data: bytes = TEXT) -> Path:
    path = Path(name)
    path.write_bytes(data)
    return path


# ---------------------------------------------------------------- there and back


@pytest.mark.parametrize("coder", ["arithmetic", "huffman", "shannon", "fixed"])
@pytest.mark.parametrize("kind", ["bytes", "words"])
def test_encode_writes_beside_the_file_and_decode_brings_it_back(codelen: Calls, coder: str, kind: str) -> None:
    put("a.txt")
    assert codelen.well("encode", "a.txt", "--coder", coder, "--tokens", kind) == b""
    assert names(Path()) == ["a.txt", "a.txt.clen"]
    assert Path("a.txt.clen").read_bytes() == compress.encode(TEXT, coder=coder, tokens=kind)
    Path("a.txt").unlink()
    assert codelen.well("decode", "a.txt.clen") == b""
    assert Path("a.txt").read_bytes() == TEXT
    assert names(Path()) == ["a.txt", "a.txt.clen"]


def test_an_empty_file_comes_back(codelen: Calls) -> None:
    put("empty", b"")
    codelen.well("encode", "empty")
    codelen.well("decode", "empty.clen", "-f")
    assert Path("empty").read_bytes() == b""


def test_several_files_are_encoded_and_decoded_each(codelen: Calls) -> None:
    for name in ("one", "two", "three"):
        put(name, name.encode() * 9)
    codelen.well("encode", "one", "two", "three", "--rm")
    assert names(Path()) == ["one.clen", "three.clen", "two.clen"]
    codelen.well("decode", "one.clen", "two.clen", "three.clen", "--rm")
    assert {name: Path(name).read_bytes() for name in names(Path())} == {
        name: name.encode() * 9 for name in ("one", "two", "three")
    }


def test_o_names_the_output(codelen: Calls) -> None:
    put("a")
    codelen.well("encode", "a", "-o", "b.bin")
    codelen.well("decode", "b.bin", "-o", "c")
    assert Path("c").read_bytes() == TEXT
    assert names(Path()) == ["a", "b.bin", "c"]


def test_c_writes_to_standard_output_and_makes_no_file(codelen: Calls) -> None:
    put("a")
    encoded = codelen.well("encode", "-c", "a")
    assert encoded == compress.encode(TEXT)
    put("a.clen", encoded)
    assert codelen.well("decode", "-c", "a.clen") == TEXT
    assert names(Path()) == ["a", "a.clen"]


def test_c_of_several_files_writes_frames_that_decode_in_turn(codelen: Calls) -> None:
    put("a", b"one ")
    put("b", b"two")
    put("both.clen", codelen.well("encode", "-c", "a", "b"))
    assert codelen.well("decode", "-c", "both.clen") == b"one two"
    assert codelen.well("decode", "-c", "both.clen", "both.clen") == b"one twoone two"


def test_a_dash_is_a_pipe_on_both_ends(codelen: Calls) -> None:
    encoded = codelen.well("encode", "-", given=TEXT)
    assert encoded == compress.encode(TEXT)
    assert codelen.well("decode", "-", given=encoded) == TEXT
    codelen.well("encode", "-", "-o", "x.clen", given=TEXT)
    assert Path("x.clen").read_bytes() == encoded
    assert codelen.well("decode", "x.clen", "-o", "-") == TEXT
    assert b"ok" in codelen.well("test", "-", given=encoded)


@pytest.mark.parametrize("verb", ["encode", "decode", "inspect", "test"])
def test_standard_input_is_read_where_no_file_is_named_unless_it_is_a_terminal(
    verb: str, codelen: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = TEXT if verb == "encode" else compress.encode(TEXT)
    assert codelen.well(verb, given=given) == codelen.well(verb, "-", given=given) != b""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    assert "Missing argument '[FILE]...'" in codelen.ill(2, verb)
    assert names(Path()) == []


def told(capture: pytest.CaptureFixture[bytes], *arguments: str) -> list[str]:
    """The lines of standard error of a call that ends well."""
    assert run(list(arguments)) == 0
    return capture.readouterr().err.decode().splitlines()


def test_a_line_is_told_of_each_file_and_one_of_all(codelen: Calls, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    put("a", b"abracadabra" * 100)
    put("b", b"")
    put("c", b"x" * 900)
    sizes = [len(compress.encode(Path(name).read_bytes())) for name in "abc"]
    a, b, c = sizes
    assert told(capfdbinary, "encode", "a") == [
        f"a : {100 * a / 1100:.1f}% (1100 => {a} bytes, {8 * a / 1100:.2f} bits/byte, a.clen)"
    ]
    assert told(capfdbinary, "encode", "-f", "a", "b", "c") == [
        f"a : {100 * a / 1100:.1f}% (1100 => {a} bytes, {8 * a / 1100:.2f} bits/byte, a.clen)",
        f"b : 0 => {b} bytes (b.clen)",
        f"c : {100 * c / 900:.1f}% (900 => {c} bytes, {8 * c / 900:.2f} bits/byte, c.clen)",
        f"3 files : {100 * sum(sizes) / 2000:.1f}% (2000 => {sum(sizes)} bytes, {8 * sum(sizes) / 2000:.2f} bits/byte)",
    ]
    assert told(capfdbinary, "decode", "-f", "a.clen", "b.clen") == [
        "a.clen : 1100 bytes (a)",
        "b.clen : 0 bytes (b)",
        "2 files : 1100 bytes",
    ]
    assert told(capfdbinary, "encode", "-qf", "a", "b") == []
    assert told(capfdbinary, "encode", "-c", "a") == told(capfdbinary, "encode", "-c", "a", "b") == []
    [line] = told(capfdbinary, "encode", "-cv", "a")
    assert re.fullmatch(
        rf"a : \S+% \(1100 => {a} bytes, \S+ bits/byte\); arithmetic, 1100 bytes, 5 different, [\d.]+ s, [\d.]+ MB/s",
        line,
    )
    [line] = told(capfdbinary, "decode", "-fv", "a.clen")
    assert re.fullmatch(rf"a.clen : 1100 bytes \(a\); {a} encoded, [\d.]+ s, [\d.]+ MB/s", line)


def test_r_takes_the_files_of_folders(codelen: Calls, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    Path("f/g").mkdir(parents=True)
    Path("empty").mkdir()
    for name in ("f/b", "f/g/a", "f/-dash", "other"):
        put(name)
    Path("f/link").symlink_to("b")
    Path("f/loop").symlink_to(".")
    assert "f: is a directory" in codelen.ill(1, "encode", "f")
    codelen.well("encode", "-r", "f", "other")
    made = ["f/-dash.clen", "f/b.clen", "f/g/a.clen", "other.clen"]
    assert sorted(map(str, Path().rglob("*.clen"))) == made
    assert codelen.well("test", "-r", "f", "other.clen").decode().splitlines() == [
        f"{name}: ok, {len(TEXT):,} bytes" for name in made
    ]
    assert codelen.well("inspect", "-r", "f").count(b"8 x file bytes") == 3
    for name in ("f/b", "f/g/a", "f/-dash", "other"):
        Path(name).unlink()
    codelen.well("decode", "-r", "--rm", "f", "other.clen")
    assert {Path(name).read_bytes() for name in ("f/b", "f/g/a", "f/-dash", "other")} == {TEXT}
    assert sorted(map(str, Path().rglob("*.clen"))) == []
    assert "empty: is a directory" in codelen.ill(1, "encode", "-r", "empty")


def test_a_shell_completes_commands_and_options(tmp_path: Path) -> None:
    for words, at, found in (("codelen en", "1", "encode"), ("codelen encode --max-m", "2", "--max-memory")):
        asked = {"_CODELEN_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": at}
        ended = processes.run(processes.codelen(), folder=tmp_path, environment=asked)
        assert (ended.status, ended.out.decode()) == (0, f"plain,{found}\n")


def test_real_pipes_carry_all_bytes(tmp_path: Path) -> None:
    data = np.random.default_rng(3).integers(0, 256, 300_000).astype(np.uint8).tobytes()
    encoded = shell("encode", "-", "--coder", "huffman", folder=tmp_path, given=data)
    assert (encoded.status, encoded.err) == (0, "")
    decoded = shell("decode", "-", folder=tmp_path, given=encoded.out)
    assert (decoded.status, decoded.err) == (0, "")
    assert decoded.out == data
    assert names(tmp_path) == []


@pytest.mark.parametrize("name", ["two words", " lead", "ü😀", "-dash", "a.clen.clen", "new\nline", "%s{}", "[red]"])
def test_names_of_all_kinds_work(codelen: Calls, name: str) -> None:
    put(name)
    codelen.well("encode", "--", name)
    put(name, b"other")
    codelen.well("decode", "-f", "--", f"{name}.clen")
    assert Path(name).read_bytes() == TEXT
    shown = name.replace("\n", "\\n")
    assert codelen.well("test", "--", f"{name}.clen").decode() == f"{shown}.clen: ok, {len(TEXT):,} bytes\n"
    record = json.loads(codelen.well("inspect", "--json", "-", "--", f"{name}.clen"))
    assert record["file"] == f"{name}.clen"


def test_a_name_or_a_label_cannot_steer_the_terminal(codelen: Calls) -> None:
    """ESC ]0; sets a title, ESC [2J clears the screen, U+202E turns the writing round."""
    hostile = "a\x1b]0;b\x07\x1b[2J\u202e"
    put(hostile)
    put("x.clen", compress.encode(TEXT, assumed="empirical"))
    head = Header(choose("huffman"), tokeniser("bytes"), ("a", "b"), table(Form.LENGTHS, (1, 1)), 0, 0, Label(hostile))
    file = io.BytesIO()
    FrameWriter(file, head).end(0)
    put(f"{hostile}.clen", file.getvalue())
    said = [codelen(*call) for call in (
        ("test", f"{hostile}.clen"), ("inspect", f"{hostile}.clen"), ("decode", hostile), ("info", hostile),
        ("encode", hostile), ("info", f"{hostile}=1"), ("info", "a=1", "--versus", f"@{hostile}"),
    )]  # fmt: skip
    assert [ended.status for ended in said] == [0, 0, 2, 2, 1, 0, 1]
    for ended in said:
        text = ended.out.decode() + ended.err
        assert r"a\x1b]0;b\x07\x1b[2J\u202e" in text
        assert all(c.isprintable() for line in text.splitlines() for c in line)


@pytest.mark.timeout(600)
def test_a_name_that_is_not_utf_8_works(tmp_path: Path) -> None:
    name = b"\xff\xfe\x80.txt"
    try:
        (tmp_path / os.fsdecode(name)).write_bytes(TEXT)
    except OSError:
        pytest.skip("this file system knows only UTF-8")
    assert shell("encode", "--rm", name, folder=tmp_path) == Ended(0, b"", "")
    assert os.listdir(os.fsencode(tmp_path)) == [name + b".clen"]
    inspected = shell("inspect", "--json", "-", name + b".clen", folder=tmp_path)
    assert (inspected.status, inspected.err) == (0, "")
    assert json.loads(inspected.out)["frames"][0]["content_bytes"] == len(TEXT)
    assert shell("decode", name + b".clen", folder=tmp_path) == Ended(0, b"", "")
    assert (tmp_path / os.fsdecode(name)).read_bytes() == TEXT
    refused = shell("decode", name + b".clen", folder=tmp_path)
    assert refused.status == 1
    assert re.fullmatch(r"codelen: [^\n]*exists[^\n]*\n", refused.err)


# ---------------------------------------------------------------- what is never lost


@pytest.mark.parametrize("names_of", [("encode", "a", "a.clen"), ("decode", "a.clen", "a")])
def test_nothing_is_overwritten_without_f(codelen: Calls, names_of: tuple[str, str, str]) -> None:
    verb, source, target = names_of
    put("a")
    put("a.clen", compress.encode(TEXT, coder="huffman"))
    put(target, b"precious")
    assert f"{target}: already exists; -f" in codelen.ill(1, verb, source)
    assert Path(target).read_bytes() == b"precious"
    codelen.well(verb, "-f", source)
    assert Path(target).read_bytes() == (compress.encode(TEXT) if verb == "encode" else TEXT)


def test_o_does_not_overwrite_without_f_either(codelen: Calls) -> None:
    put("a")
    put("b", b"precious")
    assert "b: already exists" in codelen.ill(1, "encode", "a", "-o", "b")
    assert Path("b").read_bytes() == b"precious"


@pytest.mark.parametrize("verb", ["encode", "decode"])
@pytest.mark.parametrize("how", ["itself", "a longer way", "a hard link", "a symbolic link"])
def test_the_input_is_refused_as_output(codelen: Calls, verb: str, how: str) -> None:
    data = compress.encode(TEXT)
    put("a", data)
    Path("folder").mkdir()
    Path("hard").hardlink_to("a")
    Path("soft").symlink_to("a")
    output = {"itself": "a", "a longer way": "folder/../a", "a hard link": "hard", "a symbolic link": "soft"}[how]
    assert "is the input" in codelen.ill(1, verb, "-f", "a", "-o", output)
    assert Path("a").read_bytes() == Path("hard").read_bytes() == Path("soft").read_bytes() == data


# Each command with one output that is one of its inputs: a file, a table, or what it inspects.
DESTROYERS = [
    ("info", "file:X", "--json", "OUT"),
    ("info", "dice:2", "--versus", "@X", "--json", "OUT"),
    ("code", "file:X", "--json", "OUT"),
    ("code", "dice:2", "--true", "@X", "--json", "OUT"),
    ("validate", "--true", "file:X", "--json", "OUT"),
    ("validate", "--true", "dice:2", "--assumed", "uniform", "--assumed", "@X", "--json", "OUT"),
    ("sample", "file:X", "-f", "-o", "OUT"),
    ("encode", "other", "--assumed", "file:X", "-f", "-o", "OUT"),
    ("encode", "other", "--assumed", "@X", "-f", "-o", "OUT"),
    ("decode", "X", "-f", "-o", "OUT"),
    ("inspect", "X", "--json", "OUT"),
]


@pytest.mark.parametrize("call", DESTROYERS, ids=" ".join)
@pytest.mark.parametrize("out", ["X", "./X", "hard", "soft", "softer"])
def test_no_output_option_destroys_an_input(codelen: Calls, call: Sequence[str], out: str) -> None:
    put("X")
    put("other", b"other")
    Path("hard").hardlink_to("X")
    Path("soft").symlink_to("X")
    Path("softer").symlink_to(Path("soft").absolute())
    message = codelen.ill(1, *(word.replace("OUT", out) for word in call))
    assert message.startswith(("codelen: ", f"codelen: {out}: ")[out[0] != "."])
    assert ": is the input" in message
    assert Path("X").read_bytes() == Path("hard").read_bytes() == TEXT
    assert Path("soft").is_symlink()
    assert names(Path()) == ["X", "hard", "other", "soft", "softer"]


def test_the_output_of_one_file_is_not_the_next_ones_input(codelen: Calls) -> None:
    data = compress.encode(TEXT)
    put("a", b"new")
    put("a.clen", data)
    assert "a.clen: is the input" in codelen.ill(1, "encode", "-f", "a", "a.clen")
    assert Path("a.clen").read_bytes() == data
    assert names(Path()) == ["a", "a.clen"]


@pytest.mark.timeout(600)
def test_what_standard_input_reads_is_an_input_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    for call, source, target in (
        ("encode - -f -o a", "a", os.devnull),
        ("encode -c a", os.devnull, "a"),
        ("info file:a --json -", os.devnull, "a"),
    ):
        status, errors = redirected(*call.split(), folder=tmp_path, source=source, target=target)
        assert status == 1, call
        assert b"is the input" in errors
        assert (tmp_path / "a").read_bytes() == TEXT


def test_another_export_is_overwritten(codelen: Calls) -> None:
    put("old.json", b"old")
    codelen.well("info", "dice:2", "-q", "--json", "old.json")
    assert json.loads(Path("old.json").read_bytes())["schema"] == "codelen.info/1"


def test_an_export_that_could_not_be_written_is_refused_before_the_work(codelen: Calls) -> None:
    Path("folder").mkdir()
    for target in ("folder", "no/x.json", "/dev/null", "/dev/stdout"):
        assert target in codelen.ill(1, "validate", "--true", "dice:2", "-n", "1e15", "--json", target)


def test_rm_removes_the_input_after_the_output_was_checked(codelen: Calls) -> None:
    put("a")
    codelen.well("encode", "--rm", "a")
    assert names(Path()) == ["a.clen"]
    assert compress.decode(Path("a.clen").read_bytes()) == TEXT
    codelen.well("decode", "--rm", "a.clen")
    assert names(Path()) == ["a"]
    assert Path("a").read_bytes() == TEXT


@pytest.mark.parametrize("changed", [lambda data: data[:-1] + b"?", lambda data: data[:-1], lambda data: data + b"?"])
def test_rm_keeps_an_input_whose_output_does_not_decode_to_it(
    changed: Callable[[bytes], bytes], codelen: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(file: BinaryIO, output: BinaryIO, *_: object, **__: object) -> None:
        output.write(changed(compress.decode(file.read())))

    monkeypatch.setattr(encoding, "decode_to", wrong)
    put("a")
    assert "kept" in codelen.ill(1, "encode", "--rm", "a")
    assert Path("a").read_bytes() == TEXT


@pytest.mark.parametrize(
    "arguments",
    [("--tokens", "nucleotides"), ("--assumed", "x=1"), ("--assumed", "@missing.json"), ("-o", "no/a.clen")],
)
def test_rm_keeps_the_input_when_encoding_fails(codelen: Calls, arguments: tuple[str, str]) -> None:
    put("a")
    codelen.ill(1, "encode", "--rm", "a", *arguments)
    assert names(Path()) == ["a"]


def test_rm_keeps_the_input_when_decoding_fails(codelen: Calls) -> None:
    data = compress.encode(TEXT)[:-1]
    put("a.clen", data)
    codelen.ill(1, "decode", "--rm", "a.clen")
    assert names(Path()) == ["a.clen"]
    assert Path("a.clen").read_bytes() == data


def test_rm_has_no_effect_where_the_output_is_a_pipe(codelen: Calls) -> None:
    put("a")
    codelen("encode", "--rm", "-c", "a")
    assert Path("a").read_bytes() == TEXT


@pytest.mark.parametrize("verb", ["encode", "decode"])
def test_rm_of_a_pipe_removes_no_file_whose_name_is_a_dash(codelen: Calls, verb: str) -> None:
    put("-", b"precious")
    given = TEXT if verb == "encode" else compress.encode(TEXT)
    codelen(verb, "-", "-o", "out", "--rm", given=given)
    assert Path("-").read_bytes() == b"precious"


def test_one_bad_file_does_not_end_a_batch(codelen: Calls) -> None:
    put("a", b"ACGT")
    put("b", b"xyz")
    put("c", b"ACGT")
    ended = codelen("encode", "--rm", "--tokens", "nucleotides", "gone", "a", "b", "c")
    assert ended.status == 1
    assert [line.split(": ")[:2] for line in ended.err.splitlines()] == [["codelen", "gone"], ["codelen", "b"]]
    assert names(Path()) == ["a.clen", "b", "c.clen"]

    put("bad.clen", b"no frame")
    for verb, works in (("test", b": ok, 4 bytes"), ("inspect", b"8 x file bytes"), ("decode", b"")):
        ended = codelen(verb, "bad.clen", "a.clen", "gone.clen", "c.clen")
        assert ended.status == 1
        assert [line.split(": ")[1] for line in ended.err.splitlines()] == ["bad.clen", "gone.clen"]
        assert ended.out.count(works) == 2 or not works
    assert Path("a").read_bytes() == Path("c").read_bytes() == b"ACGT"


def test_a_name_without_the_suffix_is_passed_over_in_a_batch(codelen: Calls) -> None:
    put("a")
    put("b.clen", compress.encode(TEXT))
    ended = codelen("decode", "a", "b.clen")
    assert (ended.status, ended.err.count("\n")) == (1, 1)
    assert "a: the name does not end in .clen" in ended.err
    assert Path("b").read_bytes() == TEXT


def test_what_is_wrong_with_the_words_is_said_once(codelen: Calls) -> None:
    put("a")
    put("b")
    for spec, status in (("nonsense", 2), ("heads=1", 2), ("@gone.json", 1)):
        codelen.ill(status, "encode", "a", "b", "--assumed", spec)
    assert names(Path()) == ["a", "b"]


def test_frames_of_its_own_are_tried_without_files_of_others(codelen: Calls) -> None:
    put("a.clen")
    assert "--vectors tests its own frames: leave out FILE" in codelen.ill(2, "test", "--vectors", "a.clen")


# ---------------------------------------------------------------- what is no file


@pytest.mark.parametrize("verb", ["encode", "decode", "inspect", "test"])
def test_a_pipe_by_name_is_refused_and_stays(codelen: Calls, verb: str) -> None:
    os.mkfifo("pipe.clen")
    options = ("--rm",) if verb in ("encode", "decode") else ()
    assert "pipe.clen: is not a regular file; to read it to its end, redirect" in codelen.ill(
        1, verb, "pipe.clen", *options
    )
    assert "/dev/zero: is not a regular file" in codelen.ill(1, verb, "/dev/zero", *(("-c",) if options else ()))
    assert names(Path()) == ["pipe.clen"]


def test_endless_input_stops_at_max_input(tmp_path: Path) -> None:
    with (tmp_path / "zeros").open("wb") as file:
        file.truncate((3 << 20) + 1)
    for call, source in (("encode - --max-input 3MiB", "/dev/zero"), ("encode -c zeros --max-input 3MiB", os.devnull)):
        status, errors = redirected(*call.split(), folder=tmp_path, source=source, target="out")
        assert (status, (tmp_path / "out").read_bytes()) == (1, b"")
        assert b": holds more than 3,145,728 bytes, which is the limit; --max-input SIZE" in errors


def test_the_most_that_is_read_is_half_of_the_free_memory(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "_free_memory", lambda: 2 * len(TEXT) - 1)
    put("a")
    limit = f"more than {len(TEXT) - 1:,} bytes"
    assert f"standard input: holds {limit}" in codelen.ill(1, "encode", "-", "--memory", given=TEXT)
    assert f"a: holds {limit}" in codelen.ill(1, "info", "file:a")
    assert f"a: holds {limit}" in codelen.ill(1, "validate", "--true", "file:a")
    # A file is read a piece at a time.
    codelen.well("encode", "a")


def test_the_most_of_a_pipe_is_half_of_the_free_space(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    free = 2 * len(TEXT) - 1
    monkeypatch.setattr(
        "shutil.disk_usage", lambda folder: SimpleNamespace(free=free if Path(folder).samefile(".") else 0)
    )
    limit = (
        f"standard input: holds more than {len(TEXT) - 1:,} bytes, which is the limit; --max-input SIZE sets another"
    )
    assert limit in codelen.ill(1, "encode", "-", "-o", "a.clen", given=TEXT)
    free += 1
    codelen.well("encode", "-", "-o", "a.clen", given=TEXT)
    assert codelen.well("decode", "-c", "a.clen") == TEXT
    # One with another limit has that.
    free = 0
    codelen.well("encode", "-", "-o", "b.clen", "--max-input", "1MiB", given=TEXT)
    codelen.well("encode", "-", "-o", "c.clen", "--memory", given=TEXT)
    assert "more than 7 bytes" in codelen.ill(1, "encode", "-", "-o", "d", "--memory", "--max-memory", "7", given=TEXT)
    assert names(Path()) == ["a.clen", "b.clen", "c.clen"]


def test_a_device_needs_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=2 << 20))
    with (
        Path("/dev/zero").open("rb") as zeros,
        pytest.raises(LimitError, match="is a device, whose end may never come"),
    ):
        inputs.readable_twice(zeros, inputs.Spool(folder=tmp_path)).__enter__()
    status, errors = redirected("encode", folder=tmp_path, source="/dev/zero", target="out")
    assert (status, (tmp_path / "out").read_bytes()) == (1, b"")
    assert b"standard input: is a device, whose end may never come; --max-input SIZE sets a limit" in errors


@pytest.mark.usefixtures("_at_once")
@pytest.mark.slow
@pytest.mark.parametrize("verb", [["test"], ["inspect"], ["inspect", "--json", "-"]], ids=" ".join)
def test_many_files_are_looked_at_by_several_processes_and_told_in_order(
    verb: list[str], codelen: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"f{number}" for number in range(6)]
    for number, name in enumerate(names):
        Path(name).write_bytes(b"to be or not to be" * (number + 1))
    codelen("encode", *names)
    Path("f3.clen").write_bytes(b"no frame")
    asked = [*(f"{name}.clen" for name in names), "gone.clen"]
    [alone, together] = [codelen(*verb, *asked, "-T", threads) for threads in ("1", "2")]
    assert (alone.status, alone.err.count("\n")) == (1, 2)
    assert alone.err.startswith("codelen: f3.clen: ")
    without = [re.sub(rb'"command": "[^"]*"', b"", ended.out) for ended in (alone, together)]
    assert without[0] == without[1]
    assert (together.status, together.err) == (alone.status, alone.err)


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["encode", "decode", "test", "inspect"])
def test_as_many_threads_work_as_were_asked_for(verb: str, codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def watched(work: Any, items: Any, threads: int, *more: Any) -> Any:
        asked.append(threads)
        return in_order(work, items, threads, *more)

    monkeypatch.setattr("compress.frames.coding.in_order", watched)
    monkeypatch.setattr("compress.frames.decoding.in_order", watched)
    put("a", b"abracadabra" * 60_000)
    made = set()
    for threads in ("1", "2", "3"):
        codelen("encode", "-f", "a", "-T", threads)
        made.add(Path("a.clen").read_bytes())
        codelen(
            verb,
            "a" if verb == "encode" else "a.clen",
            *(("-f",) if verb in ("encode", "decode") else ()),
            "-T",
            threads,
        )
        assert asked[-1] == int(threads)
        assert compress.decode(Path("a.clen").read_bytes()) == Path("a").read_bytes() == b"abracadabra" * 60_000
    assert len(made) == 1
    codelen("encode", "-f", "a")
    assert asked[-1] == all_cores()
    assert "'--threads'" in codelen.ill(2, verb, "a", "-T", "0")


def test_the_free_memory_is_a_part_of_the_machines() -> None:
    most = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert 2**24 < 2 * inputs.default_limit() <= most


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file to another")
def test_as_root_the_output_is_its_inputs_owners(codelen: Calls) -> None:
    put("a")
    os.chown("a", 1234, 2345)
    Path("a").chmod(0o640)
    codelen.well("encode", "a")
    codelen.well("decode", "a.clen", "-o", "b")
    for name in ("a.clen", "b"):
        status = Path(name).stat()
        assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o640)


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a bit": lambda data: data[:40] + bytes([data[40] ^ 4]) + data[41:],
    "the last byte missing": lambda data: data[:-1],
    "the second half missing": lambda data: data[: len(data) // 2],
    "a byte more": lambda data: data + b"\0",
    "another format": lambda data: b"\x1f\x8b" + data[2:],
    "nothing at all": lambda _: b"",
    "another content checksum": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_one_error_and_nothing_at_the_target(codelen: Calls, name: str) -> None:
    data = DAMAGES[name](compress.encode(TEXT))
    put("a.clen", data)
    for verb in ("decode", "test", "inspect"):
        assert codelen.ill(1, verb, "a.clen").startswith("codelen: a.clen: ")
        assert names(Path()) == ["a.clen"]
    put("a", b"precious")
    codelen.ill(1, "decode", "-f", "a.clen")
    assert Path("a").read_bytes() == b"precious"
    assert names(Path()) == ["a", "a.clen"]
    assert codelen.ill(1, "test", "-", given=data).startswith("codelen: standard input: ")


def test_a_damaged_file_behind_a_good_one_is_an_error(codelen: Calls) -> None:
    put("good.clen", compress.encode(TEXT))
    put("bad.clen", compress.encode(TEXT)[:-2])
    ended = codelen("test", "good.clen", "bad.clen")
    assert ended.status == 1
    assert ended.out.decode() == f"good.clen: ok, {len(TEXT):,} bytes\n"
    assert ended.err.startswith("codelen: bad.clen: ")


# ---------------------------------------------------------------- what is refused


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    for call in ("encode -c a", "info dice:2", "info dice:2 --json -", "sample uniform:6 -n 100000"):
        full = redirected(*call.split(), folder=tmp_path, target="/dev/full")
        assert full == (1, b"codelen: standard output: No space left on device\n"), call


@pytest.mark.parametrize("step", ["fsync", "write", "chmod"])
def test_an_error_of_the_system_names_the_output(codelen: Calls, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """And not the temporary file, nor nothing."""
    put("a")

    def full(*arguments: Any) -> None:
        raise OSError(28, "No space left on device", *([str(arguments[0])] if step == "chmod" else []))

    if step == "write":
        monkeypatch.setattr("compress.frames.frame.FrameWriter.end", full)
    else:
        monkeypatch.setattr(os if step == "fsync" else Path, step, full)
    assert codelen.ill(1, "encode", "a") == "codelen: a.clen: No space left on device\n"
    assert names(Path()) == ["a"]


def test_a_folder_that_cannot_be_written_names_the_output(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    put("a")
    usual = os.open

    def refused(path: Any, *how: Any, **more: Any) -> int:
        if str(path).endswith(".part"):
            raise OSError(30, "Read-only file system", path)
        return usual(path, *how, **more)

    def kept(path: Path, **_: object) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(os, "open", refused)
    monkeypatch.setattr(Path, "unlink", kept)
    assert codelen.ill(1, "encode", "a") == "codelen: a.clen: Read-only file system\n"


def test_a_full_disk_is_named_where_a_pipe_is_kept(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(tempfile.SpooledTemporaryFile[bytes]):
        def write(self, data: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", Full)
    assert (
        codelen.ill(1, "encode", "-", "-o", "a.clen", given=TEXT) == f"codelen: {Path.cwd()}: No space left on device\n"
    )
    assert names(Path()) == []


@pytest.mark.parametrize("verb", ["encode", "decode", "inspect", "test"])
def test_a_missing_file_is_named(codelen: Calls, verb: str) -> None:
    assert codelen.ill(1, verb, "gone.clen") == "codelen: gone.clen: No such file or directory\n"
    assert names(Path()) == []


@pytest.mark.parametrize("name", ["", ".", "..", "/", "./", "//"])
def test_a_name_that_is_no_files_is_refused_by_name(codelen: Calls, name: str) -> None:
    said = "No such file" if not name else "is a directory"
    assert f"codelen: {name or repr('')}: {said}" in codelen.ill(1, "encode", name)
    assert codelen.ill(2, "decode", name)
    assert codelen.ill(1, "encode", name, "-c")
    assert codelen.ill(1, "info", "dice:2", "--json", name)


@pytest.mark.parametrize("verb", ["encode", "decode", "inspect", "test"])
def test_a_directory_is_no_input(codelen: Calls, verb: str) -> None:
    Path("folder.clen").mkdir()
    assert "folder.clen" in codelen.ill(1, verb, "folder.clen")
    assert names(Path()) == ["folder.clen"]


def test_an_output_in_a_missing_directory_is_named_as_it_was_given(codelen: Calls) -> None:
    """Not by the temporary file, which nobody asked for."""
    put("a")
    message = codelen.ill(1, "encode", "a", "-o", "no/where.clen")
    assert "no/where.clen: " in message
    assert ".part" not in message


@pytest.mark.parametrize(
    "arguments",
    [
        ("encode", "a", "--coder", "zip"),
        ("encode", "a", "--assumed", "true"),
        ("encode", "a", "--assumed", "nothing"),
        ("encode", "a", "--assumed", "heads=1"),
        ("encode", "a", "--assumed", "a=0.5"),
        ("encode", "a", "--tokens", "ints"),
        ("encode", "a", "--tokens", "csv:1"),
        ("encode", "a", "--tokens", "tokens"),
        ("encode", "a", "--tokens", "letters"),
        ("encode", "a", "--zeros", "clip"),
        ("encode", "a", "--zeros", "floor:2"),
        ("encode", "a", "--unknown"),
        ("encode", "a", "a", "-o", "b"),
        ("encode", "a", "-c", "-o", "b"),
        ("encode", "a", "-k", "--rm"),
        ("decode", "a.clen", "-k", "--rm"),
        ("decode", "a"),
        ("decode", ".clen"),
        ("decode", "a.clen", "--max-output", "many"),
        ("decode", "a.clen", "--max-output", "-1"),
        ("decode", "a.clen", "--max-memory", "1.5GiB"),
        ("decode", "a.clen", "--max-memory", "64KB"),
    ],
    ids=" ".join,
)
def test_a_call_that_means_nothing_is_exit_2_and_writes_nothing(codelen: Calls, arguments: Sequence[str]) -> None:
    put("a")
    data = compress.encode(TEXT)
    put("a.clen", data)
    Path("b").unlink(missing_ok=True)
    message = codelen.ill(2, *arguments, *(("-f",) if arguments[0] in ("encode", "decode") else ()))
    assert len(message) > 20
    assert names(Path()) == ["a", "a.clen"]
    assert Path("a.clen").read_bytes() == data


def test_a_token_of_probability_zero_is_exit_1_with_file_token_place_and_policy(codelen: Calls) -> None:
    put("a", b"aab")
    message = codelen.ill(1, "encode", "a", "--assumed", "a=1")
    assert message.startswith("codelen: a: ")
    for words in ("'b'", "first at token 2", "--zeros floor:EPS"):
        assert words in message
    assert names(Path()) == ["a"]
    codelen.well("encode", "a", "--assumed", "a=1", "--zeros", "floor:1e-6")
    assert compress.decode(Path("a.clen").read_bytes()) == b"aab"


def test_a_probability_below_2_to_the_minus_40_is_exit_1_with_token_limit_and_remedy(codelen: Calls) -> None:
    put("a", b"aab")
    call = ("encode", "a", "--assumed", "a=1,b=1e-20", "--normalize")
    message = codelen.ill(1, *call)
    for words in ("codelen: a: ", "'b'", "1e-20", "2^-40", "--zeros floor:1e-9"):
        assert words in message
    codelen.well(*call, "--coder", "shannon")
    codelen.well(*call, "--zeros", "floor:1e-9", "-f")
    codelen.well("encode", "a", "--assumed", "a=.5,b=.5,c=1e-20", "--normalize", "-f")


def test_a_bad_table_is_exit_1_and_named(codelen: Calls) -> None:
    put("a")
    for text in (b"{", b"[1]", b'{"a": -1}', b'{"a": "x"}', b"\xff", b'{"a": 0.5}'):
        put("table.json", text)
        assert "table.json" in codelen.ill(1, "encode", "a", "--assumed", "@table.json")
    assert names(Path()) == ["a", "table.json"]


@pytest.mark.parametrize(
    ("text", "enough"),
    [
        ("65535", False),
        ("65536", True),
        ("64KiB", True),
        ("64kib", True),
        ("63KiB", False),
        ("1MiB", True),
        ("2GiB", True),
        ("0", False),
    ],
)
def test_sizes_are_bytes_or_have_binary_units(codelen: Calls, text: str, enough: bool) -> None:
    put("a.clen", compress.encode(b"x" * 65536))
    if enough:
        assert codelen.well("decode", "-c", "a.clen", "--max-output", text) == b"x" * 65536
    else:
        assert "--max-output" in codelen.ill(1, "decode", "a.clen", "--max-output", text)
    assert names(Path()) == ["a.clen"]


def test_max_memory_is_checked_and_named(codelen: Calls) -> None:
    put("a.clen", compress.encode(b"x" * 65536))
    assert "--max-memory" in codelen.ill(1, "test", "a.clen", "--max-memory", "60KiB")
    assert b"ok" in codelen.well("test", "a.clen", "--max-memory", "1MiB")


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o400, 0o755])
def test_mode_and_time_go_with_the_file(codelen: Calls, mode: int) -> None:
    path = put("a")
    path.chmod(mode)
    os.utime(path, ns=(1_000_000_000_123_456_789, 1_111_111_111_987_654_321))
    codelen.well("encode", "a")
    codelen.well("decode", "a.clen", "-o", "b")
    for name in ("a.clen", "b"):
        status = Path(name).stat()
        assert stat.S_IMODE(status.st_mode) == mode
        assert abs(status.st_mtime_ns - 1_111_111_111_987_654_321) < 1000


def test_a_private_file_is_never_readable_by_others_on_the_way(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither as a temporary file nor for a moment under its name."""
    seen: list[int] = []
    replace = os.replace

    def watch(source: Path, target: Path) -> None:
        seen.append(stat.S_IMODE(Path(source).stat().st_mode))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    put("a").chmod(0o600)
    codelen.well("encode", "a")
    assert seen == [0o600]
    assert stat.S_IMODE(Path("a.clen").stat().st_mode) == 0o600


# ---------------------------------------------------------------- tables and JSON


def inspected(codelen: Calls, name: str) -> Any:
    return json.loads(
        codelen.well("inspect", name, "--json", "-"), parse_constant=lambda word: pytest.fail(f"{word} is not JSON")
    )


def test_inspect_shows_a_ledger_that_sums_to_the_file(codelen: Calls) -> None:
    put("a.clen", compress.encode(TEXT, coder="huffman"))
    shown = codelen.well("inspect", "a.clen").decode()
    size = Path("a.clen").stat().st_size
    assert "a.clen" in shown
    for word in (
        "huffman",
        "empirical",
        "entropy",
        "mismatch",
        "luck",
        "container",
        "8 x file bytes",
        f"{size:,} bytes",
    ):
        assert word in shown
    terms = {
        name: float(bits.replace(",", ""))
        for name, bits in re.findall(
            r"^ *(entropy|mismatch|code|luck|coder|container) +(-?[\d,.]+)", shown, re.MULTILINE
        )
    }
    assert len(terms) == 6
    assert sum(terms.values()) == pytest.approx(8 * size, abs=0.4)


def test_several_files_are_one_record(codelen: Calls) -> None:
    for name, data in (("a.clen", TEXT), ("b.clen", TEXT[:9])):
        put(name, compress.encode(data))
    one = inspected(codelen, "a.clen")
    both = json.loads(codelen.well("inspect", "a.clen", "b.clen", "--json", "-"))
    assert both["schema"] == "codelen.inspections/1"
    assert both["files"][0] == {"file": "a.clen", "frames": one["frames"]}
    assert [each["file"] for each in both["files"]] == ["a.clen", "b.clen"]
    put("bad.clen", b"no")
    assert "bad.clen: " in codelen.ill(1, "inspect", "a.clen", "bad.clen", "--json", "out.json", "-q")
    assert [each["file"] for each in json.loads(Path("out.json").read_text())["files"]] == ["a.clen"]


def test_json_on_standard_output_is_all_there_is(codelen: Calls) -> None:
    encoded = compress.encode(TEXT) + compress.encode(b"", coder="fixed")
    put("a.clen", encoded)
    record = inspected(codelen, "a.clen")
    assert record["schema"] == "codelen.inspect/1"
    assert record["file"] == "a.clen"
    assert [frame["coder"] for frame in record["frames"]] == ["arithmetic", "fixed"]
    assert sum(frame["file_bytes"] for frame in record["frames"]) == len(encoded)
    for frame in record["frames"]:
        assert sum(frame["ledger"].values()) == pytest.approx(8 * frame["file_bytes"], abs=1e-6)
        assert sum(frame["container_parts"].values()) == frame["ledger"]["container"]
        assert frame["ledger"]["luck"] == 0


def test_json_goes_to_a_file_and_the_table_to_standard_output(codelen: Calls) -> None:
    put("a.clen", compress.encode(TEXT))
    assert b"8 x file bytes" in codelen.well("inspect", "a.clen", "--json", "out.json")
    record = json.loads(Path("out.json").read_text())
    assert codelen.well("inspect", "a.clen", "--json", "out.json", "--quiet") == b""
    quietly = json.loads(Path("out.json").read_text())
    assert quietly == {**record, "command": f"{record['command']} --quiet"}
    assert names(Path()) == ["a.clen", "out.json"]


def test_json_of_a_damaged_file_is_no_json_at_all(codelen: Calls) -> None:
    put("a.clen", compress.encode(TEXT)[:-1])
    codelen.ill(1, "inspect", "a.clen", "--json", "-")
    codelen.ill(1, "inspect", "a.clen", "--json", "out.json")
    assert names(Path()) == ["a.clen"]


def test_inspect_says_when_nobody_knows_the_assumed_q(codelen: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    put("other", b"aaab")
    put("a", b"aab")
    codelen.well("encode", "a", "--assumed", "file:other")
    [frame] = inspected(codelen, "a.clen")["frames"]
    assert frame["assumed"] == {"spec": "file:other", "zeros": "error", "from_label": True, "is_sequential": False}
    assert frame["ledger"]["mismatch"] > 0
    assert "not known here" not in codelen.well("inspect", "a.clen").decode()
    # A label too long for its weights names a file that nobody has.
    monkeypatch.setattr("compress.frames.header.LARGEST_LABEL", 12)
    codelen.well("encode", "-f", "a", "--assumed", "file:other")
    [frame] = inspected(codelen, "a.clen")["frames"]
    assert frame["assumed"] == {"spec": "file:other", "zeros": "error", "from_label": False, "is_sequential": False}
    assert frame["ledger"]["code"] == 0
    assert "file:other (not known here: taken to be Q̂, so code is 0)" in codelen.well("inspect", "a.clen").decode()


def test_test_says_ok_or_nothing(codelen: Calls) -> None:
    put("a.clen", compress.encode(TEXT))
    put("b.clen", compress.encode(b"x" * 12345) + compress.encode(b"y"))
    shown = codelen.well("test", "a.clen", "b.clen").decode()
    assert shown == f"a.clen: ok, {len(TEXT):,} bytes\nb.clen: ok, 12,346 bytes\n"
    assert codelen.well("test", "-q", "a.clen", "b.clen") == b""
    assert names(Path()) == ["a.clen", "b.clen"]


# ---------------------------------------------------------------- terminals and broken pipes


def on_a_terminal(folder: Path, *arguments: str) -> tuple[int, bytes, str]:
    """Status, what the terminal received, and standard error."""
    terminal, end = pty.openpty()
    tty.setraw(end)
    try:
        with open(os.devnull, "rb") as nothing, (folder.parent / "errors").open("w+b") as errors:
            streams = (nothing.fileno(), end, errors.fileno())
            with processes.forked(processes.codelen(*arguments), folder=folder, streams=streams) as process:
                status = process.wait()
            received = b""
            while select.select([terminal], [], [], 0.05)[0]:
                received += os.read(terminal, 65536)
            errors.seek(0)
            return status, received, errors.read().decode()
    finally:
        os.close(terminal)
        os.close(end)


def test_binary_data_on_a_terminal_is_refused_without_f(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT)
    encoded = compress.encode(TEXT)
    (tmp_path / "a.clen").write_bytes(encoded)
    for verb, name in (("encode", "a"), ("decode", "a.clen")):
        status, received, errors = on_a_terminal(tmp_path, verb, "-c", name)
        assert (status, received) == (1, b"")
        assert re.fullmatch(r"codelen: [^\n]*terminal[^\n]*-f[^\n]*\n", errors)
    assert on_a_terminal(tmp_path, "encode", "-c", "-f", "a") == (0, encoded, "")
    assert names(tmp_path) == ["a", "a.clen"]


@pytest.mark.parametrize("verb", ["encode", "decode"])
def test_a_reader_who_has_had_enough_is_no_error(tmp_path: Path, verb: str) -> None:
    data = np.random.default_rng(4).integers(0, 256, 3_000_000).astype(np.uint8).tobytes()
    (tmp_path / "a").write_bytes(data if verb == "encode" else compress.encode(data, coder="fixed"))
    reader, writer = os.pipe()
    with open(os.devnull, "rb") as nothing, (tmp_path.parent / "errors").open("w+b") as errors:
        streams = (nothing.fileno(), writer, errors.fileno())
        with processes.forked(processes.codelen(verb, "-c", "a"), folder=tmp_path, streams=streams) as process:
            os.close(writer)
            assert len(os.read(reader, 10)) == 10
            os.close(reader)
            assert process.wait() == 141
        errors.seek(0)
        assert errors.read() == b""
    assert names(tmp_path) == ["a"]


@pytest.mark.parametrize("closed", [0, 1])
def test_a_closed_standard_stream_is_no_error_of_codelen_itself(tmp_path: Path, closed: int) -> None:
    """`codelen encode - <&-` and `codelen encode -c a >&-` fail; `codelen encode a >&-` needs neither."""
    (tmp_path / "a").write_bytes(TEXT)

    def call(*arguments: str) -> processes.Ended:
        return processes.run(processes.codelen(*arguments), folder=tmp_path, closed=closed)

    fine = call("encode", "a")
    assert b"error of codelen itself" not in fine.err
    assert fine.status == 0
    assert (tmp_path / "a.clen").read_bytes() == compress.encode(TEXT)
    broken = call("encode", "-c", "-" if closed == 0 else "a")
    assert b"error of codelen itself" not in broken.err
    assert broken.status == 1


def test_the_most_memory_is_told_with_its_default() -> None:
    command = click.command()(limit_options(lambda **_: None))
    assert "[default: 2GiB]" in command.get_help(click.Context(command))
