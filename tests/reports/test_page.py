"""A page has every figure of its record, lets nothing foreign in, asks for nothing, and works in a browser."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import compress
from compress.cli.main import run
from compress.coders.catalog import choose
from compress.experiments.validate import validate_all
from compress.probability.relative import Relative
from compress.reports.views import as_page, as_table
from compress.specs import Reading
from compress.surveys.report import Report
from compress.teaching.demo import Demo, demo
from compress.training.learn import Plan, learn_coin

HOSTILE = "<img src=x onerror=alert(1)>&\"'"


class Reader(HTMLParser):
    """Reads a page: its tables, cell by cell, its text outside of them, and every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" in self._open or "script" in self._open:
            return
        if "td" in self._open or "th" in self._open:
            self.tables[-1][-1][-1] += data.strip()
        elif data.strip():
            self.words.append(data.strip())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "prose").write_bytes(b"the cat sat on the mat, and that was that. " * 20)
    (tmp_path / "in" / "genes").write_bytes(b"acgtacca" * 200)
    (tmp_path / "in" / HOSTILE.replace("/", "")).write_bytes(b"aab" * 70)
    return tmp_path


def a_report() -> Report:
    return compress.report(["in"], assumed=["empirical", "uniform"], speed=False, baselines="zlib")


def figures(text: str) -> list[str]:
    return sorted(re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?![\w.])", text))


def test_a_page_has_the_tables_of_the_report_and_their_words(folder: Path) -> None:
    report = a_report()
    read = Reader(as_page(report))
    [table] = read.tables
    assert table[0][:6] == ["file", "assumed Q", "coder", "n", "K", "H(P̂)"]
    for row in report.rows:
        sizes = row.sums.sizes
        name = Path(row.file).name
        line = [name, row.how.spec, row.how.coder.name, f"{row.sums.n:,}"]
        assert [cells[-3:] for cells in table if cells[:4] == line] == [
            [f"{sizes.file_bytes:,}", f"{sizes.ratio:.3f}", "pass"]
        ]
    assert "verdict: pass" in read.words
    # The totals stand in the foot, which is not sorted.
    assert sum(cells[0].endswith("total") for cells in table) == 5
    foot = as_page(report).partition("<tfoot>")[2].partition("</tfoot>")[0]
    assert foot.count("<tr>") == 5


@pytest.fixture(scope="module")
def a_demo() -> tuple[Demo, str]:
    """A demo and its page."""
    made = demo(2_000)
    return made, as_page(made)


def test_a_demo_page_has_every_figure_of_its_table(a_demo: tuple[Demo, str]) -> None:
    from compress.reports.table import render

    made, page = a_demo
    read = Reader(page)
    written = " ".join([*read.words, *(cell for table in read.tables for row in table for cell in row)])
    missing = [figure for figure in figures(render(as_table(made))) if figure not in figures(written)]
    assert missing == []
    assert [(len(table), len(table[0])) for table in read.tables] == [(7, 7), (10, 4)]


def test_foreign_names_are_words(folder: Path) -> None:
    text = as_page(a_report())
    read = Reader(text)
    assert HOSTILE in [row[0] for row in read.tables[0]]
    assert not [element for element in read.elements if element[0] == "img" or "onerror" in element[1]]
    assert "<img" not in text


