"""The lessons as a page: all of their text, figures that were measured, pictures, answers behind a click."""

from __future__ import annotations

import re
from html import unescape
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from compress.reports.book import PICTURES, book
from compress.reports.plots import figures
from compress.reports.tables.lessons import grid_table
from compress.teaching.lessons import LESSONS
from compress.teaching.texts import Book, Exercise, Grid, Heading, Kept, Picture, Prose, chapter

pytest.importorskip("jinja2", reason="pages need the extra html")
pytest.importorskip("matplotlib", reason="pictures need the extra plot")


@pytest.fixture(scope="module")
def made() -> Book:
    return Book(tuple(map(chapter, LESSONS)))


@pytest.fixture(scope="module")
def text(made: Book) -> str:
    return book(made)


def test_the_book_has_every_part_of_every_lesson_in_order(made: Book, text: str) -> None:
    shown, at = unescape(text), 0
    for each in made.chapters:
        for part in (part for screen in each.screens for part in screen):
            match part:
                case Prose(words) | Heading(words) | Picture(_, words):
                    wanted = [words]
                case Kept(lines):
                    wanted = [line.strip() for line in lines]
                case Exercise(_, question, answer):
                    wanted = [question, f'<p class="answer">{answer}</p></details>']
                case Grid():
                    columns = [map(str, column.cells) for column in grid_table(part).columns]
                    wanted = [f">{cell}<" for row in zip(*columns, strict=True) for cell in row]
            for words in wanted:
                assert words in shown[at:], words
            at = shown.index(wanted[0], at)


def test_the_figures_of_the_book_are_measured_and_not_typed(text: str) -> None:
    typed = "".join(
        (files("compress") / "lessons" / f"{n}_{name}.txt").read_text() for n, name in enumerate(LESSONS, 1)
    )
    for figure in ["6.64", "5.17", "0.47", "3.27", "23.25", "1.72", "0.88", "9.97"]:
        assert f">{figure}<" in text
        assert figure not in typed


def test_the_texts_name_every_picture_once(made: Book, text: str) -> None:
    parts = [part for each in made.chapters for screen in each.screens for part in screen]
    assert sorted(part.name for part in parts if isinstance(part, Picture)) == sorted(PICTURES)
    sources = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]+)" alt="([^"]+)">', text)
    assert len(sources) == len({source for source, _ in sources}) == len(PICTURES)
    assert all(alt.endswith(".") for _, alt in sources)


def test_a_picture_shows_what_it_is_for() -> None:
    assert b"chance plays no part" not in PICTURES["funnel"]()
    assert b"dice:2" in PICTURES["curve"]()
    assert PICTURES["interval"]().count(b'class="mine"') == 4
    assert PICTURES["tree"]().count(b"<rect") == 12


def test_the_book_asks_for_nothing_and_runs_nothing(text: str) -> None:
    assert "<script" not in text
    assert re.findall(r'(?:src|href)="(?!data:|#)', text) == []
    assert "default-src 'none'" in text
    assert len(text.encode()) < 1_000_000
    anchors = re.findall(r'href="#([^"]+)"', text)
    assert len(anchors) == len(set(anchors)) > 25
    assert all(f'id="{anchor}"' in text for anchor in anchors)


def test_a_sheet_has_answers_only_if_asked() -> None:
    one = chapter("codes")
    questions, answers = book(Book((one,), "questions")), book(Book((one,), "answers"))
    for exercise in one.exercises:
        assert exercise.question in unescape(questions)
        assert exercise.answer in unescape(answers)
        assert exercise.answer not in unescape(questions)
    assert "<details" not in answers


def test_without_matplotlib_the_book_has_the_pictures_that_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "has_matplotlib", lambda: False)
    assert book(Book((chapter("codes"), chapter("learning")))).count("<img") == 2


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_the_book_and_opens_an_answer(browser: Any, text: str, scheme: str, tmp_path: Path) -> None:
    (tmp_path / "book.html").write_text(text, "utf-8")
    address = (tmp_path / "book.html").as_uri()
    for width in (400, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page = context.new_page()
        said: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(address)
        assert said == []
        assert [url for url in asked if not url.startswith("data:")] == [address]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # A picture that could not be drawn has no size.
        assert page.evaluate("[...document.images].every(image => image.naturalWidth > 100)")
        answer = page.locator("details p").first
        assert not answer.is_visible()
        page.locator("summary").first.click()
        assert answer.is_visible()
        context.close()
