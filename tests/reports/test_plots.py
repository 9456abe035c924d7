"""Pictures show what their records hold, are the same bytes twice, and say why where they cannot be drawn."""

from __future__ import annotations

import functools
import itertools
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

import compress
from compress.benching.bench import bench
from compress.benching.workloads import made
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import SpecError
from compress.experiments.comparison import coders_for
from compress.experiments.predict import Forecast, PairForecast, expected_code
from compress.experiments.repeat import repeat
from compress.experiments.validate import validate_all
from compress.experiments.validation import Experiment
from compress.kernel import compilation
from compress.probability.distribution import Distribution, Pair
from compress.probability.relative import Assumed, Relative
from compress.reports.plots.bench import _free
from compress.reports.plots.catalog import PLOTS, as_picture
from compress.reports.plots.charts import CHARTS, bars_chart, funnel_chart
from compress.reports.plots.codes import grouped
from compress.reports.plots.figures import ENDINGS
from compress.reports.table import render
from compress.sources.iid import IidSource
from compress.specs import Reading
from compress.surveys.cross import cross
from compress.surveys.ladder import ladder
from compress.sweeps.grid import Grid
from compress.sweeps.sweep import sweep
from compress.teaching.demo import demo
from compress.training.learn import Plan, learn_coin

COIN = Distribution.parse("H=0.7,T=0.3")
HOSTILE = Distribution.from_weights([("<script>alert(1)</script>", 3), ("a\nb", 2), ("\x1b[31m", 2), ("$x_1^2$", 1)])


def an_experiment(n: int = 2_000, stops: int = 50, true: Distribution = COIN) -> Experiment:
    beliefs: list[Assumed] = [Distribution.parse("H=0.9,T=0.1"), Relative.TRUE, Relative.UNIFORM]
    coders = [choose("arithmetic"), choose("huffman")]
    return validate_all(IidSource(true), beliefs if true is COIN else beliefs[1:], coders, n, stops=stops)


def all_records() -> list[Any]:
    p, q = Distribution.parse("dice:2"), Distribution.parse("uniform:12")
    # Two panels draw as many do, and sooner.
    few, shown = an_experiment(), demo(1_000, stops=50)
    return [
        replace(few, runs=few.runs[:2]),
        replace(shown, experiment=replace(shown.experiment, runs=shown.experiment.runs[:2])),
        repeat(IidSource(Distribution.parse("zipf:k=20")), [Relative.TRUE], [choose("arithmetic")], 200, 30),
        Forecast(p),
        PairForecast(Pair.of(p, q)),
        expected_code(p, choose("huffman")),
        expected_code(p, choose("arithmetic"), q),
        compress.report([str(Path(__file__))], speed=False),
        cross([str(Path(__file__)), str(Path(__file__).parent / "test_tables.py")], [choose("huffman")]),
        learn_coin(n=200, plan=Plan(epochs=4, batch=200)),
        coders_for(p, [choose("huffman"), choose("arithmetic")]),
        bench([made("coin", 500)], [choose("huffman"), choose("arithmetic")], runs=1),
        ladder([("a/b", b"to be or not to be, that is the question")], speed=False),
        sweep(Grid(("bernoulli:0.7",), ("bernoulli:{0.6..0.9:3}", "kt"), n="50", repeat=1)),
    ]


@functools.cache
def records() -> dict[str, Any]:
    # A ladder mixes: machine code of that takes seconds to make.
    with compilation("never"):
        return {f"{type(record).__name__}-{at}": record for at, record in enumerate(all_records())}


CASES = [(made, kind) for made in PLOTS for kind in PLOTS[made]]


def painted(record: Any, kind: str) -> Any:
    """The figure of a picture: not typed, for artists are found by what they have."""
    paint, size = PLOTS[type(record)][kind](record)
    figure = Figure(figsize=size)
    paint(figure)
    return figure


def texts(svg: bytes) -> list[str]:
    """All that is written on a picture."""
    root = ElementTree.fromstring(svg)
    return ["".join(element.itertext()) for element in root.iter("{http://www.w3.org/2000/svg}text")]


