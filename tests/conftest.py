"""What every test stands on."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

# The same examples every time, and quickly.  `pytest --hypothesis-profile long` looks for others.
settings.register_profile("suite", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("long", deadline=None, max_examples=1000)
# Of `mutations.py`: an example that fails is not made small.
settings.register_profile("mutations", settings.get_profile("suite"), phases=(Phase.explicit, Phase.generate))
settings.load_profile("suite")


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal's width: what runs the tests on several cores may set one, and reports would follow it."""
    monkeypatch.delenv("COLUMNS", raising=False)
