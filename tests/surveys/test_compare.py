"""What a comparison calls worse, better, new or gone, and what it refuses to compare."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import DataError, SpecError
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.notation import share
from compress.probability.relative import Relative
from compress.specs import Reading
from compress.surveys.compare import Change, compare
from compress.surveys.kept import Cell, Kept, Key
from compress.surveys.report import Report, Row, Seconds

TEXT = b"the cat sat on the mat, and that was that. " * 40
KEY = Key("a", "empirical", "huffman")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/prose").write_bytes(TEXT)
    Path("in/genes").write_bytes(b"acgtacca" * 700)


def a_report(**how: Any) -> Report:
    return compress.report(["in"], **{"speed": False, "baselines": "zlib,bz2", **how})


def an_experiment(seed: int = 0, n: int = 500, true: str = "dice:2") -> Experiment:
    coders = [choose("huffman"), choose("arithmetic")]
    return validate_all(Reading().source(true), [Relative.TRUE, Relative.UNIFORM], coders, n, seed)


def altered(report: Report, coder: str, change: Callable[[Row], Row]) -> Report:
    rows = tuple(change(row) if row.how.coder.name == coder else row for row in report.rows)
    return replace(report, rows=rows)


def longer(row: Row) -> Row:
    """A test double: a coder that is 1% worse."""
    seen = row.inspection
    more = seen.payload_bits // 100
    return replace(
        row,
        inspection=replace(seen, payload_bits=seen.payload_bits + more, file_bytes=seen.file_bytes + more // 8),
    )


def kept(record: Report | Experiment, name: str) -> dict[str, Any]:
    Path(name).write_text(record.to_json())
    made: dict[str, Any] = json.loads(record.to_json())
    return made


# ---------------------------------------------------------------- the laws of a cell


def cell(file_bytes: int | None = 1_000, verdict: str | None = "pass", speed: float | None = None) -> Cell:
    bits = None if file_bytes is None else 8 * file_bytes - 400
    return Cell(bits, file_bytes, verdict, speed, speed)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (cell(1_000), cell(1_001), "same"),
        (cell(1_000), cell(1_002), "worse"),
        (cell(1_000), cell(999), "same"),
        (cell(1_000), cell(998), "better"),
        (cell(1_000), cell(1_000, "fail"), "worse"),
        (cell(1_000), cell(500, "fail"), "worse"),
        (cell(1_000, "fail"), cell(2_000), "better"),
        (cell(1_000, "fail"), cell(1_000, "fail"), "same"),
        (cell(1_000), cell(None, "error"), "worse"),
        (cell(None, "error"), cell(1_000), "better"),
        (cell(None, "error"), cell(None, "error"), "same"),
        (cell(1_000, None), cell(1_002, None), "worse"),
        (None, cell(), "new"),
        (cell(), None, "gone"),
    ],
)
def test_what_a_cell_is_called(before: Cell | None, after: Cell | None, kind: str) -> None:
    # The bound itself is still the same size: 1,000 and 1,001 at 0.1%, with no rounding.
    assert Change(KEY, before, after, Fraction(1, 1000), Fraction(1, 5)).kind == kind


def test_changes_of_one_direction_are_undone_by_the_other() -> None:
    a, b = cell(1_000), cell(1_500)
    there, back = (Change(KEY, *pair, Fraction(0), Fraction(0)) for pair in ((a, b), (b, a)))
    assert (there.kind, back.kind) == ("worse", "better")
    assert there.bits == 4_000
    assert back.bits == -4_000
    assert (there.size_ratio or 0) * (back.size_ratio or 0) == pytest.approx(1)


@pytest.mark.parametrize(
    ("ratio", "speed"), [(1.0, None), (0.81, None), (0.79, "slower"), (1.19, None), (1.21, "faster")]
)
def test_a_speed_has_a_tolerance_of_its_own_and_decides_nothing(ratio: float, speed: str | None) -> None:
    change = Change(KEY, cell(speed=1e8), cell(speed=ratio * 1e8), Fraction(0), share("20%"))
    assert (change.kind, change.speed) == ("same", speed)
    assert change.encode_ratio == change.decode_ratio == pytest.approx(ratio)
    half = Change(KEY, Cell(1, 1, None, 2.0, 2.0), Cell(1, 1, None, 4.0, 1.0), Fraction(0), share("20%"))
    assert half.speed == "slower"
    assert Change(KEY, cell(), cell(speed=1.0), Fraction(0), Fraction(0)).speed is None


@pytest.mark.parametrize(("words", "value"), [("0.1%", Fraction(1, 1000)), ("0.25", Fraction(1, 4)), ("0", Fraction())])
def test_a_share_is_exact(words: str, value: Fraction) -> None:
    assert share(words) == value


@pytest.mark.parametrize("words", ["-1%", "much", "%", "nan", "1/0"])
def test_what_is_no_share_is_refused(words: str) -> None:
    with pytest.raises(SpecError):
        share(words)


# ---------------------------------------------------------------- reports


def test_a_report_is_what_it_is() -> None:
    report = a_report()
    made = compare(report, report)
    assert made.counts == {"better": 0, "worse": 0, "same": 8, "new": 0, "gone": 0}
    assert (made.size_ratio, made.verdict) == (1, "pass")
    assert "8 cells, no difference" in made.to_markdown()


def test_a_coder_that_became_one_per_cent_worse_is_named_and_no_other() -> None:
    report = a_report()
    made = compare(report, altered(report, "huffman", longer))
    worse = [change.key for change in made.changes if change.kind == "worse"]
    assert worse == [Key("in/genes", "empirical", "huffman"), Key("in/prose", "empirical", "huffman")]
    assert made.verdict == "fail"
    assert made.counts["same"] == 6
    assert compare(report, altered(report, "huffman", longer), tolerance="2%").verdict == "pass"
    back = compare(altered(report, "huffman", longer), report)
    assert (back.counts["better"], back.verdict) == (2, "pass")


def test_together_is_the_ratio_of_the_sums_of_what_both_have() -> None:
    a, b = a_report(), altered(a_report(coders=["huffman", "fixed"]), "huffman", longer)
    made = compare(a, b)
    assert made.counts == {"better": 0, "worse": 2, "same": 4, "new": 2, "gone": 2}
    before = [row.sums.sizes.file_bytes for row in a.rows if row.how.coder.name == "huffman"]
    after = [row.sums.sizes.file_bytes for row in b.rows if row.how.coder.name == "huffman"]
    beside = sum(row.sizes.file_bytes for row in a.baselines)
    assert made.size_ratio == (sum(after) + beside) / (sum(before) + beside)


def test_a_check_that_fails_now_is_worse_whatever_the_size() -> None:
    report = a_report()
    wrong = altered(report, "huffman", lambda row: replace(row, checks=replace(row.checks, accounting=False)))
    made = compare(report, wrong)
    assert (made.counts["worse"], made.size_ratio, made.verdict) == (2, 1, "fail")
    assert "worse: pass -\\> fail" in made.to_markdown()


def test_a_file_that_can_no_longer_be_read_or_coded_is_worse_for_each_of_its_cells() -> None:
    before = compress.report(["in/genes", "in/prose"], speed=False, baselines="none")
    Path("in/prose").unlink()
    after = compress.report(["in/genes", "in/prose"], speed=False, baselines="none")
    assert compare(before, after).counts == {"better": 0, "worse": 2, "same": 2, "new": 0, "gone": 0}
    assert compare(after, before).counts["better"] == 2
    Path("in/zero").write_bytes(b"z")
    one = compress.report(["in/zero"], assumed=["z=1", "a=1"], coders=["fixed"], baselines="none")
    [change] = [each for each in compare(one, one).changes if each.key.assumed == "a=1"]
    assert change.before == Cell(None, None, "error")


def test_speeds_of_baselines_and_coders_stand_in_their_cells() -> None:
    report = a_report(speed=True)
    slow = altered(report, "huffman", lambda row: replace(row, seconds=Seconds(1e3, 1e3)))
    made = compare(report, slow)
    assert [change.key.coder for change in made.changes if change.speed == "slower"] == ["huffman"] * 2
    assert made.verdict == "pass"
    assert {change.encode_ratio for change in made.changes if change.key.coder in ("zlib 6", "bz2 9")} == {1.0}


def test_two_beliefs_of_one_name_are_two_cells() -> None:
    record = json.loads(a_report().to_json())
    record["rows"].append({**record["rows"][0], "payload_bits": 1, "file_bytes": 1})
    both = Kept.of(json.dumps(record).encode(), "twice")
    assert len(both.cells) == 9
    assert compare(both, both).counts["same"] == 9


# ---------------------------------------------------------------- experiments


def test_experiments_are_compared_by_belief_and_coder() -> None:
    made = compare(an_experiment(), an_experiment())
    assert [(change.key.assumed, change.key.coder) for change in made.changes] == [
        ("dice:2", "huffman"),
        ("dice:2", "arithmetic"),
        ("uniform", "huffman"),
        ("uniform", "arithmetic"),
    ]
    assert made.counts["same"] == 4


@pytest.mark.parametrize(("other", "what"), [({"seed": 1}, "seed"), ({"n": 501}, "n"), ({"true": "uniform:11"}, "P")])
def test_experiments_on_other_streams_are_refused(other: dict[str, Any], what: str) -> None:
    with pytest.raises(DataError, match=rf"Experiment: {what} is not what it is in Experiment; use force=True"):
        compare(an_experiment(), an_experiment(**other))
    assert compare(an_experiment(), an_experiment(**other), force=True).before.schema == "validate"


# ---------------------------------------------------------------- what is refused


def test_a_changed_file_of_the_same_name_is_refused_unless_forced() -> None:
    before = a_report()
    Path("in/prose").write_bytes(TEXT + b"!")
    with pytest.raises(DataError, match="Report: in/prose is not what it is in Report; use force=True"):
        compare(before, a_report())
    assert compare(before, a_report(), force=True).counts["same"] >= 4
    with pytest.raises(DataError, match="the tokens' kind is not what it is"):
        compare(a_report(), a_report(tokens="chars"))


# ---------------------------------------------------------------- one way beside another


def test_by_file_one_way_stands_beside_another() -> None:
    before, after = a_report(coders=["huffman"]), a_report(assumed=["kt"], coders=["arithmetic"])
    made = compare(before, after, by="file")
    assert [(each.key.file, each.key.assumed, each.key.coder) for each in made.changes] == [
        ("in/genes", "empirical → kt", "huffman → arithmetic"),
        ("in/prose", "empirical → kt", "huffman → arithmetic"),
    ]
    for change, was, now in zip(made.changes, before.rows, after.rows, strict=True):
        assert change.bits == now.sums.payload_bits - was.sums.payload_bits
        assert change.size_ratio == now.sums.sizes.file_bytes / was.sums.sizes.file_bytes
    assert compare(before, before, by="file").changes[0].key == Key("in/genes", "empirical", "huffman")


def test_of_several_ways_one_is_chosen_by_its_name() -> None:
    both = a_report(assumed=["empirical", "uniform"])
    with pytest.raises(DataError, match=r"has 4 ways for each file \(empirical arithmetic; .*; a_assumed and a_coder"):
        compare(both, both, by="file")
    with pytest.raises(DataError, match="; b_assumed and b_coder choose one"):
        compare(a_report(coders=["huffman"]), both, by="file", b_coder="huffman")
    made = compare(both, both, by="file", a_assumed="empirical", a_coder="huffman", b_coder="bz2 9")
    rows = {row.file: row.sizes.file_bytes for row in both.baselines if row.baseline.name == "bz2"}
    assert [(each.key.coder, each.after and each.after.file_bytes) for each in made.changes] == [
        ("huffman → bz2 9", rows["in/genes"]),
        ("huffman → bz2 9", rows["in/prose"]),
    ]
    assert compare(both, both, a_coder="huffman", b_coder="huffman").counts["same"] == 4
    assert compare(both, both, a_coder="huffman").counts["new"] == 8
    with pytest.raises(DataError, match="Report: no cell has coder 'zip', but arithmetic, huffman, zlib 6, bz2 9"):
        compare(both, both, a_coder="zip")
    with pytest.raises(SpecError, match="by cell or file, and not by 'row'"):
        compare(both, both, by="row")


def test_reports_with_nothing_in_common_are_no_comparison(capsys: pytest.CaptureFixture[str]) -> None:
    kept(a_report(coders=["huffman"]), "a.json")
    kept(a_report(coders=["arithmetic"]), "b.json")
    assert run(["compare", "a.json", "b.json"]) == 1
    assert capsys.readouterr() == (
        "",
        "codelen: b.json: none of its beliefs and coders is in a.json; use --by file to compare one way of each\n",
    )
    assert run(["compare", "a.json", "b.json", "--by", "file"]) == 0
    assert "empirical  huffman → arithmetic" in capsys.readouterr().out
    Path("in/genes").rename("in/other")
    Path("in/prose").unlink()
    with pytest.raises(DataError, match=r"b\.json: none of its files is in Report"):
        compare(a_report(), "b.json")


def test_a_report_and_an_experiment_have_nothing_in_common() -> None:
    with pytest.raises(DataError, match="A is a report and Experiment a validate"):
        compare(Kept.of(a_report(), "A"), an_experiment())


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda text: text[: len(text) // 2], "x.json: is not JSON, or not complete (line "),
        (lambda text: "", "x.json: is not JSON, or not complete (line 1); give the JSON of a report\n"),
        (lambda text: "a,b\n1,2\n", "x.json: is not JSON, or not complete (line 1); give the JSON of a report\n"),
        (lambda text: "\udcff", "x.json: is not JSON, or not complete; give the JSON of a report\n"),
        (lambda text: "[" * 100_000, "x.json: is not JSON, or not complete; give the JSON of a report\n"),
        (lambda text: "[1, 2]", "x.json: is not a report of codelen: it has no schema"),
        (lambda text: '{"schema": 7}', "x.json: is not a report of codelen: it has no schema"),
        (
            lambda text: '{"schema": "codelen.info/1"}',
            "x.json: has schema 'codelen.info/1', and what can be compared is",
        ),
        (
            lambda text: text.replace("report/1", "report/2"),
            "x.json: has schema 'codelen.report/2', and this codelen reads",
        ),
        (
            lambda text: text.replace("report/1", "report/0"),
            "x.json: has schema 'codelen.report/0', and this codelen reads",
        ),
        (lambda text: text.replace('"file_bytes"', '"size"'), "x.json: is no whole report: KeyError 'file_bytes'"),
        (lambda text: text.replace('"rows": [', '"rows": [3, '), "x.json: is no whole report: TypeError"),
        (lambda text: '{"schema": "codelen.report/1"}', "x.json: is no whole report: KeyError 'inputs'"),
    ],
)
def test_what_is_no_whole_report_is_said_in_a_line(
    damage: Callable[[str], str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = damage(a_report().to_json())
    Path("x.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    Path("a.json").write_text(a_report().to_json())
    assert run(["compare", "a.json", "x.json", "--csv", "c.csv"]) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert err.startswith(f"codelen: {says}")
    assert not Path("c.csv").exists()


# ---------------------------------------------------------------- the command


def test_the_command_exits_3_where_a_size_got_worse(capsys: pytest.CaptureFixture[str]) -> None:
    report = a_report()
    kept(report, "a.json")
    kept(altered(report, "huffman", longer), "b.json")
    assert run(["compare", "a.json", "a.json"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "8 cells, no difference; together B is 1.000000 of A"
    assert run(["compare", "a.json", "b.json", "--csv", "c.csv", "--json", "c.json", "--markdown", "c.md"]) == 3
    out = capsys.readouterr().out
    shown = [line.split() for line in out.splitlines() if "empirical" in line]
    for name, line in zip(("genes", "prose"), shown, strict=True):
        [row] = [row for row in report.rows if (row.file, row.how.coder.name) == (f"in/{name}", "huffman")]
        sums, more = row.sums, row.sums.payload_bits // 100
        size = sums.sizes.file_bytes
        ratio = f"{(size + more // 8) / size:.6f}"
        assert line == [
            *(name, "empirical", "huffman", f"{sums.payload_bits:,}", f"+{more}"),
            *(f"{size:,}", f"{size + more // 8:,}", ratio, "worse"),
        ]
    record = json.loads(Path("c.json").read_text())
    assert (record["schema"], record["verdict"], record["counts"]["worse"]) == ("codelen.compare/1", "fail", 2)
    rows = list(csv.DictReader(io.StringIO(Path("c.csv").read_text())))
    assert [row["kind"] for row in rows] == [each["kind"] for each in record["cells"]]
    assert "after" not in rows[0]
    assert "+" + str(record["cells"][1]["bits"]) in Path("c.md").read_text()


def test_a_report_may_come_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(a_report(), "a.json")
    with open("a.json") as file:
        monkeypatch.setattr("sys.stdin", file)
        assert run(["compare", "-", "a.json"]) == 0
    assert capsys.readouterr().out.startswith("A  standard input\nB  a.json\n")


def test_a_narrow_screen_gets_every_figure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    kept(a_report(), "a.json")
    kept(a_report(coders=["fixed", "huffman"]), "b.json")
    run(["compare", "a.json", "b.json", "--all"])
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "80")
    run(["compare", "a.json", "b.json", "--all"])
    narrow = capsys.readouterr().out
    assert max(map(len, narrow.splitlines())) <= 80
    figures = {word for word in wide.split() if word[0].isdigit()}
    assert figures - set(narrow.split()) == set()
    assert {"new", "gone", "same"} <= set(narrow.split())


def test_the_second_of_a_name_says_that_it_is() -> None:
    assert KEY.way == "empirical huffman"
    assert replace(KEY, nth=1).way == "empirical huffman (number 2)"
    assert Key("a", None, "huffman").way == "huffman"