def test_every_kind_of_record_with_pictures_is_tried() -> None:
    assert {type(record) for record in records().values()} == set(PLOTS)


@pytest.mark.parametrize(("made", "kind"), CASES, ids=[f"{made.__name__}-{kind}" for made, kind in CASES])
def test_a_picture_says_what_it_shows(made: type, kind: str) -> None:
    before = dict(matplotlib.rcParams)
    for record in (record for record in records().values() if type(record) is made):
        svg = as_picture(record, kind, "svg")
        assert dict(matplotlib.rcParams) == before
        written = " ".join(texts(svg))
        # Axes are named, with units where there are any.
        assert re.search(r"bits|probability|standard errors|tokens|leaves", written)
        sizes = [float(size) for size in re.findall(rb"font(?:-size)?: ?(?:\w+ )*([\d.]+)px", svg)]
        assert sizes
        assert min(sizes) >= 9


@pytest.mark.slow
@pytest.mark.parametrize(("made", "kind"), CASES, ids=[f"{made.__name__}-{kind}" for made, kind in CASES])
def test_a_picture_is_the_same_bytes_twice(made: type, kind: str) -> None:
    for record in (record for record in records().values() if type(record) is made):
        assert as_picture(record, kind, "svg") == as_picture(record, kind, "svg")


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "begins"), [(".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")])
def test_every_format_is_itself_and_the_same_twice(ending: str, begins: bytes) -> None:
    assert set(ENDINGS) == {".svg", ".png", ".pdf"}
    made = [as_picture(records()["Forecast-3"], None, ending[1:]) for _ in range(2)]
    assert made[0].startswith(begins)
    assert made[0] == made[1]


# ---------------------------------------------------------------- what is on them


def test_excess_draws_a_curve_for_each_coder_with_a_mark_of_its_own() -> None:
    made = coders_for(Distribution.parse("dice:1"), [choose("huffman"), choose("block:2")])
    [axes] = painted(made, "excess").axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["huffman", "block:2"]
    for line, curve in zip(axes.lines, made.curves, strict=True):
        assert tuple(line.get_xdata()) == curve.chances
        assert tuple(line.get_ydata()) == curve.excess
    assert len({line.get_marker() for line in axes.lines}) == 2


def test_steps_has_a_bar_for_each_rung_and_says_what_it_saved() -> None:
    record = records()["Ladder-12"]
    [axes] = painted(record, "steps").axes
    [climb] = record.climbs
    assert [bar.get_width() for bar in axes.patches] == [sizes.bits_per_byte for sizes in climb.sizes]
    assert axes.texts[1].get_text() == f"{climb.sizes[1].bits_per_byte:.3f} ({-record.saved(climb, 1):+.1%})"
    assert len({bar.get_facecolor() for bar in axes.patches}) == 3


def test_frontier_draws_each_coder_where_it_is() -> None:
    record = records()["Bench-11"]
    [course] = record.courses
    for axes, way in zip(painted(record, "frontier").axes, ("encode", "decode"), strict=True):
        edge, *marks = axes.lines
        for row, mark in zip(course.rows, marks, strict=True):
            assert (mark.get_xdata()[0], mark.get_ydata()[0]) == (course.speed(getattr(row, way)), row.excess)
        assert sorted(edge.get_xdata()) == sorted(course.speed(getattr(row, way)) for row in course.frontier(way))
        assert [text.get_text() for text in axes.texts] == ["huffman", "arithmetic"]


def test_names_beside_marks_are_apart() -> None:
    taken: list[tuple[float, float, float, float]] = []
    found = {_free((100.0, 100.0), 60.0, taken) for _ in range(6)}
    assert len(found) == 6
    assert not any(
        a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3] for a, b in itertools.combinations(taken, 2)
    )


def test_measured_shows_each_run_where_it_is() -> None:
    experiment = an_experiment()
    left, right = painted(experiment, "measured").axes
    points = {(line.get_marker(), float(line.get_xdata()[0])) for line in left.lines if line.get_marker() in ("o", "|")}
    for each in experiment.runs:
        assert ("|", each.expected_bits_per_token) in points
        assert ("o", each.bits_per_token) in points
    scores = [each.z for each in experiment.runs if each.z is not None]
    shown = [float(line.get_xdata()[0]) for line in right.lines if line.get_marker() == "o"]
    assert shown == scores
    assert [text.get_text() for text in right.texts] == ["exact"] * (len(experiment.runs) - len(scores))
    assert next(tick.get_text() for tick in left.get_yticklabels()) == "H=0.9,T=0.1, arithmetic"


