"""Tokens of a chain: drawn as it says, the same for the same seed, and as surprising as theory has it."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from compress.errors import CompressError, DataError, SpecError
from compress.probability.chain import Chain
from compress.sources.iid import IidSource
from compress.sources.markov import MarkovSource
from compress.sources.protocol import generator
from compress.specs import BARE, Reading, files_of, without_folders

CHAIN = Chain.of(
    [
        ("a", [("a", 0.9), ("b", 0.1)]),
        ("b", [("c", 1)]),
        ("c", [("a", 0.25), ("b", 0.25), ("c", 0.5)]),
    ]
)


@pytest.mark.both_forms
def test_a_seed_gives_these_very_tokens() -> None:
    drawn = MarkovSource(CHAIN).sample(24, generator(5))
    assert drawn.tolist() == [0, 0, 0, 1, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0]
    assert drawn.dtype == np.uint8


def test_pairs_come_as_often_as_they_should_and_impossible_ones_never() -> None:
    n = 200_000
    drawn = MarkovSource(CHAIN).sample(n, generator(1)).astype(np.int64)
    pairs = np.bincount(3 * drawn[:-1] + drawn[1:], minlength=9).reshape(3, 3)
    due = CHAIN.stationary[:, None] * CHAIN.matrix
    assert (pairs[due == 0] == 0).all()
    assert np.abs(pairs / n - due).max() < 0.01
    # The first token has the stationary distribution.
    firsts = [int(MarkovSource(CHAIN).sample(1, generator(seed))[0]) for seed in range(3_000)]
    assert np.bincount(firsts) / 3_000 == pytest.approx(CHAIN.stationary, abs=0.04)


def test_more_tokens_begin_with_the_same() -> None:
    source = MarkovSource(CHAIN)
    assert source.sample(40_000, generator(3))[:33_000].tolist() == source.sample(33_000, generator(3)).tolist()


def test_the_surprise_of_a_stream_is_that_of_its_steps() -> None:
    source = MarkovSource(CHAIN)
    drawn = source.sample(500, generator(2)).tolist()
    bits = -math.log2(CHAIN.stationary[drawn[0]]) - sum(
        math.log2(CHAIN.matrix[a, b]) for a, b in zip(drawn, drawn[1:], strict=False)
    )
    assert source.surprise_bits(np.array(drawn, np.uint8)) == pytest.approx(bits)
    assert source.surprise_bits(np.array([1, 0], np.uint8)) == math.inf
    assert source.surprise_bits(np.zeros(0, np.uint8)) == 0
    assert source.entropy_bits(0) == 0
    assert source.entropy_bits(1) == CHAIN.distribution.entropy
    assert source.entropy_bits(11) == pytest.approx(CHAIN.distribution.entropy + 10 * CHAIN.entropy_rate)
    mean = np.mean([source.surprise_bits(source.sample(50, generator(seed))) for seed in range(2_000)])
    assert mean == pytest.approx(source.entropy_bits(50), abs=1)


def a_file(folder: Path, text: str) -> str:
    (folder / "c.json").write_text(text)
    return f"markov:@{folder / 'c.json'}"


def test_a_chain_is_read_exactly(tmp_path: Path) -> None:
    table = {"a": {"a": "19/20", "b": "0.05"}, "b": {"a": 0.1, "b": 0.9}}
    spec = a_file(tmp_path, json.dumps(table))
    source = BARE.source(spec)
    assert isinstance(source, MarkovSource)
    assert source.chain.rows[0].weights == (19, 1)
    assert source.chain.spec == spec
    assert files_of(spec) == [str(tmp_path / "c.json")]
    assert without_folders(spec) == "markov:@c.json"
    assert isinstance(BARE.source("a=.5,b=.5"), IidSource)
    spec = a_file(tmp_path, '{"a": {"a": 3, "b": 1}, "b": {"a": 1}}')
    with pytest.raises(DataError, match="after 'a': weights sum to 4, not to 1"):
        BARE.source(spec)
    assert Reading(normalize=True).chain(spec).rows[0].weights == (3, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not a table of weights"),
        ("[1]", "not a table of weights"),
        ('{"a": 1}', "not a table of weights"),
        ('{"a": {"a": true}}', "token 'a' has weight True, which is not a number"),
        ('{"a": {"a": 0.5, "b": 0.5}, "b": {"b": 1}}', "the chain falls apart: no way leads from 'b' to 'a'"),
        ('{"a": {"a": 0.5, "a": 0.5}}', "after 'a': token 'a' is given twice"),
        ('{"a": {"b": 1}}', "after 'a': token 'b' has probability above 0 but is not in the alphabet"),
    ],
)
def test_what_is_wrong_in_a_file_names_it(text: str, message: str, tmp_path: Path) -> None:
    spec = a_file(tmp_path, text)
    with pytest.raises(DataError) as caught:
        BARE.chain(spec)
    assert str(caught.value).startswith(f"{tmp_path / 'c.json'}: {message}")


def test_a_chain_is_wanted_where_it_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="not a chain; write markov:@PATH"):
        BARE.source("markov:c.json")
    with pytest.raises(SpecError, match="is a chain; give a single distribution here"):
        BARE.distribution(a_file(tmp_path, '{"a": {"a": 1}}'))
    with pytest.raises(FileNotFoundError):
        BARE.chain("markov:@none.json")
    assert issubclass(DataError, CompressError)