def test_a_page_asks_for_nothing_and_runs_no_script_but_its_own(folder: Path) -> None:
    text = as_page(a_report())
    read = Reader(text)
    for tag, attributes in read.elements:
        assert tag not in ("iframe", "object", "embed", "form", "base")
        for name in ("src", "href", "xlink:href", "action"):
            value = attributes.get(name) or "#"
            assert value.startswith(("#", "data:")), (tag, value)
        assert not [name for name in attributes if name.startswith("on")]
    [script] = re.findall(r"<script>(.*?)</script>", text, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    [policy] = [
        str(each["content"]) for tag, each in read.elements if each.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy.startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy
    assert "url(" not in text.partition("<style>")[2].partition("</style>")[0]


def test_pictures_have_words_beside_them() -> None:
    short = demo(500, stops=20).experiment
    short = replace(short, runs=short.runs[:1])
    read = Reader(as_page(short))
    pictures = [attributes for tag, attributes in read.elements if tag == "svg"]
    assert len(pictures) == 3
    for attributes in pictures:
        assert attributes["role"] == "img"
        assert attributes["aria-label"] in read.words
    without = replace(short, runs=(replace(short.runs[0], path=()),))
    assert len([tag for tag, _ in Reader(as_page(without)).elements if tag == "svg"]) == 2


@pytest.mark.slow
def test_a_page_is_the_same_twice_and_small_enough(folder: Path) -> None:
    report = a_report()
    assert as_page(report) == as_page(report)
    assert len(as_page(report).encode()) < 500_000
    for place in range(300):
        (folder / "in" / f"{place:03}").write_bytes(bytes([place % 256]) * 9 + b"ab")
    many = compress.report(["in"], coders=["huffman"], speed=False, baselines="zlib,bz2,lzma")
    text = as_page(many)
    assert len(text.encode()) < 500_000
    assert "... and 212 more rows; the CSV of this report has them all." in text
    assert text.count("<tr>") == 1 + 1000 + 4


@pytest.mark.parametrize(
    "call",
    [
        "validate --true zipf:k=9 -n 300 --repeat 5 --html x.html",
        "report in --no-speed --html x.html",
        "compare a.json a.json --html x.html",
    ],
)
def test_commands_write_pages(call: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a.json").write_text(a_report().to_json())
    assert run(call.split()) == 0
    text = Path("x.html").read_text("utf-8")
    assert text.startswith("<!doctype html>")
    assert Reader(text).tables
    assert f"<code>$ codelen {call}</code>" in text
    capsys.readouterr()
    if call.startswith("compare"):
        assert run([*call.split()[:-1], "-"]) == 0
        assert capsys.readouterr().out.replace("--html -<", "--html x.html<") == text


def test_without_jinja_a_page_is_refused_before_the_work(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("compress.reports.page.has_jinja", lambda: False)
    monkeypatch.setattr("compress.cli.experiments.measure.demo", lambda *_, **__: pytest.fail("the work was begun"))
    assert run(["demo", "--html", "x.html"]) == 1
    assert capsys.readouterr().err == "codelen: x.html: a page needs jinja2; pip install 'codelen[html]'\n"
    assert list(tmp_path.iterdir()) == []


def test_without_matplotlib_a_page_has_no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compress.reports.page.has_matplotlib", lambda: False)
    assert not [tag for tag, _ in Reader(as_page(demo(300))).elements if tag == "svg"]


# ---------------------------------------------------------------- in a browser


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_it_without_a_complaint(browser: Any, folder: Path, scheme: str) -> None:
    (folder / "x.html").write_text(as_page(a_report()), "utf-8")
    for width in (400, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("dialog", lambda dialog, said=said: said.append(dialog.message))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto((folder / "x.html").as_uri())
        assert said == []
        assert asked == [(folder / "x.html").as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        ink, paper = page.evaluate(
            "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
        )
        assert (sum(map(int, re.findall(r"\d+", ink))) > sum(map(int, re.findall(r"\d+", paper)))) is (scheme == "dark")
        context.close()


@pytest.mark.slow
def test_wide_pages_use_their_width_and_narrow_ones_scroll_in_boxes(browser: Any, folder: Path) -> None:
    made = validate_all(Reading().source("zipf:k=27"), [Relative.TRUE, Relative.UNIFORM], [choose("huffman")], 500)
    (folder / "x.html").write_text(as_page(made), "utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    page.goto((folder / "x.html").as_uri())
    assert [round(box.bounding_box()["width"]) for box in page.locator("table").all()] == [1100, 1100]
    assert page.locator("dl dt").all_inner_texts() == ["true P", "stream"]
    assert page.locator("dl dd").all_inner_texts()[0].split() == [
        *("zipf:k=27", "H(P)", "=", "3.9694", "bits/token,", "K", "=", "27")
    ]
    first, second = page.locator("dl dd").first.locator("span").all()
    gap = second.bounding_box()["x"] - first.bounding_box()["x"] - first.bounding_box()["width"]
    assert gap >= 15
    # On a small screen what is too wide is behind the edge of its own box, which a shadow tells.
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    for box in page.locator(".scroll").all():
        inner, outer = box.evaluate("box => [box.scrollWidth, box.clientWidth]")
        assert outer < inner
        assert "gradient" in box.evaluate("box => getComputedStyle(box).backgroundImage")


def test_no_line_is_broken_by_hand(a_demo: tuple[Demo, str]) -> None:
    """Where a screen of 80 columns ends, no page does."""
    _, text = a_demo
    assert "<p>A coin shows heads with probability 0.7, H(P) = 0.8813 bits/flip.  Six friends believe six" in text
    assert "<br>" not in text


@pytest.mark.slow
def test_a_table_is_sorted_by_click_and_by_keyboard(browser: Any, folder: Path) -> None:
    (folder / "x.html").write_text(as_page(a_report()), "utf-8")
    page = browser.new_page()
    page.goto((folder / "x.html").as_uri())

    def column(number: int) -> list[str]:
        cells: list[str] = page.locator(f"tbody td:nth-child({number})").all_inner_texts()
        return cells

    names = page.locator("thead [role=button]").all_inner_texts()
    place = names.index("file bytes")
    before = column(place + 1)
    page.locator("thead [role=button]").nth(place).click()
    sizes = [int(text.replace(",", "")) for text in column(place + 1)]
    assert sizes == sorted(sizes)
    assert page.locator("th[aria-sort=ascending]").all_inner_texts()[0].startswith("file bytes")
    page.locator("thead [role=button]").nth(place).focus()
    page.keyboard.press("Enter")
    assert [int(text.replace(",", "")) for text in column(place + 1)] == sorted(sizes, reverse=True)
    assert sorted(before) == sorted(column(place + 1))
    # Words by their letters; rows without a value stay at the end whichever way.
    page.locator("thead [role=button]").nth(names.index("file")).click()
    assert column(1) == sorted(column(1))
    for _ in range(2):
        page.locator("thead [role=button]").nth(names.index("payload")).click()
        assert column(names.index("payload") + 1)[-3:] == ["", "", ""]
    assert page.locator("tfoot tr").count() == 5


@pytest.mark.slow
def test_a_page_prints(browser: Any, folder: Path) -> None:
    (folder / "x.html").write_text(as_page(a_report()), "utf-8")
    page = browser.new_page()
    page.goto((folder / "x.html").as_uri())
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_table_without_names_has_no_head() -> None:
    text = as_page(learn_coin(n=100, plan=Plan(epochs=1)))
    tables = re.findall(r"<table.*?</table>", text, re.DOTALL)
    assert [("<thead>" in table) == ("<th" in table) for table in tables] == [True] * len(tables)
    [summary] = [table for table in tables if "numbers, from 100 tokens" in table]
    assert "<thead>" not in summary
