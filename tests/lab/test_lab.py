"""The lab: its pages in a browser, its notebooks as scripts, and what happens where it cannot be served."""

from __future__ import annotations

import ast
import contextlib
import json
import runpy
import signal
import socket
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import processes
import pytest
from serving import ended, started, without_token

import compress
from compress.cli.main import run
from compress.errors import OutputError, SpecError
from compress.lab import pieces
from compress.lab.pieces import spelled
from compress.lab.server import HOST, NOTEBOOKS, notebook_named, serve
from compress.training.labelled import BIRDS, learn_birds
from compress.training.learn import PLANS, learn_labels

# Of a page that waits for its engine, milliseconds.
PATIENCE = 60_000
# Which sliders of the page of beliefs are which: how many tokens are drawn, then six of P and six of Q.
DRAWN, PA, QA = 0, 1, 7

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    pytest.importorskip("marimo")
    process, address = started()
    yield address
    ended(process)


@pytest.fixture(scope="module")
def lab(address: str) -> str:
    """Where it serves, for whoever has been let in."""
    return without_token(address)


@pytest.fixture(scope="module")
def window(browser: Any, address: str) -> Iterator[Any]:
    """One window for all pages, which keeps what it has fetched and compiled, and the cookie."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address, timeout=PATIENCE)
    assert page.url == without_token(address)
    page.close()
    yield context
    context.close()


class Page:
    """A page of the lab, and all that it says and asks for; at the end of a `with` it has complained of nothing."""

    def __init__(self, window: Any, address: str) -> None:
        self.page = window.new_page()
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address, timeout=PATIENCE)

    def __enter__(self) -> Page:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self.page.close()
        if kind is None:
            assert self.complaints == []

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    def figure(self, name: str) -> str:
        """What the page shows under this name."""
        return str(self.page.locator(f"#{name}").inner_text(timeout=PATIENCE))

    def becomes(self, name: str, value: str) -> None:
        """Wait until it shows that."""
        self.page.wait_for_function(
            "([name, value]) => document.getElementById(name)?.innerText === value", arg=[name, value], timeout=PATIENCE
        )

    def press(self, slider: int, key: str, times: int = 1) -> None:
        """Move a slider by the keyboard."""
        self.page.get_by_role("slider").nth(slider).focus()
        for _ in range(times):
            self.page.keyboard.press(key)

    def put(self, slider: int, value: int) -> None:
        """Press until it stands there: a page that is being drawn may miss a key."""
        handle = self.page.get_by_role("slider").nth(slider)
        for _ in range(50):
            away = int(handle.get_attribute("aria-valuenow")) - value
            if not away:
                return
            self.press(slider, "ArrowLeft" if away > 0 else "ArrowRight")
        pytest.fail("the slider does not move")


def measured(p: str, q: str, n: int, coder: str = "arithmetic") -> str:
    """What `validate` gives for these, as a page shows it."""
    made = compress.validate(p, q, coder, n=n)
    reach = "" if made.ci95 is None else f" ± {(made.ci95[1] - made.ci95[0]) / 2:.4f}"
    return f"{made.bits_per_token:.4f}{reach}"


def shows_well(opened: Page, lab: str) -> None:
    """It has its figures and pictures, has asked nobody but the lab, and fits a wide screen and a telephone's."""
    opened.page.wait_for_selector("output", timeout=PATIENCE)
    opened.page.wait_for_selector("div[role=img] svg", timeout=PATIENCE)
    fetched = [url for url in opened.asked if not url.startswith(("data:", "blob:"))]
    assert {url.split("/")[2] for url in fetched} == {lab.split("/")[2]}
    for width in (400, 1280):
        opened.page.set_viewport_size({"width": width, "height": 900})
        assert opened.page.evaluate("window.innerWidth") == width
        assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
        # On a telephone the figures come before the sliders that move them, and the text below the title is short.
        figure, slider = (opened.page.locator(kind).first.bounding_box() for kind in ("output", "[role=slider], input"))
        assert figure["y"] < slider["y"]
    assert opened.page.locator("[role=alert]").count() == 0
    # Each tile has its unit.
    for tile in opened.page.locator("output + small").all():
        assert tile.inner_text() in ("bits/token", "bits/label", "nats/label", "bits", "letters", "labels", "%", "")