def test_a_waterfall_ends_at_the_file() -> None:
    experiment = an_experiment()
    axes = painted(experiment, "waterfall").axes
    assert len(axes) == len(experiment.runs) == 6
    for panel, each in zip(axes, experiment.runs, strict=True):
        bars = [(bar.get_x(), bar.get_width()) for bar in panel.patches]
        terms = list(each.ledger.terms.values())
        assert [width for _, width in bars[:-1]] == pytest.approx(terms)
        assert [x for x, _ in bars[:-1]] == pytest.approx(np.cumsum([0, *terms[:-1]]), abs=1e-6)
        assert bars[-1] == (0, pytest.approx(8 * each.file_bytes))


@pytest.mark.parametrize(("assumed", "said"), [("H=0.9,T=0.1", ""), ("H=1e-9,T=0.999999999", "each panel has a scale")])
def test_a_waterfall_has_room_and_one_scale_or_says_that_it_has_several(assumed: str, said: str) -> None:
    beliefs = [Relative.TRUE, Reading().assumed(assumed)]
    coders = [choose("huffman"), choose("arithmetic")]
    experiment = validate_all(Reading().source("H=0.7,T=0.3"), beliefs, coders, 1_000)
    figure = painted(experiment, "waterfall")
    scales = set()
    for panel in figure.axes:
        low, high = panel.get_xlim()
        ends = [end for bar in panel.patches for end in (bar.get_x(), bar.get_x() + bar.get_width())]
        assert low <= min(ends)
        assert max(ends) * 1.03 < high
        scales.add(high)
    assert (len(scales) > 1) == bool(said)
    assert said in (figure._supxlabel.get_text() if figure._supxlabel else "")


def test_tokens_of_one_surprise_share_a_name() -> None:
    [axes] = painted(Forecast(Distribution.parse("dice:2")), "surprise").axes
    assert {text.get_text() for text in axes.texts} == {"7", "6, 8", "5, 9", "4, 10", "3, 11", "2, 12"}
    [axes] = painted(Forecast(Distribution.parse("uniform:1000")), "surprise").axes
    assert [text.get_text() for text in axes.texts] == ["1, 2, 3, … (1,000)"]


def test_no_mark_hides_another_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(b"abracadabra" * 90)
    made = compress.report([tmp_path / "a", tmp_path / "b"], assumed=["empirical", "kt"], coders=["arithmetic"])
    [axes] = painted(made, "sizes").axes
    marks = [line for line in axes.lines if line.get_marker() not in ("None", "", None)]
    places = sorted(float(y) for line in marks for y in line.get_ydata())
    assert len(places) == 2 * 6
    assert min(np.diff(places)) > 0.1
    assert all(abs(y - round(y)) < 0.45 for y in places)


def test_a_funnel_is_the_path_in_its_band() -> None:
    experiment = an_experiment()
    [panel, *_] = painted(experiment, "funnel").axes
    each = experiment.runs[0]
    lines = [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in panel.lines]
    counts, means = zip(*each.path, strict=True)
    assert any(x.size == len(counts) and np.array_equal(y, means) for x, y in lines)
    assert each.moments is not None
    assert each.expected_bits_per_token is not None
    spread = 1.959964 * math.sqrt(each.moments.variance)
    high = each.expected_bits_per_token + spread / np.sqrt(counts)
    assert any(y.size == high.size and np.allclose(y, high, rtol=1e-6) for _, y in lines)


