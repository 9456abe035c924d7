"""The manual: its list, a topic, a name that is none, and a pager where there is a terminal."""

from __future__ import annotations

import io
import sys

import click
import pytest

from compress.cli.main import run
from compress.reports.manual import text_of, topics


def test_without_a_topic_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["manual"]) == 0
    out = capsys.readouterr().out
    assert all(topic in out for topic in topics())


@pytest.mark.parametrize("topic", topics())
def test_a_topic_is_printed_with_its_blocks_as_they_are(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["manual", topic]) == 0
    out = capsys.readouterr().out.splitlines()
    text = text_of(topic)
    assert text.splitlines()[0].removeprefix("# ") in out[0]
    inside = False
    for line in text.splitlines():
        if line.startswith("```"):
            inside = not inside
        elif inside:
            assert line.rstrip() in out


def test_a_topic_that_is_none_has_a_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["manual", "legder"]) == 2
    assert capsys.readouterr().err == "codelen: the manual has no topic 'legder'; did you mean ledger?\n"


def test_on_a_terminal_a_pager_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown: list[str] = []
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setattr(click, "echo_via_pager", lambda text, color: shown.append(text))
    assert run(["manual", "ledger"]) == 0
    assert len(shown) == 1
    assert "n·H(P)" in shown[0]
