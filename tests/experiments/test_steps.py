"""Steps of coders that have some of their own: what is shown of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from compress.cli.main import run
from compress.coders.catalog import choose


def shown(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run(["trace", *words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("coder", "said"), [("rans", ", from the last token on:"), ("textbook:8", ":"), ("block", ":")]
)
def test_it_is_said_where_the_encoder_begins_at_the_end(
    coder: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also of a message that begins and ends alike."""
    assert f"\nEncoding{said}\n" in shown(capsys, "a", "b", "c", "a", "--coder", coder)


def test_what_rans_moves_out_for_a_token_it_moves_in_again() -> None:
    """Also two bytes, for a token of 2^-14."""
    choice = choose("rans:14")
    steps = choice.family.steps
    assert steps is not None
    made = steps(choice.of([(1 << 14) - 2, 1, 1]), np.array([0, 1, 2, 0, 2, 1], np.uint8))
    sent, found = list(reversed(made.sent)), list(made.found)
    assert [symbol for symbol, _ in sent] == [symbol for symbol, _ in found] == [0, 1, 2, 0, 2, 1]
    for (_, out), (_, back) in zip(sent, found, strict=True):
        assert (out["state"], out["bytes out"]) == (back["state without"], back["bytes in"])
        assert out["state with it"] == back["state"]
    assert max(len(out["bytes out"]) for _, out in sent) == len("00 00")


def test_rans_shows_each_state(capsys: pytest.CaptureFixture[str]) -> None:
    """As worked by hand in `test_shares`: 2^24, then 0x0400000c and 0x10000038."""
    out = shown(capsys, "b", "c", "--coder", "rans:4", "--assumed", "a=1/2,b=1/4,c=1/4")
    assert "   1  c      01000000             0400000c\n" in out
    assert "   2  b      0400000c             10000038\n" in out
    assert "   1  b      10000038  8                0400000c\n" in out
    assert "It is the coder's own payload" in out


def test_textbook_shows_the_registers(capsys: pytest.CaptureFixture[str]) -> None:
    """[16, 47] of 64 is the middle, a bit is pending; then [48, 63], and 1 0 1 go out."""
    out = shown(capsys, "b", "c", "--coder", "textbook:6", "--assumed", "a=1/4,b=1/2,c=1/4")
    assert "   1  b      010000  101111            1\n" in out
    assert "   2  c      110000  111111  101       0\n" in out
    assert "   2  c      110000  111111  110000\n" in out


def test_range_shows_the_interval(capsys: pytest.CaptureFixture[str]) -> None:
    """[1/2, 3/4) of 2^62, then the last quarter of it; 1011 names that."""
    out = shown(capsys, "b", "c", "--coder", "range:8", "--assumed", "a=1/2,b=1/4,c=1/4")
    assert "   1  b      2000000000000000  1000000000000000  0\n" in out
    assert "   2  c      2c00000000000000  0400000000000000  0\n" in out
    assert "   1  b      2c00000000000000  4000000000000000  176\n" in out
    assert "1011" in out


def test_tans_shows_what_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    out = shown(capsys, "b", "a", "--coder", "tans:4", "--assumed", "a=10/16,b=4/16,c=2/16")
    assert "   1  a      16               16          26\n" in out
    assert "   2  b      26     10        6           28\n" in out
    assert "   1  b      28     6           10       26\n" in out


def test_the_record_has_the_steps(capsys: pytest.CaptureFixture[str]) -> None:
    record = json.loads(shown(capsys, "a", "b", "--coder", "block", "-q", "--json", "-"))
    assert record["encoding"] == [
        {"token": "a", "place": "1 of 2", "word": ""},
        {"token": "b", "place": "2 of 2", "word": record["payload"]},
    ]
    assert record["decoding"][0] == {"token": "a", "place": "1 of 2", "word": record["payload"]}
    assert record["verdict"] == "pass"


def test_steps_have_no_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "a", "b", "--coder", "rans", "--svg", "-"]) == 2
    assert "rans:14 narrows no interval" in capsys.readouterr().err
