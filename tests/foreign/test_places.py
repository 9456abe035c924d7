"""Where somebody else's coder is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compress.foreign.places import found
from compress.foreign.shapes import UnfitError


def test_a_coder_in_a_file_is_what_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What it imports is imported here.
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(sys, "modules", {**sys.modules})
    (tmp_path / "mine.py").write_text("Coder = 'a coder'\n")
    assert found(f"{tmp_path}/mine.py:Coder") == "a coder"
    with pytest.raises(UnfitError, match=r"none\.py: no such file$"):
        found(f"{tmp_path}/none.py:Coder")
    with pytest.raises(UnfitError, match="has no Nobody"):
        found(f"{tmp_path}/mine.py:Nobody")