# A page's first load compiles its scripts, and each move waits for the engine: seconds.
@pytest.mark.slow
def test_a_slider_measures_what_validate_gives(window: Any, lab: str) -> None:
    with Page(window, f"{lab}beliefs/") as opened:
        shows_well(opened, lab)
        opened.becomes("measured", measured("a=.7,b=.3", "a=.9,b=.1", 1_000))
        opened.press(PA, "ArrowRight")
        opened.becomes("measured", measured("a=8/11,b=3/11", "a=.9,b=.1", 1_000))
        opened.press(DRAWN, "ArrowRight", 2)
        opened.becomes("measured", measured("a=8/11,b=3/11", "a=.9,b=.1", 100_000))
        opened.press(QA, "ArrowLeft", 6)
        opened.becomes("measured", measured("a=8/11,b=3/11", "a=3/4,b=1/4", 100_000))
        # A third token, and faster than the engine follows.
        opened.press(PA + 2, "ArrowRight", 2)
        opened.press(QA + 2, "ArrowRight", 1)
        opened.press(PA, "ArrowLeft", 3)
        opened.becomes("measured", measured("a=.5,b=.3,c=.2", "a=.6,b=.2,c=.2", 100_000))
        for slider, key, times in ((PA + 2, "ArrowLeft", 2), (QA + 2, "ArrowLeft", 1)):
            opened.press(slider, key, times)
        opened.page.get_by_role("combobox").first.select_option("huffman")
        opened.becomes("measured", "1.0000")
        assert opened.figure("verdict") == "pass"


@pytest.mark.slow
def test_a_word_is_coded_when_it_is_typed(window: Any, lab: str) -> None:
    with Page(window, f"{lab}words/") as opened:
        shows_well(opened, lab)
        opened.becomes("huffman", "23")
        assert (opened.figure("surprise"), opened.figure("arithmetic"), opened.figure("as_text")) == (
            "22.44",
            "23",
            "88",
        )
        word = opened.page.get_by_role("textbox")
        word.fill("aaaaaaaaaaaaaaab")
        opened.page.keyboard.press("Enter")
        made = spelled("aaaaaaaaaaaaaaab", "empirical")
        assert made.words is not None
        opened.becomes("huffman", str(len(made.words.payload)))
        opened.becomes("payload", made.interval.payload.to01())
        assert len(made.interval.payload) < len(made.words.payload) == 16
        # More letters than rows: a slider leaves the first ones out.
        assert "and 4 tokens more" in opened.page.locator("div[role=img] svg").nth(1).text_content(timeout=PATIENCE)
        opened.press(0, "ArrowRight", 4)
        opened.page.get_by_text("16: b", exact=True).wait_for(timeout=PATIENCE)
        opened.page.get_by_role("combobox").select_option("learned on the way")
        opened.page.get_by_text("there is no single tree").wait_for(timeout=PATIENCE)
        opened.becomes("payload", spelled("aaaaaaaaaaaaaaab", "kt").interval.payload.to01())
        word.fill("")
        opened.page.keyboard.press("Enter")
        assert "a message of 0 tokens" in opened.page.locator("#complaint").inner_text(timeout=PATIENCE)


@pytest.mark.slow
def test_an_epoch_is_as_long_as_its_loss(window: Any, lab: str) -> None:
    made = learn_labels(learn_birds(BIRDS, 0), replace(PLANS["labels"], hidden=0, seed=0))
    with Page(window, f"{lab}losses/") as opened:
        shows_well(opened, lab)
        opened.becomes("payload", f"{made.epochs[0].held_out.payload_bits:,}")
        for number in (1, 2, 3):
            opened.press(1, "ArrowRight")
            opened.becomes("payload", f"{made.epochs[number].held_out.payload_bits:,}")
            opened.becomes("loss", f"{made.epochs[number].held_out.loss:.4f}")
        opened.page.get_by_role("combobox").select_option("how a coin falls")
        opened.becomes("payload", "10,000")


@pytest.mark.slow
def test_what_has_no_code_is_told_and_the_page_goes_on(window: Any, lab: str) -> None:
    with Page(window, f"{lab}beliefs/") as opened:
        opened.becomes("measured", measured("a=.7,b=.3", "a=.9,b=.1", 1_000))
        opened.press(QA + 1, "ArrowLeft")
        told = opened.page.locator("#complaint")
        assert "Q gives token 'b' probability 0" in told.inner_text(timeout=PATIENCE)
        opened.page.get_by_text("∞").wait_for(timeout=PATIENCE)
        # A picture that is not there is not spoken of.
        opened.page.wait_for_function("!document.body.innerText.includes('orange')", timeout=PATIENCE)
        opened.put(QA, 0)
        opened.page.wait_for_function(
            "document.getElementById('complaint')?.innerText.includes('all weights of Q are 0')", timeout=PATIENCE
        )
        opened.put(QA + 1, 2)
        opened.put(QA, 3)
        opened.becomes("measured", measured("a=.7,b=.3", "a=3/5,b=2/5", 1_000))


