"""Results that are kept as they come: what is there is read again, and what is wrong is named by its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from compress.errors import DataError, OutputError
from compress.running.cluster import _require_same
from compress.running.journal import Journal


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A journal of two squares."""
    made = tmp_path / "kept.jsonl"
    with Journal(made, "squares", {"of": {"n": 3}}) as journal:
        journal.add({"square": 0})
        journal.add({"square": 1})
        assert journal.size == 2
    return made


def resumed(path: Path, **head: Any) -> Journal:
    return Journal(path, "squares", {"of": {"n": 3}, **head}, resume=True)


def test_what_was_kept_is_there_and_more_is_added(path: Path) -> None:
    with resumed(path) as journal:
        assert journal.size == 2
        journal.add({"square": 4})
        assert [fields["square"] for fields in journal.kept()] == [0, 1, 4]
    assert len(path.read_bytes().splitlines()) == 4


def test_a_file_that_is_there_is_not_written_over(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(OutputError, match="go on with it by resume=True"):
        Journal(path, "squares", {"of": {"n": 3}})
    assert path.read_bytes() == before


@pytest.mark.parametrize(("line", "number"), [(b"[]\n", 2), (b'{"square"\n', 3)])
def test_a_line_that_is_no_result_is_named(line: bytes, number: int, path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    lines[number - 1] = line
    path.write_bytes(b"".join(lines))
    with resumed(path) as journal, pytest.raises(DataError, match=f"line {number} is no result of this work"):
        list(journal.kept())


def test_a_first_line_that_is_torn_in_the_middle_is_named(path: Path) -> None:
    path.write_bytes(b"{half\n" + path.read_bytes())
    with pytest.raises(DataError, match="line 1 is no result of this work"):
        resumed(path)


def test_a_result_is_counted_from_0_and_its_line_from_1(path: Path) -> None:
    with resumed(path) as journal:
        assert str(journal.wrong(0)) == f"{path}: line 2 is no result of this work"


@pytest.mark.parametrize(
    ("head", "says"),
    [
        ({"of": {"n": 4}}, "was made of something else: its n differs"),
        ({"of": 4}, "was made of something else: its of differs"),
        ({"schema": "codelen.cubes/1"}, "nothing to go on with: it is no codelen.cubes/1"),
        ({"version": "0.0.1"}, "this is 0.0.1"),
    ],
)
def test_what_was_made_of_something_else_is_not_gone_on_with(head: dict[str, Any], says: str, path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(DataError, match=says):
        resumed(path, **head)
    assert path.read_bytes() == before


def test_a_torn_last_line_is_dropped_and_a_torn_first_one_begins_again(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"squ')
    with resumed(path) as journal:
        assert [fields["square"] for fields in journal.kept()] == [0, 1]
    assert path.read_bytes() == whole
    path.write_bytes(whole[:9])
    with resumed(path) as journal:
        assert (journal.size, list(journal.kept())) == (0, [])
    assert path.read_bytes() == whole.splitlines(keepends=True)[0]


def test_a_torn_first_line_of_something_else_is_left_as_it_is(path: Path) -> None:
    path.write_bytes(b"a poem, without an e")
    with pytest.raises(DataError, match="nothing to go on with: its first line is missing"):
        resumed(path)
    assert path.read_bytes() == b"a poem, without an e"


class Client:
    """Workers that have these versions."""

    def __init__(self, *versions: str) -> None:
        self._versions = dict(enumerate(versions))

    def run(self, _: object) -> dict[int, str]:
        if not self._versions:
            raise ImportError
        return self._versions


def test_workers_have_this_version() -> None:
    from compress import __version__

    _require_same(Client(__version__, __version__), "tcp://x:1")
    with pytest.raises(DataError, match=f"tcp://x:1: a worker has codelen 0.1, 0.2; this is {__version__}"):
        _require_same(Client("0.2", __version__, "0.1"), "tcp://x:1")
    with pytest.raises(DataError, match="a worker has no codelen"):
        _require_same(Client(), "tcp://x:1")
