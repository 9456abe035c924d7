"""An interval that narrows: each part as wide as its chance, each token's own marked, and the point within it."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest

from compress.cli.main import run
from compress.coders.catalog import choose
from compress.errors import SpecError
from compress.experiments.trace import Trace, trace
from compress.reports.drawings.intervals import MOST_ROWS, interval_svg
from compress.specs import Reading
from compress.symbols import Stream

SVG = "{http://www.w3.org/2000/svg}"


def traced(message: str, spec: str = "empirical", coder: str = "arithmetic") -> Trace:
    return trace(Stream.of(message), Reading().believed(spec), choose(coder))


def drawn(made: Trace, first: int = 0) -> ElementTree.Element:
    return ElementTree.fromstring(interval_svg(made, first))


def rows_of(svg: ElementTree.Element) -> list[list[tuple[float, float, bool]]]:
    """In each row from left to right: where a part begins, where it ends, and whether it is the token's own."""
    rows: dict[float, list[tuple[float, float, bool]]] = {}
    for rect in svg.iter(f"{SVG}rect"):
        if rect.attrib["class"] in ("part", "mine"):
            x, wide = float(rect.attrib["x"]), float(rect.attrib["width"])
            rows.setdefault(float(rect.attrib["y"]), []).append((x, x + wide, rect.attrib["class"] == "mine"))
    return [sorted(rows[y]) for y in sorted(rows)]


def points_of(svg: ElementTree.Element) -> list[float]:
    return [float(line.attrib["x1"]) for line in svg.iter(f"{SVG}line")]


def said(svg: ElementTree.Element) -> list[str]:
    return [str(text.text) for text in svg.iter(f"{SVG}text")]


def test_every_row_has_every_part_and_the_point_lies_in_the_tokens_own() -> None:
    svg = drawn(traced("abracadabra"))
    rows, points = rows_of(svg), points_of(svg)
    assert len(rows) == len(points) == 11
    for row, point in zip(rows, points, strict=True):
        assert len(row) == 5
        assert (row[0][0], row[-1][1]) == (20, 460)
        assert all(end == pytest.approx(begin, abs=0.11) for (_, end, _), (begin, _, _) in pairwise(row))
        assert [end - begin for begin, end, _ in row] == pytest.approx(
            [440 * w / 11 for w in (5, 2, 1, 1, 2)], abs=0.11
        )
        [(begin, end)] = [(begin, end) for begin, end, mine in row if mine]
        assert begin <= point < end
    owners = ["abcdr"[[mine for *_, mine in row].index(True)] for row in rows]
    assert "".join(owners) == "abracadabra"
    assert "[365/1331, 35/121)" in said(svg)


def test_the_point_is_where_the_payload_says() -> None:
    made = traced("abba", "a=3/4,b=1/4")
    assert points_of(drawn(made))[0] == pytest.approx(20 + 440 * int(made.payload.to01(), 2) / 64, abs=0.06)


def test_of_a_q_that_changes_the_tokens_own_part_is_drawn() -> None:
    rows = rows_of(drawn(traced("aab", "kt")))
    assert [[(round(begin), round(end)) for begin, end, _ in row] for row in rows] == [
        [(20, 240)],
        [(20, 350)],
        [(387, 460)],
    ]


def test_a_long_message_is_drawn_in_pieces() -> None:
    made = traced("ab" * 10)
    svg = drawn(made)
    assert len(rows_of(svg)) == MOST_ROWS
    assert "and 8 tokens more" in said(svg)
    later = drawn(made, 12)
    assert len(rows_of(later)) == 8
    assert said(svg)[-2] in said(later)
    assert not any("more" in text for text in said(later))


def test_words_narrow_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SpecError, match="huffman narrows no interval"):
        interval_svg(traced("aab", coder="huffman"))
    assert run(["trace", "a<&", "--svg", "-"]) == 0
    assert {"a", "<", "&"} <= set(said(ElementTree.fromstring(capsys.readouterr().out)))
