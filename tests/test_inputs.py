"""What is read twice: files as they are, pipes through a copy, and no more of either than is allowed."""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

from compress import inputs
from compress.errors import DataError, LimitError
from compress.inputs import Spool, csv_rows, readable_twice, size_of


class Pipe(io.BytesIO):
    """A pipe that counts what is read of it."""

    taken = 0

    def fileno(self) -> int:
        """Raise, as what is no file of the system does."""
        raise io.UnsupportedOperation

    def read(self, size: int | None = -1, /) -> bytes:
        """Read, and count."""
        data = super().read(size)
        self.taken += len(data)
        return data


def test_a_file_is_read_as_it_is_up_to_its_limit(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"0123456789")
    for begins, most, fits in ((0, 10, True), (0, 9, False), (4, 6, True), (4, 5, False), (0, None, True)):
        with (tmp_path / "a").open("rb") as file:
            file.seek(begins)
            if fits:
                with readable_twice(file, Spool(most)) as same:
                    assert same is file
                    assert (size_of(same), same.tell()) == (10 - begins, begins)
                continue
            with pytest.raises(LimitError, match=f"holds more than {most} bytes, which is the limit"):
                readable_twice(file, Spool(most)).__enter__()


def test_an_input_is_a_file_and_nothing_else_that_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"to be")
    with inputs.open_input(tmp_path / "a") as file:
        assert file.read() == b"to be"
    with pytest.raises(DataError, match=r"^is a directory$"):
        inputs.open_input(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match=r"^is not a regular file; what to do$"):
        inputs.open_input(tmp_path / "pipe", "; what to do")


@pytest.mark.parametrize("memory", [None, 10])
def test_of_a_pipe_there_is_a_copy_up_to_its_limit(memory: int | None, tmp_path: Path) -> None:
    pipe = Pipe(b"0123456789")
    with readable_twice(pipe, Spool(10, tmp_path, memory)) as copy:
        for _ in range(2):
            copy.seek(0)
            assert copy.read() == b"0123456789"
        assert list(tmp_path.iterdir()) == []
    long = Pipe(b"x" * 9_000_000)
    with pytest.raises(LimitError, match="more than 10 bytes, which is the limit; max_input SIZE sets another limit"):
        readable_twice(long, Spool(10, tmp_path, memory)).__enter__()
    # No more is taken than tells that there is more, of the first piece or of a later one.
    assert long.taken == 11
    long.seek(0)
    with pytest.raises(LimitError):
        readable_twice(long, Spool((1 << 20) + 10, tmp_path, memory and 1 << 30)).__enter__()
    assert long.taken == 11 + (1 << 20) + 11


def test_what_is_read_whole_may_be_as_much_as_its_limit() -> None:
    assert inputs.read_whole(io.BytesIO(b"abc"), 3) == b"abc"
    with pytest.raises(LimitError, match="holds more than 2 bytes, which is the limit"):
        inputs.read_whole(io.BytesIO(b"abc"), 2)


@pytest.mark.parametrize(
    ("spool", "size", "in_file"),
    [(Spool(), 100, False), (Spool(), 101, True), (Spool(memory=1000), 500, False), (Spool(1000), 500, True)],
)
def test_only_much_of_a_pipe_goes_to_the_disk_and_with_memory_nothing(
    spool: Spool, size: int, in_file: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inputs, "_SPOOLED", 100)
    copy: Any
    with readable_twice(Pipe(b"x" * size), spool) as copy:
        assert copy._rolled is in_file
        assert copy.read() == b"x" * size


def test_a_copy_is_in_the_folder_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str | None] = []
    usual: Any = tempfile.SpooledTemporaryFile

    def watched(*sizes: int, dir: str | None = None) -> Any:  # noqa: A002  # the library's name
        asked.append(dir)
        return usual(*sizes, dir=dir)

    monkeypatch.setattr(tempfile, "SpooledTemporaryFile", watched)
    for folder in (tmp_path, None):
        with readable_twice(Pipe(b"x"), Spool(folder=folder)):
            pass
    assert asked == [str(tmp_path), None]


def test_the_room_of_a_pipe_is_what_is_asked_for_or_half_of_what_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "shutil.disk_usage", lambda folder: type("Free", (), {"free": 99 if folder == Path("x") else 7})
    )
    assert [Spool(most).room() for most in (5, None)] == [5, 3]
    assert Spool(folder=Path("x")).room() == 49
    assert [Spool(most, memory=8).room() for most in (5, 9, None)] == [5, 8, 8]


def test_a_cell_may_be_as_long_as_the_text() -> None:
    for text in ('"' + "x" * 200_000 + '"', "x" * 200_000):
        assert [len(row[0]) for _, row in csv_rows(text)] == [200_000]


def test_standard_input_that_is_closed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(DataError, match="standard input is closed"):
        inputs.standard_input()


def test_what_does_not_fit_in_memory_names_the_file() -> None:
    with pytest.raises(DataError, match=r"^a: needs more memory than is free$"), inputs.about("a"):
        raise MemoryError