def test_a_path_is_the_mean_surprise_of_ever_more_tokens() -> None:
    experiment = an_experiment(n=500, stops=40)
    each = experiment.runs[0]
    symbols = IidSource(COIN).sample(500, np.random.PCG64(0))
    prices = -np.log2([0.9, 0.1])[symbols]
    for n, mean in each.path:
        assert mean == pytest.approx(prices[:n].mean(), abs=1e-9)
    assert each.path[0][0] == 1
    n, mean = each.path[-1]
    assert n == 500
    assert mean == pytest.approx(each.ideal_bits / 500)
    assert an_experiment(stops=0).runs[0].path == ()


def test_scores_are_the_shares_of_z_beside_the_normal_curve() -> None:
    made = records()["Repetitions-2"]
    [panel] = painted(made, "z").axes
    heights = [bar.get_height() for bar in panel.patches]
    assert sum(heights) * 0.25 == pytest.approx(made.each[0].scores.share(-4, 4))
    assert max(np.asarray(line.get_ydata()).max() for line in panel.lines[:1]) == pytest.approx(0.39894, abs=1e-4)


def test_bars_are_probabilities_and_lengths() -> None:
    forecast = expected_code(Distribution.parse("a=.5,b=.3,c=.2"), choose("huffman"))
    above, below = painted(forecast, "bars").axes
    assert [bar.get_height() for bar in above.patches] == pytest.approx([0.5, 0.3, 0.2, 0.5, 0.25, 0.25])
    assert [bar.get_height() for bar in below.patches] == [1, 2, 2]
    assert [tick.get_text() for tick in below.get_xticklabels()] == ["a", "b", "c"]