@pytest.mark.slow
def test_the_first_page_leads_to_the_others(window: Any, lab: str) -> None:
    with Page(window, lab) as opened:
        links = opened.page.get_by_role("link")
        assert [link.get_attribute("href") for link in links.all()] == [f"/{name}/" for name in NOTEBOOKS]
        # A picture of each, which says nothing that its words do not.
        assert opened.page.evaluate("[...document.images].map(image => image.naturalWidth > 100)") == [True] * 3
        assert all(len(link.inner_text().split()) > 8 for link in links.all())
        for width in (400, 1280):
            opened.page.set_viewport_size({"width": width, "height": 900})
            assert opened.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.slow
def test_it_is_dark_where_the_system_is(browser: Any, lab: str, address: str) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)
        page = context.new_page()
        page.goto(address)
        for path in ("", "beliefs/"):
            page.goto(lab + path)
            if path:
                page.wait_for_selector("output", timeout=PATIENCE)
            # Drawn on a canvas, any notation of a colour becomes red, green and blue.
            ink = page.evaluate(
                """() => {
                    const context = document.createElement("canvas").getContext("2d");
                    context.fillStyle = getComputedStyle(document.body).color;
                    context.fillRect(0, 0, 1, 1);
                    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
                }"""
            )
            assert (sum(ink) > 380) is (scheme == "dark"), (path, scheme, ink)
        context.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_a_script(name: str, tmp_path: Path) -> None:
    pytest.importorskip("marimo")

    def work() -> None:
        runpy.run_path(str(Path(pieces.__file__).with_name(f"{name}.py")), run_name="__main__")

    done = processes.run(work, folder=tmp_path)
    assert (done.status, done.err) == (0, b"")
    assert b"bits" in done.out


@pytest.mark.slow
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_is_a_notebook_of_jupyters_too(name: str, tmp_path: Path) -> None:
    pytest.importorskip("marimo")
    source = Path(compress.__file__).parent / "lab" / f"{name}.py"
    target = tmp_path / "x.ipynb"

    def work() -> None:
        sys.argv = ["marimo", "export", "ipynb", str(source), "-o", str(target)]
        runpy.run_module("marimo", run_name="__main__")

    done = processes.run(work, folder=tmp_path)
    assert done.status == 0, done.err
    cells = json.loads(target.read_text("utf-8"))["cells"]
    assert len(cells) >= 6
    assert any("pieces as lab" in "".join(cell["source"]) for cell in cells)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "status", "word"),
    [(signal.SIGINT, 130, "interrupted"), pytest.param(signal.SIGTERM, 143, "terminated", marks=pytest.mark.slow)],
)
def test_a_signal_ends_it(number: int, status: int, word: str) -> None:
    pytest.importorskip("marimo")
    process, address = started("beliefs")
    assert without_token(address).endswith("/beliefs/")
    # It listens before it says so, and answers when it serves.
    with urllib.request.build_opener(urllib.request.HTTPCookieProcessor()).open(address, timeout=60) as answer:
        assert answer.status == 200
    assert ended(process, number) == (status, f"codelen: {word}\n")


REFUSED = "the lab answers this machine alone\n"
UNKNOWN = "open the address that codelen lab has printed, with its token\n"


