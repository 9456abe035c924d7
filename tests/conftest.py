"""What every test stands on."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from compress.kernel import ENOUGH, compilation
from compress.running import calls
from compress.surveys import report

# The same examples every time, and quickly.  `pytest --hypothesis-profile long` looks for others.
settings.register_profile(
    "suite",
    deadline=None,
    derandomize=True,
    max_examples=50,
    # How kernels are compiled is the same for all examples of a test.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("long", deadline=None, max_examples=1000)
# Of `mutations.py`: an example that fails is not made small.
settings.register_profile("mutations", settings.get_profile("suite"), phases=(Phase.explicit, Phase.generate))
settings.load_profile("suite")

# `always` or `never` for all that asks for neither form.
MODE = os.environ.get("CODELEN_COMPILE", "auto")

# What is timed is timed briefly: no test looks at how long anything takes.
report._SECONDS = 0.0


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal's width: what runs the tests on several cores may set one, and reports would follow it."""
    monkeypatch.delenv("COLUMNS", raising=False)


@pytest.fixture(scope="session", autouse=True)
def _elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Away from the project: whatever a fault takes for a file's name, `-` or an option, is not written into it."""
    with contextlib.chdir(tmp_path_factory.mktemp("elsewhere")):
        yield


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is marked so has each test twice: with every kernel as Python, and with every kernel compiled.

    both_forms(slow=True): machine code of kernels that no other test has made takes seconds.
    """
    if marker := metafunc.definition.get_closest_marker("both_forms"):
        marks = [pytest.mark.slow] * bool(marker.kwargs.get("slow"))
        forms = [pytest.param("never", id="python"), pytest.param("always", id="compiled", marks=marks)]
        metafunc.parametrize("_form", forms, indirect=True)


# Not asked for by name: whatever is not asked for by a test's own arguments has to be everybody's.
@pytest.fixture(autouse=True)
def _form(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where neither form is asked for, a test codes its first 2^15 tokens in Python, whatever was tested before it."""
    with compilation(getattr(request, "param", MODE), ENOUGH - (1 << 15)):
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's Chromium, driven by playwright: one for all pages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None or importlib.util.find_spec("playwright") is None:
        pytest.skip("needs Debian's chromium and PyPI's playwright")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        try:
            options = ["--no-sandbox", "--disable-dev-shm-usage"]
            opened = playwright.chromium.launch(executable_path=chromium, args=options)
        except sync_api.Error as error:
            pytest.skip(f"chromium does not start here: {error.message.splitlines()[0]}")
        yield opened
        opened.close()


@pytest.fixture
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help is asked for after the first call, however little there is to do."""
    for name in ("_LOOK", "_WORTH", "_LONG"):
        monkeypatch.setattr(calls, name, -1.0)
