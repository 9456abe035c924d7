"""Records as JSON: plain dictionaries with a schema name, and the text of one.

A schema's number grows when a field changes its meaning or goes away; new fields may
come at any time.  JSON has no infinity: an infinite value is the string "inf".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from compress import __version__
from compress.coders.codebook import Codebook
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.ledger import Ledger
from compress.probability.distribution import Distribution, Pair
from compress.shown import Specified

__all__ = [
    "code_record",
    "distribution_record",
    "dump",
    "figures",
    "forecast_record",
    "ledger_record",
    "libraries",
    "pair_record",
    "record",
    "surprise_record",
]


LIBRARIES = ("bitarray", "numba", "numpy")


def dump(value: Mapping[str, Any]) -> str:
    """The JSON text of a record, with a newline at its end."""
    return json.dumps(_plain(value), allow_nan=False, ensure_ascii=False, indent=2) + "\n"


def libraries() -> dict[str, str]:
    """What takes part in deciding the bits: a difference between two results may be theirs."""
    from importlib.metadata import version  # only who writes JSON waits for it

    return {name: version(name) for name in LIBRARIES}


def record(schema: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A record of this schema: what it is, who wrote it, then its fields."""
    return {"schema": f"codelen.{schema}/1", "version": __version__, **fields}


def surprise_record(bare: Surprises) -> dict[str, Any]:
    """The JSON of `codelen info --surprise`."""
    return record("surprise", {"base": bare.base, "probabilities": bare.words, "surprises": bare.values})


def forecast_record(forecast: Forecast) -> dict[str, Any]:
    """The JSON of `codelen info`."""
    made = figures(forecast, "entropy", "largest_entropy", "perplexity", "varentropy")
    return record("info", {"true": distribution_record(forecast.p), "base": forecast.base, **made})


def pair_record(forecast: PairForecast) -> dict[str, Any]:
    """The JSON of `codelen info --versus`."""
    averages = ("entropy", "cross_entropy", "kl_divergence", "reverse_kl_divergence", "js_divergence", "perplexity")
    return record("info", {**_pair_record(forecast.pair), "base": forecast.base, **figures(forecast, *averages)})


def code_record(forecast: CodeForecast) -> dict[str, Any]:
    """The JSON of `codelen code`."""
    pair, book = forecast.pair, forecast.coder.book
    return record(
        "code",
        {
            "coder": forecast.choice.name,
            **_pair_record(pair),
            "prices": forecast.coder.surprises,
            "expected_bits_per_token": forecast.expected,
            "entropy": pair.p.entropy,
            "cross_entropy": pair.cross_entropy,
            "redundancy": forecast.redundancy,
            **forecast.coder.facts,
            "words": None if book is None else codebook_record(book, pair.q.tokens),
            **({} if forecast.merges is None else {"merges": [merge._asdict() for merge in forecast.merges]}),
        },
    )


def _pair_record(pair: Pair) -> dict[str, Any]:
    return {"true": distribution_record(pair.p), "assumed": distribution_record(pair.q)}


def figures(of: object, *names: str) -> dict[str, Any]:
    """These properties of a record, by their names."""
    return {name: getattr(of, name) for name in names}


def distribution_record(distribution: Distribution) -> dict[str, Any]:
    """Spec, tokens and probabilities."""
    return {
        "spec": distribution.spec,
        "tokens": distribution.tokens,
        "probabilities": distribution.probabilities,
    }


def belief_record(assumed: Specified) -> dict[str, Any]:
    """That of a distribution; of a recipe the spec, for it has no probabilities of its own."""
    if isinstance(assumed, Distribution):
        return distribution_record(assumed)
    return {"spec": assumed.spec, "tokens": None, "probabilities": None}


def codebook_record(book: Codebook, tokens: Sequence[str]) -> list[dict[str, Any]]:
    """Each token's length and word; null for a token without one."""
    return [
        {
            "token": token,
            "length": None if word is None else len(word),
            "word": None if word is None else word.to01(),
        }
        for token, word in zip(tokens, book.words, strict=True)
    ]


def ledger_record(ledger: Ledger) -> dict[str, Any]:
    """The terms, and the parts of the container."""
    return {"ledger": ledger.terms, "container_parts": ledger.container_parts}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        if math.isnan(value):
            return None
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
    return value
