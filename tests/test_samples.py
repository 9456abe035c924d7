"""The samples are what their script makes, round-trip, and have the entropies that their page says."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from pathlib import Path

import pytest
from documents import DOCUMENTS
from of_q import EACH_OF_Q, SPARE

from compress import decode, encode
from compress.coders.catalog import CODERS
from compress.frames.header import Limits
from compress.frames.inspections import inspect
from compress.sources.tokens import tokeniser
from compress.specs import Reading

SAMPLES = Path(__file__).parent.parent / "samples"
FILES = sorted(path for path in SAMPLES.iterdir() if path.is_file())

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="needs a checkout")


@pytest.mark.slow
def test_the_script_makes_the_same_bytes() -> None:
    command = [sys.executable, str(SAMPLES / "make_samples.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert result.returncode == 0, result.stdout
    assert result.stdout.count("same") == 13


@pytest.mark.slow
def test_the_gallery_is_what_its_script_draws() -> None:
    names = ("funnel.svg", "waterfall.svg", "loss.svg", "kinks.svg", "training.svg", "intervals.svg")
    command = [sys.executable, str(SAMPLES / "make_gallery.py"), "--check"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=200)
    assert result.stdout == "".join(f"{name}: same\n" for name in names)
    assert result.returncode == 0
    stored = {path.name for path in (SAMPLES / "gallery").iterdir()}
    assert stored == set(names)
    shown = " ".join(document.read_text("utf-8") for document in DOCUMENTS)
    script = (SAMPLES / "make_gallery.py").read_text("utf-8")
    for name in stored:
        assert f"samples/gallery/{name})" in shown
        [command_line] = re.findall(rf'"{name}": "(.*)"', script)
        assert f"codelen {command_line} {name}" in " ".join(shown.replace("\\\n", " ").split())


@pytest.mark.parametrize("coder", EACH_OF_Q)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_sample_comes_back_and_every_bit_is_accounted_for(path: Path, coder: str) -> None:
    data = path.read_bytes()
    encoded = encode(data, coder=coder)
    assert decode(encoded) == data
    [frame] = inspect(io.BytesIO(encoded), Limits())
    assert abs(frame.ledger.total - 8 * len(encoded)) < 1e-6
    assert frame.ledger.luck == 0
    if coder == "arithmetic":
        assert -1e-3 < frame.payload_bits - frame.ideal_bits < 3 * frame.blocks
    elif coder in ("tunstall:12", "typical:0.1"):
        # A word has a token at least; a sequence has two or more, and 8 bits for each and one more at most.
        assert frame.payload_bits <= 12 * len(data)
    elif coder != "fixed":
        assert (
            frame.payload_bits < (frame.empirical.entropy + 1 + SPARE.get(coder, 0)) * len(data)
            if frame.empirical
            else True
        )


@pytest.mark.parametrize(
    ("name", "tokens", "low", "high"),
    [
        ("fair_coin.txt", "bytes", 0.9999, 1.0),
        ("biased_coin.txt", "bytes", 0.875, 0.888),
        ("boring.txt", "bytes", 0.0, 0.0),
        ("noise.bin", "bytes", 7.99, 8.0),
        ("dice_sums.txt", "ints", 3.25, 3.30),
        ("sensor.txt", "ints", 2.98, 3.04),
        ("waits.txt", "ints", 5.66, 5.76),
        ("measurements.csv", "csv:state", 0.21, 0.34),
        ("measurements.csv", "csv:room", 1.45, 1.52),
    ],
)
def test_empirical_entropy_is_near_that_of_the_known_p(name: str, tokens: str, low: float, high: float) -> None:
    assert low <= Reading(tokeniser(tokens)).distribution(f"file:{SAMPLES / name}").entropy <= high


def test_the_boring_sample_has_a_payload_of_no_bits_at_all() -> None:
    [frame] = inspect(io.BytesIO(encode((SAMPLES / "boring.txt").read_bytes())), Limits())
    assert frame.payload_bits == 0
    assert frame.ledger.container == 8 * frame.file_bytes


def test_noise_cannot_be_compressed() -> None:
    data = (SAMPLES / "noise.bin").read_bytes()
    for coder in CODERS:
        assert len(encode(data, coder=coder)) > len(data)


def test_the_page_names_every_sample() -> None:
    page = (SAMPLES / "README.md").read_text()
    for path in FILES:
        if path.suffix not in (".md", ".py"):
            assert f"`{path.name}`" in page
