"""The commands that measure and describe, as a person would call them."""

from __future__ import annotations

import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import processes
import pytest
from click.exceptions import Exit
from click.testing import CliRunner

from compress import __version__
from compress.cli import main
from compress.cli.main import COMMANDS, cli, run
from compress.errors import LONGEST_ECHO, echoed

# The first draws of dice:2 with seed 3, on every machine.
SEED_3 = [3, 4, 7, 11, 3, 7, 8, 4, 6, 3, 8, 10]
DICE_CENTS = "2=.03,3=.06,4=.08,5=.11,6=.14,7=.17,8=.14,9=.11,10=.08,11=.06,12=.03"


def call(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    try:
        status = run(list(arguments))
    except SystemExit as end:
        status = int(end.code or 0)
    captured = capsys.readouterr()
    return status, captured.out, captured.err


def loaded(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status, out, err = call(capsys, *arguments, "--json", "-")
    assert status == 0, err
    return json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))


def test_demo_shows_six_beliefs_and_exits_0(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "demo", "-n", "100000")
    assert (status, err) == (0, "")
    rows = [line.split() for line in out.splitlines() if line.endswith("pass")]
    assert [row[0] for row in rows] == ["0", "0.2", "0.5", "0.7", "0.9", "1"]
    assert [row[2] for row in rows] == ["23.2535", "1.7219", "1.0000", "0.8813", "1.1030", "9.9658"]
    assert "8 x file bytes" in out


def test_surprises_of_bare_probabilities(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "info", "--surprise", "0.01,0.12,0.23,0.34,0.45,0.56,0.67,0.78,0.89,1")
    assert [line.split()[-1] for line in out.splitlines()[2:]] == [
        "6.64", "3.06", "2.12", "1.56", "1.15", "0.84", "0.58", "0.36", "0.17", "0.00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "entropy"), [("H=.5,T=.5", "1.0000"), ("bernoulli:0.9", "0.4690"), ("H=1", "0.0000"), ("dice:2", "3.2744")]
)
def test_entropies_of_specs(capsys: pytest.CaptureFixture[str], spec: str, entropy: str) -> None:
    _, out, _ = call(capsys, "info", spec)
    line = next(line for line in out.splitlines() if line.startswith("H(P)"))
    assert line.split()[1] == entropy
    assert "-0.0" not in out


def test_dice_rounded_to_cents_are_refused_and_normalised_on_request(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "info", DICE_CENTS)
    assert (status, out) == (2, "")
    assert err == f"codelen: {DICE_CENTS}: weights sum to 1.01, not to 1; --normalize rescales them\n"
    assert loaded(capsys, "info", DICE_CENTS, "--normalize")["entropy"] == pytest.approx(3.2847, abs=5e-5)


def test_info_versus_another_is_infinite_where_q_excludes_what_p_draws(capsys: pytest.CaptureFixture[str]) -> None:
    record = loaded(capsys, "info", "H=0.7,T=0.3", "--versus", "H=1")
    assert record["cross_entropy"] == record["kl_divergence"] == "inf"
    assert record["entropy"] == pytest.approx(0.8813, abs=1e-4)
    _, out, _ = call(capsys, "info", "H=0.7,T=0.3", "--versus", "H=1")
    assert "inf bits/token" in out
    assert "nan" not in out


def test_info_of_cut_families_is_finite_or_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    record = loaded(capsys, "info", "poisson:4", "--versus", "poisson:3")
    assert (record["kl_divergence"], record["reverse_kl_divergence"]) == pytest.approx((0.21745, 0.19758), abs=1e-5)
    status, out, err = call(capsys, "info", "poisson:200", "--versus", "poisson:1")
    assert (status, out) == (1, "")
    assert "below 1e-307, too small for a float: D(P||Q) is finite" in err
    assert call(capsys, "info", "poisson:200", "--versus", "poisson:1", "--zeros", "floor:1e-9")[0] == 0


