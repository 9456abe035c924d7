"""What every test stands on."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """No terminal's width: what runs the tests on several cores may set one, and reports would follow it."""
    monkeypatch.delenv("COLUMNS", raising=False)
