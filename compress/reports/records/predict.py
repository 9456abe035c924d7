"""The JSON of what is predicted: info and code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compress.coders.words.codebook import Codebook
from compress.experiments.comparison import Coders
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.probability.distribution import Pair
from compress.reports.record import distribution_record, figures, record

__all__ = ["code_record", "coders_record", "forecast_record", "pair_record", "surprise_record"]


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


def coders_record(made: Coders) -> dict[str, Any]:
    """The JSON of `codelen coders`."""
    rows = [
        {
            "coder": choice.name,
            "number": choice.family.number,
            "year": choice.family.year,
            "guarantee": choice.family.summary,
            "use": choice.family.use,
            "expected_bits_per_token": cost,
            "refused": why or None,
        }
        for choice, cost, why in made.costs
    ]
    return record("coders", {"true": distribution_record(made.p), "entropy": made.p.entropy, "coders": rows})


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
            "entropy": forecast.entropy,
            "cross_entropy": forecast.cross_entropy,
            "redundancy": forecast.redundancy,
            **forecast.coder.facts,
            **({} if forecast.group == 1 else {"group": forecast.group}),
            "words": None if book is None else _words(book, pair.q.tokens),
            **({} if forecast.merges is None else {"merges": [merge._asdict() for merge in forecast.merges]}),
        },
    )


def _pair_record(pair: Pair) -> dict[str, Any]:
    return {"true": distribution_record(pair.p), "assumed": distribution_record(pair.q)}


def _words(book: Codebook, tokens: Sequence[str]) -> list[dict[str, Any]]:
    """Each token's length and word; null for a token without one."""
    return [
        {
            "token": token,
            "length": None if word is None else len(word),
            "word": None if word is None else word.to01(),
        }
        for token, word in zip(tokens, book.words, strict=True)
    ]