def test_a_tree_has_a_leaf_for_each_word_at_its_depth() -> None:
    forecast = expected_code(Distribution.parse("a=.5,b=.3,c=.2"), choose("huffman"))
    [axes] = painted(forecast, "tree").axes
    leaves = [float(line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "s"]
    assert sorted(leaves) == [1, 2, 2]
    assert {text.get_text() for text in axes.texts} == {"0", "1", "a", "b", "c"}


def test_sizes_are_where_the_rows_say(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abracadabra" * 30)
    (tmp_path / "b").write_bytes(bytes(range(256)))
    (tmp_path / "empty").touch()
    made = compress.report([tmp_path], assumed=["empirical", "uniform"], baselines="zlib", speed=False)
    [axes] = painted(made, "sizes").axes
    shown = {
        line.get_label(): list(map(float, line.get_xdata())) for line in axes.lines if line.get_linestyle() == "None"
    }
    assert len(shown) == 5
    rows = [row for row in made.rows if (row.how.spec, row.how.coder.name) == ("uniform", "huffman")]
    assert shown["uniform, huffman"] == [row.sums.sizes.bits_per_byte for row in rows if row.sums.n]
    assert shown["zlib 6"] == [row.sizes.bits_per_byte for row in made.baselines if row.sizes.content_bytes]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["a", "b"]
    assert as_picture(compress.report([], baselines="none"), None, "svg").startswith(b"<?xml")


def test_a_map_has_the_divergences() -> None:
    made = records()["Cross-8"]
    axes = painted(made, "cross").axes[0]
    assert np.array_equal(axes.images[0].get_array(), made.divergences(choose("huffman")))
    assert [text.get_text() for text in axes.texts] == [
        f"{value:.1f}" for row in made.divergences(choose("huffman")) for value in row
    ]


def test_tokens_lie_on_the_curve_of_surprise() -> None:
    [axes] = painted(Forecast(Distribution.parse("a=.5,b=.25,c=.25")), "surprise").axes
    points = np.asarray(axes.collections[0].get_offsets())
    assert np.allclose(points[:, 1], -np.log2(points[:, 0]))
    assert sorted(points[:, 0]) == [0.25, 0.25, 0.5]


# ---------------------------------------------------------------- what is hard to draw


def test_thousands_of_bars_are_drawn_together_and_it_is_said() -> None:
    forecast = expected_code(Distribution.parse("zipf:k=5000"), choose("arithmetic"))
    assert "5,000 tokens in the order of the alphabet, 20 to a step: their mean" in texts(
        as_picture(forecast, "bars", "svg")
    )
    groups = grouped(5_000)
    assert len(groups) == 250
    assert sum(last - first for first, last in groups) == 5_000
    assert grouped(256) == [(place, place + 1) for place in range(256)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["measured", "funnel", "waterfall"])
@pytest.mark.parametrize("n", [0, 1, 2])
def test_short_streams_are_drawn(kind: str, n: int) -> None:
    assert as_picture(an_experiment(n=n), kind, "svg").startswith(b"<?xml")


def test_infinite_surprises_are_counted_and_not_drawn() -> None:
    pair = PairForecast(Pair.of(Distribution.parse("a=.5,b=.25,c=.25"), Distribution.parse("a=1")))
    for kind in PLOTS[PairForecast]:
        said = " ".join(texts(as_picture(pair, kind, "svg")))
        assert "inf" in said
    assert "2 tokens beyond all height" in said


def test_what_no_tree_can_show_is_said() -> None:
    for forecast in (expected_code(Distribution.parse("uniform:300"), choose("huffman")), records()["CodeForecast-6"]):
        assert any("a tree has 2 to 64 leaves" in text for text in texts(as_picture(forecast, "tree", "svg")))


@pytest.mark.slow
def test_hostile_tokens_are_words_on_a_picture_and_nothing_else() -> None:
    records = [expected_code(HOSTILE, choose("huffman")), Forecast(HOSTILE), an_experiment(true=HOSTILE)]
    for record in records:
        for kind in PLOTS[type(record)]:
            svg = as_picture(record, kind, "svg")
            assert b"<script" not in svg
            assert b"\x1b" not in svg
            ElementTree.fromstring(svg)


def test_a_claim_that_nothing_could_be_coded_with_is_an_empty_picture() -> None:
    empty = validate_all(IidSource(COIN), [], [choose("huffman")], 10)
    for kind in PLOTS[Experiment]:
        assert as_picture(empty, kind, "png").startswith(b"\x89PNG")


def test_a_kind_that_a_record_has_not_is_refused() -> None:
    with pytest.raises(SpecError, match="no picture is called 'tree'; there are surprise"):
        as_picture(records()["Forecast-3"], "tree", "svg")


# ---------------------------------------------------------------- the command line


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "call",
    [
        "demo -n 200 --plot x.svg",
        "validate --true dice:1 --assumed true --coder huffman -n 200 --plot x.png --plot-kind funnel",
        "validate --true dice:1 --assumed true --coder huffman -n 200 --plot x.pdf --plot-kind waterfall",
        "validate --true zipf:k=9 -n 200 --repeat 5 --plot x.svg",
        "validate --true zipf:k=9 -n 200 --repeat 5 --plot x.svg --plot-kind z",
        "info dice:2 --plot x.svg",
        "info dice:2 --versus uniform:12 --plot x.svg --plot-kind bars",
        "code dice:2 --plot X.SVG --plot-kind tree",
    ],
)
def test_commands_draw(call: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(call.split()) == 0
    assert capsys.readouterr().out
    [made] = Path().iterdir()
    assert made.read_bytes()[:4] in (b"<?xm", b"\x89PNG", b"%PDF")


@pytest.mark.parametrize(
    ("call", "status", "says"),
    [
        ("demo -n 9 --plot x.gif", 2, "'x.gif': a picture's name ends in .svg, .png, .pdf"),
        ("demo -n 9 --plot -", 2, "'-': a picture's name ends in .svg, .png, .pdf"),
        ("demo -n 9 --plot x", 2, "'x': a picture's name ends in"),
        ("demo -n 9 --plot folder.svg", 1, "folder.svg: is not a regular file"),
        ("demo -n 9 --plot no/x.svg", 1, "no/x.svg: its directory does not exist"),
        ("demo -n 9 --plot x.svg --json x.svg", 1, "x.svg: two exports would write this file"),
        ("demo -n 9 --plot-kind funnel", 2, "--plot-kind chooses the picture that --plot FILE draws: give both"),
        ("demo -n 9 --plot x.svg --plot-kind z", 2, "'z' is not one of"),
        ("validate --true dice:1 -n 9 --plot x.svg --plot-kind z", 2, "--plot-kind z goes with --repeat"),
        ("validate --true dice:1 -n 9 --repeat 2 --plot x.svg --plot-kind funnel", 2, "--plot-kind z goes with"),
        ("validate --true file:in.svg --plot in.svg", 1, "in.svg: is the input"),
        ("info --surprise .5 --plot x.svg", 2, "--plot needs a SPEC, and --plot-kind bars needs --versus as well"),
        (
            "info dice:1 --plot x.svg --plot-kind bars",
            2,
            "--plot needs a SPEC, and --plot-kind bars needs --versus as well",
        ),
    ],
)
def test_a_picture_that_makes_no_sense_is_refused(
    call: str, status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("folder.svg").mkdir()
    Path("in.svg").write_text("abc")
    assert run(call.split()) == status
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert says in err
    assert Path("in.svg").read_text() == "abc"
    assert sorted(path.name for path in Path().iterdir()) == ["folder.svg", "in.svg"]


def test_without_matplotlib_there_are_letters_and_a_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("compress.reports.plots.figures.has_matplotlib", lambda: False)
    for call, chart in (
        ("demo -n 2000 --plot x.svg --plot-kind funnel", "\n    10  "),
        ("code dice:1 --plot x.svg", "q 0.1667  ######"),
        ("info dice:1 --plot x.svg", None),
    ):
        assert run([*call.split(), "--json", "x.json"]) == 1
        out, err = capsys.readouterr()
        assert err == "codelen: x.svg: a picture needs matplotlib; pip install 'codelen[plot]'\n"
        assert chart is None or chart in out
        assert Path("x.json").exists()
        assert not Path("x.svg").exists()


def test_a_funnel_of_letters_has_the_figures() -> None:
    experiment = an_experiment()
    text = render(funnel_chart(experiment))
    each = experiment.runs[0]
    last = next(line for line in text.splitlines() if line.strip().startswith("2,000 "))
    assert f"{each.ideal_bits / 2_000:.4f}" in last
    assert each.moments is not None
    assert f"± {1.959964 * math.sqrt(each.moments.variance / 2_000):.4f}" in last
    widths = [line.count("-") for line in text.split("Q = ")[1].splitlines() if " ± 0." in line]
    assert widths[0] > widths[3] > widths[-1] - 1


def test_bars_of_letters_are_as_long_as_they_should_be() -> None:
    lines = render(
        bars_chart(PairForecast(Pair.of(Distribution.parse("a=.5,b=.5"), Distribution.parse("a=.25,b=.75"))))
    )
    assert [line.count("#") + line.count("=") for line in lines.splitlines()[2:]] == [27, 14, 27, 41]
    many = render(bars_chart(expected_code(Distribution.parse("uniform:100"), choose("fixed"))))
    assert "... and 60 more tokens" in many


def test_charts_are_pictures_too() -> None:
    assert all(kind in PLOTS[record] for record, kind in CHARTS)


def test_training_shows_every_epoch_and_the_floor() -> None:
    made = learn_coin(n=500, plan=Plan(epochs=5, batch=500))
    [axes] = painted(made, "training").axes
    lines = {line.get_label(): line for line in axes.lines}
    assert lines["payload"].get_xdata().tolist() == [0, 1, 2, 3, 4, 5]
    assert lines["payload"].get_ydata().tolist() == [epoch.held_out.bits_per_token for epoch in made.epochs]
    losses = [epoch.training_loss / math.log(2) for epoch in made.epochs]
    assert lines["loss, learned from"].get_ydata().tolist() == losses
    assert lines["H(Y|X), the floor"].get_ydata()[0] == made.floor


def test_training_in_letters_falls_to_the_floor() -> None:
    made = learn_coin(n=2_000, plan=Plan(epochs=20, batch=2_000, rate=0.5, momentum=0.0))
    lines = render(CHARTS[(type(made), "training")](made)).splitlines()[2:]
    assert len(lines) == 12
    assert [int(line.split()[0]) for line in (lines[0], lines[-1])] == [0, 20]
    for line in lines:
        bits = float(line.split()[1])
        # The bar is as long as the bits are, of 41 letters for the most.
        assert abs(line.count("-") - round(bits * 41)) <= 1
    assert made.floor is not None
    assert lines[0].index("|") - lines[0].index("-") == round(made.floor * 41)