def asked(lab: str, path: str, **headers: str) -> tuple[int, str]:
    """The status and the words that come of a request."""
    port = int(lab.split(":")[2].strip("/"))
    with contextlib.closing(HTTPConnection(HOST, port, timeout=60)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


@pytest.mark.slow
def test_whoever_has_no_token_is_not_answered(address: str, lab: str) -> None:
    port, token = lab.split(":")[2].strip("/"), address.partition("token=")[2]
    assert len(token) > 20
    kept = f"codelen_lab_{port}={token}"
    for path in ("/", "/beliefs/", "/beliefs/health", "/ws"):
        assert asked(lab, path) == (401, UNKNOWN)
        assert asked(lab, f"{path}?token=x") == (401, UNKNOWN)
        assert asked(lab, path, Cookie=f"codelen_lab_{port}=x") == (401, UNKNOWN)
        # Another site that has this machine's address, and another site's page.
        assert asked(lab, f"{path}?token={token}", Host=f"example.org:{port}") == (403, REFUSED)
        assert asked(lab, path, Cookie=kept, Host=HOST) == (403, REFUSED)
        assert asked(lab, path, Cookie=kept, Origin="http://example.org") == (403, REFUSED)
        assert asked(lab, path, Cookie=kept, Origin="null") == (403, REFUSED)
    assert asked(lab, f"/beliefs/?a=1&token={token}") == (303, "")
    assert asked(lab, "/", Cookie=kept, Host=f"localhost:{port}", Origin=f"http://localhost:{port}")[0] == 200


@pytest.mark.slow
def test_a_socket_from_elsewhere_is_not_opened(lab: str, window: Any) -> None:
    """The pages talk to their engine by sockets, and a browser opens them for any page of any site."""
    page = window.new_page()
    page.route("http://example.org/", lambda route: route.fulfill(body="<p>another site</p>", content_type="text/html"))
    page.goto("http://example.org/")
    path = f"ws://{lab.partition('//')[2]}beliefs/ws?session_id=s_aaaaaa"
    opens = "path => new Promise(done => { const socket = new WebSocket(path); "
    opens += "socket.onopen = () => done('opened'); socket.onerror = () => done('refused') })"
    assert page.evaluate(opens, path) == "refused"
    page.goto(lab)
    assert page.evaluate(opens, path) == "opened"
    page.close()


@pytest.mark.slow
def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("marimo")
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["lab", "--port", str(port)]) == 1
    assert capsys.readouterr().err == f"codelen: port {port} is in use; name another, or 0 for any that is free\n"
    assert run(["lab", "--port", "70000"]) == 2
    assert "a port lies from 0 to 65535, not 70000" in capsys.readouterr().err


def test_it_opens_the_page_where_it_is_asked_to(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr("compress.cli.lesson.serve", lambda port, ready, page: ready(f"http://{HOST}:{port}/{page}"))
    assert run(["lab", "beliefs", "--port", "9"]) == 0
    assert opened == []
    assert run(["lab", "beliefs", "--open"]) == 0
    assert opened == [f"http://{HOST}:2718/beliefs/"]


def test_without_marimo_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in ("marimo", "uvicorn"):
        with monkeypatch.context() as patch:
            patch.setitem(sys.modules, missing, None)
            with pytest.raises(OutputError, match=r"the lab needs marimo; pip install 'codelen\[lab\]'"):
                serve(0, print)


def test_a_page_that_is_none_is_told_with_the_nearest() -> None:
    with pytest.raises(SpecError, match=r"no page of the lab is called 'belief'; did you mean beliefs\?"):
        notebook_named("belief")
    assert run(["lab", "believes"]) == 2


def test_the_pieces_say_what_they_show() -> None:
    with pytest.raises(SpecError, match="all weights of P are 0"):
        pieces.beliefs([0, 0], [1, 0])
    p, q = pieces.beliefs([7, 3, 0], [0, 3, 0])
    assert (p.spec, q.spec) == ("a=7/10,b=3/10", "a=0,b=1")
    assert pieces.bars(p, q).startswith('<div role="img" aria-label="p and q of each token')
    made = pieces.experiment(*pieces.beliefs([7, 3], [9, 1]), "arithmetic", 500, 3)
    assert made.runs[0].payload_bits == compress.validate(p, "a=.9,b=.1", n=500, seed=3).payload_bits
    assert f">{made.runs[0].bits_per_token:.4f} ± " in pieces.figures_of(made)
    assert "luck" in pieces.ledger(made)
    assert "D(P||Q)" in pieces.stack(made)
    once = pieces.spelled("a<b", "uniform")
    assert once.words is not None
    assert "<code>0</code>" in pieces.tree(once)
    assert "&lt;" in pieces.tree(once)
    assert pieces.sizes(once).count("<output") == 5
    assert pieces.spelled("a", "empirical").interval.payload.to01() == ""
    assert "(empty)" in pieces.intervals(pieces.spelled("a", "empirical"))
    assert "no single tree" in pieces.tree(pieces.spelled("aab", "kt"))
    coin = pieces.learned("coin", 0, 5)
    assert coin.plan.seed == 5
    assert "loss times labels" in pieces.epoch_figures(coin, 1)
    assert f"{coin.epochs[2].held_out.payload_bits:,}" in pieces.epochs(coin, 2)


def test_every_notebook_is_in_the_list_and_in_the_folder() -> None:
    folder = Path(compress.__file__).parent / "lab"
    texts = {path.stem: path.read_text("utf-8") for path in folder.glob("*.py")}
    apps = {name: text for name, text in texts.items() if "marimo.App(" in text}
    assert set(apps) == set(NOTEBOOKS)
    for name, text in apps.items():
        assert (ast.get_docstring(ast.parse(text)) or "").count(f"codelen lab {name}") == 1
