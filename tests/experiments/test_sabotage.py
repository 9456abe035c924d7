"""Each thing done wrong on purpose is caught by the check that is made for it, and by no check too many."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from bitarray import bitarray
from of_q import EACH_OF_Q, OF_Q

from compress.cli.main import run
from compress.coders.catalog import CODERS, choose
from compress.coders.words.families import family_of_numbers
from compress.errors import SpecError
from compress.experiments.sabotage import BREAKS, sabotage

CALL = ["validate", "--true", "zipf:k=20", "--assumed", "zipf:k=20,s=1.3", "-n", "100000"]

# What else a fault must trouble: a payload cut short does not decode, words of other lengths have another sum.
BESIDES = {("short", coder): {"round_trip"} for coder in OF_Q} | {
    ("swapped-q", coder): {"exact_length"} for coder in OF_Q if choose(coder).family.sends_words
}
# A code of equal words has no Q to swap, and nothing that chance decides.  A sequence costs one of two numbers, which
# another source changes too little to be seen.
BLIND = {("swapped-q", "fixed"), ("wrong-source", "fixed"), ("wrong-source", "typical:0.1")}


def record_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run([*CALL, *arguments, "--json", "-"])
    return status, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("coder", EACH_OF_Q)
@pytest.mark.parametrize("name", BREAKS)
def test_a_break_is_caught_by_its_check(name: str, coder: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, record = record_of(capsys, "--coder", coder, "--break", name)
    failed = {check for check, held in record["runs"][0]["checks"].items() if held is False}
    due = set() if (name, coder) in BLIND else {BREAKS[name].catcher} | BESIDES.get((name, coder), set())
    assert failed == due
    assert (status, record["broken"]) == (3 if due else 0, name)
    honest_status, honest = record_of(capsys, "--coder", coder)
    assert (honest_status, honest["verdict"], honest["broken"]) == (0, "pass", None)


@pytest.mark.parametrize("name", BREAKS)
def test_only_one_thing_is_wrong(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What the fault does not touch is as it is without it."""
    honest, broken = (record_of(capsys, *how)[1]["runs"][0] for how in ([], ["--break", name]))
    same = {
        "short": ("ledger/entropy", "ledger/mismatch", "ledger/luck", "expected_bits_per_token"),
        "swapped-q": ("ledger/entropy", "ledger/mismatch", "cross_entropy"),
        "wrong-source": ("ledger/entropy", "ledger/mismatch", "ledger/code", "expected_bits_per_token"),
        "lost-term": ("payload_bits", "file_bytes", "z", "ledger/luck", "ledger/container"),
    }
    for path in same[name]:
        here, there = honest, broken
        for key in path.split("/"):
            here, there = here[key], there[key]
        assert here == there
    if name == "short":
        assert broken["payload_bits"] == honest["payload_bits"] - 8
    if name == "lost-term":
        assert broken["ledger"]["mismatch"] == 0
        assert [term for term in honest["ledger"] if honest["ledger"][term] != broken["ledger"][term]] == ["mismatch"]


def test_what_is_caught_is_said_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    coders = ["--coder", "huffman", "--coder", "fixed"]
    assert run([*CALL, *coders, "--break", "swapped-q"]) == 3
    out = capsys.readouterr().out
    assert "broken on purpose, swapped-q: the code was built from a Q whose likeliest" in out
    assert out.endswith("caught by exact_length in 1 of 2, code_price in 1 of 2\n")
    assert run([*CALL, "--coder", "fixed", "--break", "swapped-q"]) == 0
    assert capsys.readouterr().out.endswith(
        "no check noticed: it changes nothing here, or too little for so few tokens\n"
    )


def test_too_few_tokens_hide_a_wrong_source(capsys: pytest.CaptureFixture[str]) -> None:
    assert record_of(capsys, "--break", "wrong-source", "-n", "200")[0] == 0
    assert record_of(capsys, "--break", "wrong-source", "-n", "100000")[0] == 3


def test_a_token_that_p_excludes_is_not_drawn_by_a_wrong_source(capsys: pytest.CaptureFixture[str]) -> None:
    call = ["validate", "--true", "a=.6,b=.4,c=0", "--assumed", "true", "-n", "5000", "--break", "wrong-source"]
    assert run([*call, "--json", "-"]) in (0, 3)
    assert json.loads(capsys.readouterr().out)["runs"][0]["checks"]["round_trip"] is True


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("--true dice:1 --break it", "no break is called 'it'; there are short, swapped-q, wrong-source, lost-term"),
        ("--true dice:1 --break short --repeat 3", "--break does not go with --repeat"),
        ("--true file:text --break wrong-source", "a source can be wrong only where tokens are drawn"),
        ("--true a=1 --stream text --break wrong-source", "a source can be wrong only where tokens are drawn"),
    ],
)
def test_what_cannot_be_broken_is_refused(
    arguments: str, says: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("aaa")
    assert run(["validate", *arguments.split()]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err


def test_a_given_stream_can_be_broken_otherwise(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("text").write_text("aabab" * 40)
    assert run(["validate", "--true", "file:text", "--break", "short", "--coder", "huffman"]) == 3
    assert "caught by round_trip in 1 of 1, exact_length in 1 of 1" in capsys.readouterr().out


def test_a_break_of_no_name_is_refused() -> None:
    with pytest.raises(SpecError, match="no break is called 'x'"):
        sabotage("x")


def test_what_is_built_from_no_q_has_none_to_swap(monkeypatch: pytest.MonkeyPatch) -> None:
    unary = family_of_numbers("unary", 99, "", lambda place, _: bitarray("1" * place + "0"), lambda place, _: place + 1)
    monkeypatch.setitem(CODERS, "unary", unary)
    with pytest.raises(
        SpecError, match="swapped-q is done to a code that is built from Q, and unary is built from none"
    ):
        sabotage("swapped-q").choices([choose("unary")], [])
    assert sabotage("short").choices([choose("unary")], [])
