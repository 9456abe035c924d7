"""Coders that people use, judged: what is found of them is found by the cases, and what is right passes.

The extra `peers` brings those that are not here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from compress.judging.cases import STREAMS
from compress.judging.judge import Judgement, judge

CODERS = Path(__file__).with_name("coders.py")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def judged(name: str, *, needs: str, is_long: bool = False) -> Judgement:
    pytest.importorskip(needs)
    return judge(f"{CODERS}:{name}", timeout=60, is_long=is_long)


def failures(made: Judgement) -> dict[str, str]:
    return {ruling.case: ruling.got for ruling in made.failed}


@pytest.mark.parametrize("name", ["ConstrictionRange", "ConstrictionAns", "ConstrictionHuffman"])
def test_constriction_passes_and_refuses_an_alphabet_of_one(name: str) -> None:
    made = judged(name, needs="constriction")
    assert failures(made) == {}
    assert made.granule == 32
    refused = [ruling.case for ruling in made.refused]
    assert refused == ([] if name == "ConstrictionHuffman" else ["an alphabet of 1"])
    if name == "ConstrictionRange":
        assert made.laws == ("arithmetic",)


def test_bitarray_encodes_words_that_are_longer_than_its_decoder_takes() -> None:
    made = judged("BitarrayHuffman", needs="bitarray")
    assert list(failures(made)) == ["words of up to 59 bits"]
    assert failures(made)["words of up to 59 bits"].startswith("ValueError: len(count) cannot be larger than 32")
    assert made.laws == ("optimal prefix code",)


def test_simple_ans_loses_a_strided_view_and_fails_without_symbols() -> None:
    made = judged("SimpleAns", needs="simple_ans")
    found = failures(made)
    assert found["no symbol"].startswith("IndexError: ")
    assert "symbols in a strided view" in found
    [strided] = [ruling for ruling in made.failed if ruling.case == "symbols in a strided view"]
    assert strided.expected != strided.got
    assert len(strided.smallest.partition("message ")[2].split()) <= 3
    assert "symbols as uint8" not in found


def test_range_coder_encodes_1025_tokens_and_refuses_to_decode() -> None:
    made = judged("RangeCoder", needs="range_coder")
    assert list(failures(made)) == ["an alphabet of 1,025", "an alphabet of 5,000"]
    assert all(got.startswith("ValueError: Number of symbols can be at most") for got in failures(made).values())


@pytest.mark.parametrize("name", ["zlib", "lzma", "bz2"])
def test_who_ignores_q_passes_and_pays_for_it(name: str) -> None:
    made = judge(f"{name}:", only=[stream.name for stream in STREAMS])
    assert failures(made) == {}
    assert made.laws == ()
    zipf = made.costs[-1]
    assert zipf.payload_bits > zipf.ours["huffman"] > zipf.ours["arithmetic"]


@pytest.mark.benchmark
@pytest.mark.fuzz
def test_what_ten_million_tokens_cost_constrictions_range_coder() -> None:
    made = judged("ConstrictionRange", needs="constriction", is_long=True)
    print(f"\n{made.costs[-1].excess_bits:,.1f} bits above ideal, {made.costs[-1].entropy:.4f} bits/token")
    assert made.costs[-1].n == 10_000_000
    assert 500 < made.costs[-1].excess_bits < 3_000