def test_a_tiny_divergence_is_not_shown_as_none(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "info", "a=0.500000001,b=0.499999999", "--versus", "a=.5,b=.5")
    assert "2.885e-18 bits/token, the price" in out


def test_validate_draws_from_one_cut_family_and_codes_with_another(capsys: pytest.CaptureFixture[str]) -> None:
    record = loaded(capsys, "validate", "--true", "poisson:4", "--assumed", "poisson:3", "-n", "20000")
    assert record["runs"][0]["kl_divergence"] == pytest.approx(0.21745, abs=1e-5)
    assert record["verdict"] == "pass"


def test_info_in_nats(capsys: pytest.CaptureFixture[str]) -> None:
    assert loaded(capsys, "info", "uniform:2", "--base", "e")["entropy"] == pytest.approx(0.693147, abs=1e-6)


def test_code_shows_words_and_tree(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(capsys, "code", "a=1/2,b=1/4,c=1/8,d=1/8")
    assert status == 0
    assert [line.split()[-1] for line in out.splitlines()[2:6]] == ["0", "10", "110", "111"]
    assert "E[price]    1.7500 bits/token" in out
    assert "└1─ ●" in out
    record = loaded(capsys, "code", "a=1/2,b=1/4,c=1/8,d=1/8", "--coder", "shannon")
    assert record["kraft_sum"] == "1"
    assert [row["word"] for row in record["words"]] == ["0", "10", "110", "111"]


def test_code_shows_lengths_and_what_each_adds_under_another_p(capsys: pytest.CaptureFixture[str]) -> None:
    """E_P[length] = .1·1 + .2·2 + .3·3 + .4·3 = 2.6."""
    call_it = ("code", "a=1/2,b=1/4,c=1/8,d=1/8", "--true", "a=.1,b=.2,c=.3,d=.4")
    _, out, _ = call(capsys, *call_it)
    lines = out.splitlines()
    assert lines[0].split() == ["token", "q", "surprise", "length", "Q̂", "p", "p·length", "word"]
    assert lines[4].split() == ["c", "0.125", "3.0000", "3", "0.125", "0.3", "0.9000", "110"]
    assert "E[price]    2.6000 bits/token" in out
    assert loaded(capsys, *call_it)["true"]["probabilities"] == [0.1, 0.2, 0.3, 0.4]
    _, out, _ = call(capsys, "code", "a=.7,b=.3", "--coder", "arithmetic")
    assert out.splitlines()[0].split() == ["token", "q", "surprise", "price", "Q̂"]


def test_code_of_the_arithmetic_coder_has_prices_and_no_words(capsys: pytest.CaptureFixture[str]) -> None:
    record = loaded(capsys, "code", "H=0.7,T=0.3", "--coder", "arithmetic")
    assert record["words"] is None
    assert sum(record["frequencies"]) == 2**40
    assert record["prices"][0] == pytest.approx(0.514573, abs=1e-6)


def test_sample_is_one_token_a_line_and_repeatable(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["sample", "dice:2", "-n", "1000", "--seed", "3"]) == 0
    first = capfdbinary.readouterr().out
    run(["sample", "dice:2", "-n", "1e3", "--seed", "3"])
    assert capfdbinary.readouterr().out == first
    run(["sample", "dice:2", "-n", "1000", "--seed", "4"])
    assert capfdbinary.readouterr().out != first
    values = [int(line) for line in first.split()]
    assert values[:12] == SEED_3
    assert len(values) == 1000
    assert set(values) == set(range(2, 13))


def test_sample_raw_writes_bytes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "coin"
    assert run(["sample", "H=0.7,T=0.3", "-n", "500", "--raw", "-o", str(path)]) == 0
    assert set(path.read_bytes()) == set(b"HT")
    assert path.stat().st_size == 500
    assert run(["sample", "dice:2", "-n", "5", "--raw", "-o", str(tmp_path / "no")]) == 1
    assert not (tmp_path / "no").exists()
    assert run(["sample", "H=0.7,T=0.3", "-o", str(path)]) == 1


def test_validate_prints_a_row_for_each_q_and_coder(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(
        capsys, "validate", "--true", "dice:2", "--assumed", "true", "--assumed", "uniform",
        "--coder", "arithmetic", "--coder", "huffman", "--coder", "shannon", "-n", "5000",
    )  # fmt: skip
    assert (status, err) == (0, "")
    assert sum(line.endswith("pass") for line in out.splitlines()) == 6
    assert "ledger, bits" in out


def test_validate_json_has_the_fields_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    record = loaded(capsys, "validate", "--true", "H=0.7,T=0.3", "--assumed", "H=0.2,T=0.8", "-n", "1000")
    assert record["schema"] == "codelen.validate/1"
    assert record["version"] == __version__
    assert set(record) == {
        "schema", "version", "command", "seed", "n", "zeros", "tokens", "normalize", "libraries", "true", "runs",
        "broken", "given", "verdict",
    }  # fmt: skip
    assert (record["tokens"], record["normalize"]) == ("bytes", False)
    assert set(record["libraries"]) == {"bitarray", "numba", "numpy"}
    assert set(record["true"]) == {"spec", "tokens", "probabilities", "entropy", "entropy_rate"}
    assert set(record["runs"][0]) == {
        "assumed", "coder", "cross_entropy", "kl_divergence", "zeros_price", "expected_bits_per_token", "payload_bits",
        "bits_per_token", "standard_error", "z", "ci95", "ci95_is_rough", "file_bytes", "ledger",
        "container_parts", "blocks", "checks", "lost", "verdict",
    }  # fmt: skip
    run = record["runs"][0]
    assert (run["coder"], run["verdict"], run["blocks"]) == ("arithmetic", "pass", 1)
    assert run["cross_entropy"] == pytest.approx(1.721928, abs=1e-6)
    assert run["kl_divergence"] == pytest.approx(0.840637, abs=1e-6)
    assert run["bits_per_token"] == run["payload_bits"] / 1000
    assert run["ci95"][0] < run["expected_bits_per_token"] < run["ci95"][1]
    assert (run["ci95"][1] - run["ci95"][0]) / 2 == pytest.approx(1.959964 * run["standard_error"])
    assert run["standard_error"] == pytest.approx(2 * math.sqrt(0.7 * 0.3 / 1000), rel=1e-6)
    assert run["checks"] == dict.fromkeys(
        ["round_trip", "exact_length", "code_price", "expectation", "accounting"], True
    ) | {"claim": None, "honest": None}
    assert list(run["ledger"]) == ["entropy", "mismatch", "code", "luck", "coder", "container"]
    assert sum(run["container_parts"].values()) == run["ledger"]["container"]
    assert sum(record["runs"][0]["ledger"].values()) == pytest.approx(8 * record["runs"][0]["file_bytes"], abs=1e-6)


def test_huffman_that_beats_its_belief_is_explained_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = call(
        capsys, "validate", "--true", "H=.7,T=.3", "--assumed", "H=.2,T=.8", "--coder", "huffman", "-n", "10000"
    )
    assert status == 0
    words = " ".join(out.split())
    assert "costs 1.0000 on average, less than H(P,Q) = 1.7219" in words
    assert "nearer to P than Q is" in words


def test_validate_reads_a_file_as_its_own_truth(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("to be or not to be")
    record = loaded(capsys, "validate", "--true", f"file:{path}", "--tokens", "words")
    assert record["n"] == 11
    assert record["runs"][0]["checks"]["expectation"] is None
    assert loaded(capsys, "validate", "--true", f"file:{path}", "-n", "500")["n"] == 500


def test_two_long_beliefs_are_told_apart(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.json").write_text('{"H": 1, "T": 1}')
    specs = [f"@{tmp_path}/{name}.json" for name in ("first", "second")]
    _, out, _ = call(
        capsys,
        "validate",
        "--true",
        "H=.5,T=.5",
        "--assumed",
        specs[0],
        "--assumed",
        specs[1],
        "--normalize",
        "-n",
        "9",
    )
    assert out.count("first.json") == out.count("second.json") == 2


def test_a_file_tells_the_names_of_its_tables_and_not_where_they_lie(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "q.json").write_text('{"a": 0.5, "b": 0.5}')
    (tmp_path / "text").write_text("abba")
    assert call(capsys, "encode", str(tmp_path / "text"), "--assumed", f"@{tmp_path}/q.json")[0] == 0
    assert str(tmp_path).encode() not in (tmp_path / "text.clen").read_bytes()
    assert loaded(capsys, "inspect", str(tmp_path / "text.clen"))["frames"][0]["assumed"]["spec"] == "@q.json"


def test_help_shows_no_marks_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    out = call(capsys, "validate", "--help")[1]
    assert "\\b" not in out
    assert "\b" not in out
    assert "  round_trip    the payload decodes to the message" in out


def test_json_goes_to_a_file_beside_the_table(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    status, out, _ = call(capsys, "validate", "--true", "dice:2", "-n", "100", "--json", str(path))
    assert status == 0
    assert "assumed Q" in out
    assert json.loads(path.read_text())["verdict"] == "pass"
    assert call(capsys, "validate", "--true", "dice:2", "--json", str(tmp_path / "no" / "x"))[0] == 1


SLOWLY = ("judge --help", "laws --help", "laws --explain gibbs", "laws gibbs")


@pytest.mark.parametrize("arguments", ["--help", *(pytest.param(each, marks=pytest.mark.slow) for each in SLOWLY)])
def test_python_without_docstrings_says_the_same(arguments: str) -> None:
    told = []
    for level in ("0", "2"):
        places = {**os.environ, "PYTHONOPTIMIZE": level}
        command = [sys.executable, "-m", "compress", *arguments.split()]
        told.append(subprocess.run(command, env=places, capture_output=True, text=True, timeout=100, check=True).stdout)
    assert told[0] == told[1]
    assert len(told[0]) > 100


@pytest.mark.parametrize(
    "command", ["demo", "validate --true dice:2", "validate --true dice:2 --repeat 3", "validate --true H=1 --repeat 3"]
)
def test_where_nothing_is_drawn_nothing_passes(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "-n", "0"]) == 0
    out = capsys.readouterr().out
    assert "nothing measured" in out
    assert "pass" not in out.split()
    assert ("no token was drawn" in out) == ("--repeat" in command)
    assert run([*command.split(), "-n", "0", "--json", "-"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["verdict"] is None
    assert run([*command.split(), "-n", "0", "--html", "-"]) == 0
    assert '<p class="verdict ">verdict: nothing measured</p>' in capsys.readouterr().out


def test_a_failed_check_exits_3(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from compress.experiments import checks

    monkeypatch.setattr(checks, "accounting", lambda *_: False)
    status, out, _ = call(capsys, "validate", "--true", "dice:2", "-n", "100")
    assert status == 3
    assert "fail: accounting" in out
    assert call(capsys, "demo", "-n", "100")[0] == 3


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["validate"], 2, "Missing option '--true'"),
        (["nothing"], 2, "No such command 'nothing'"),
        (["validat"], 2, "no command is called 'validat'; did you mean validate?; see codelen --help"),
        (["info", "zipf:"], 2, "codelen: zipf: without k, s must be above 1"),
        (["info", "zipff:3"], 2, "'zipff:3' is not a distribution; did you mean zipf?; write tokens with"),
        (["info", "bernoulli=0.7"], 2, "bernoulli=0.7 is one token; the family is bernoulli:0.7"),
        (
            ["info", "kt:2"],
            2,
            "file:PATH, @TABLE.json; beliefs that change are kt, laplace, order:K, mix, markov:@CHAIN.json",
        ),
        (["info", "x" * 500 + ":3"], 2, "x" * 160 + "..." + "x" * 35 + ":3' is not a distribution"),
        (["info", "a" * 500 + "=0.1,b=0.2"], 2, "a" * 160 + "..." + "a" * 27 + "=0.1,b=0.2: weights sum to 0.3"),
        (["validate", "--true", "H=0.7,T=0.3", "--assumed", "H=1"], 1, "Q gives token 'T' probability 0"),
        (["validate", "--true", "nonsense"], 2, "'nonsense' is not a distribution"),
        (["validate", "--true", "a=-1,b=2"], 2, "token 'a' has a negative weight"),
        (["validate", "--true", "a=nan,b=1"], 2, "'nan' is not a finite number"),
        (["validate", "--true", "a=.5,a=.5"], 2, "token 'a' is given twice"),
        (["validate", "--true", ""], 2, "'' is not a distribution"),
        (["validate", "--true", "dice:2", "--coder", "gzip"], 2, "'gzip' is not a coder"),
        (["validate", "--true", "dice:2", "-n", "-5"], 2, "not a whole number"),
        (["validate", "--true", "dice:2", "-n", "1.5"], 2, "not a whole number"),
        (["validate", "--true", "dice:2", "--zeros", "skip"], 2, "'skip' is not a zero policy"),
        (["validate", "--true", "file:/nowhere/x"], 1, "/nowhere/x: No such file or directory"),
        (["info", "true"], 2, "'true' needs a true distribution"),
        (["info"], 2, "info needs a SPEC"),
        (["info", "dice:2", "--base", "1"], 2, "not a base above 1"),
        (["info", "--surprise", "0.5,1.5"], 2, "1.5 is not a probability: it lies outside [0, 1]"),
        (["info", "dice:2", "--zeros", "floor:1e-9"], 2, "--zeros is about an assumed Q"),
        (["code", "dice:2", "--coder", "x"], 2, "'x' is not a coder"),
    ],
)
def test_an_error_is_one_line_with_its_exit_status(
    capsys: pytest.CaptureFixture[str], arguments: list[str], status: int, says: str
) -> None:
    code, out, err = call(capsys, *arguments)
    assert code == status
    assert out == ""
    assert err.startswith("codelen: ")
    assert err.count("\n") == 1
    assert says in err


def test_a_long_text_is_told_by_its_two_ends() -> None:
    told = echoed("a" * 300 + "b" * 300)
    assert len(told) == LONGEST_ECHO
    assert told == "a" * (LONGEST_ECHO - 40) + "..." + "b" * 37
    assert echoed("a" * LONGEST_ECHO) == "a" * LONGEST_ECHO


def test_a_file_where_a_distribution_is_wanted_is_what_was_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("paper1").write_text("ab")
    assert call(capsys, "info", "paper1") == (
        2,
        "",
        "codelen: 'paper1' is not a distribution; for the counts of that file write file:paper1\n",
    )


def test_debug_shows_the_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = call(capsys, "--debug", "info", "nonsense")
    assert (status, out) == (2, "")
    assert err.startswith("Traceback")
    assert err.splitlines()[-1].startswith("codelen: 'nonsense' is not a distribution")


def test_a_bad_spec_inside_a_file_is_the_files_fault(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    table = tmp_path / "q.json"
    table.write_text('{"H": 0.7, "T": 0.4}')
    status, _, err = call(capsys, "info", f"@{table}")
    assert status == 1
    assert err == f"codelen: {table}: weights sum to 1.1, not to 1; --normalize rescales them\n"


def test_help_has_sections_and_every_command_has_help() -> None:
    runner = CliRunner()
    text = runner.invoke(cli, ["--help"]).output
    # A line for each command, in the sections that README has.
    readme = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
    for section, commands in COMMANDS.items():
        assert f"\n{section}:\n" in text
        assert f"\n## {section}" in readme
        assert all(f" {summary}\n" in text for _, summary in commands.values())
    for name in cli.list_commands(None):  # type: ignore[arg-type]  # the group needs no context for it
        result = runner.invoke(cli, [name, "--help"])
        assert result.exit_code == 0
        assert "Usage:" in result.output


def test_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert call(capsys, "--version")[:2] == (0, f"codelen {__version__}\n")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_tables_survive_any_terminal_encoding(encoding: str) -> None:
    work, environment = processes.codelen("code", "dice:2"), {**os.environ, "PYTHONIOENCODING": encoding}
    ended = processes.run(work, folder=Path(), environment=environment)
    assert b"3.3056" in ended.out
    assert (ended.status, ended.err) == (0, b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_json_is_utf_8_in_any_terminal_encoding(encoding: str) -> None:
    work = processes.codelen("info", "é=.5,Ω=.5", "--json", "-")
    ended = processes.run(work, folder=Path(), environment={**os.environ, "PYTHONIOENCODING": encoding})
    assert json.loads(ended.out.decode())["true"]["tokens"] == ["é", "Ω"]


def test_output_has_no_colour_in_a_pipe_and_no_trailing_blanks(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = call(capsys, "demo", "-n", "1000")
    assert "\x1b" not in out
    assert all(line == line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("status", [0, 3])
def test_output_that_nobody_reads_is_known_before_the_end(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def flush(self) -> None:
            raise BrokenPipeError

    def tell() -> None:
        sys.stdout.write("it is told, and not written yet")
        if status:
            raise Exit(status)

    monkeypatch.setattr(main, "cli", click.Command("codelen", callback=tell))
    assert run([]) == status
    monkeypatch.setattr(main, "_drop_output", lambda: None)
    monkeypatch.setattr(sys, "stdout", Gone())
    assert run([]) == 141


def test_a_reader_that_leaves_early_is_no_error() -> None:
    result = subprocess.run(
        f"{sys.executable} -m compress sample uniform:6 -n 3000000 | head -1; exit ${{PIPESTATUS[0]}}",
        shell=True,
        executable="/bin/bash",
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert result.returncode == 141
    assert result.stdout.count("\n") == 1
    assert result.stderr == ""


CLOSED = b"codelen: standard output is closed\n"


def test_a_standard_output_that_was_closed_before_the_start_is_an_error() -> None:
    command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "compress", "info", "dice:2"]
    result = subprocess.run(command, stderr=subprocess.PIPE, check=False, timeout=200)
    assert (result.returncode, result.stderr) == (1, CLOSED)


@pytest.mark.parametrize("arguments", [["info", "dice:2"], ["sample", "H=1"], ["demo", "-n", "10", "--json", "-"]])
def test_a_closed_standard_output_is_an_error_for_who_would_write_to_it(arguments: list[str], tmp_path: Path) -> None:
    ended = processes.run(processes.codelen(*arguments), folder=tmp_path, closed=1)
    assert (ended.status, ended.err) == (1, CLOSED)


@pytest.mark.parametrize("option", [["--zeros", "bad"], ["--tokens", "bad"]])
def test_an_option_that_is_not_needed_is_read_all_the_same(
    capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert call(capsys, "info", "uniform:6", *option)[0] == 2


def test_an_empty_file_is_no_excuse_for_a_bad_spec(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert call(capsys, "encode", str(tmp_path / "empty"), "--assumed", "nonsense")[0] == 2
    assert call(capsys, "encode", str(tmp_path / "empty"), "--assumed", "file:/nowhere/x")[0] == 1
    assert call(capsys, "encode", str(tmp_path / "empty"), "--assumed", "dice:2")[0] == 2
    assert call(capsys, "encode", str(tmp_path / "empty"), "--assumed", "a=1")[0] == 0


def test_help_tells_the_zero_policy_that_is_meant_by_default(capsys: pytest.CaptureFixture[str]) -> None:
    assert "laplace:ALPHA (added to each count, where Q is counted). [default: error]" in " ".join(
        call(capsys, "encode", "--help")[1].split()
    )
