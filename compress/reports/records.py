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
from compress.experiments.demo import Demo
from compress.experiments.predict import CodeForecast, Forecast, PairForecast, Surprises
from compress.experiments.report import BaselineRow, Report, Sizes, Sums
from compress.experiments.validation import Experiment, Given, Validation
from compress.frames.files import Encoding, Inspection, Inspections
from compress.ledger import Ledger
from compress.models.catalog import Belief
from compress.probability.distribution import Distribution, Pair

__all__ = [
    "code_record",
    "demo_record",
    "distribution_record",
    "dump",
    "experiment_record",
    "forecast_record",
    "inspection_record",
    "libraries",
    "pair_record",
    "record",
    "surprise_record",
    "survey_record",
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
    figures = _figures(forecast, "entropy", "largest_entropy", "perplexity", "varentropy")
    return record("info", {"true": distribution_record(forecast.p), "base": forecast.base, **figures})


def pair_record(forecast: PairForecast) -> dict[str, Any]:
    """The JSON of `codelen info --versus`."""
    averages = ("entropy", "cross_entropy", "kl_divergence", "reverse_kl_divergence", "js_divergence", "perplexity")
    return record("info", {**_pair_record(forecast.pair), "base": forecast.base, **_figures(forecast, *averages)})


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


def _figures(forecast: object, *names: str) -> dict[str, Any]:
    return {name: getattr(forecast, name) for name in names}


def distribution_record(distribution: Distribution) -> dict[str, Any]:
    """Spec, tokens and probabilities."""
    return {
        "spec": distribution.spec,
        "tokens": distribution.tokens,
        "probabilities": distribution.probabilities,
    }


def belief_record(assumed: Belief) -> dict[str, Any]:
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


def demo_record(demo: Demo) -> dict[str, Any]:
    """The JSON of `codelen demo`: that of its experiment."""
    return experiment_record(demo.experiment)


def experiment_record(experiment: Experiment) -> dict[str, Any]:
    """The JSON of `codelen validate`."""
    true = experiment.true
    return record(
        "validate",
        {
            "seed": experiment.seed,
            "n": experiment.n,
            "zeros": experiment.zeros.spec,
            "tokens": experiment.reading.kind.name,
            "normalize": experiment.reading.normalize,
            "libraries": libraries(),
            "true": {**distribution_record(true), "entropy": true.entropy, "entropy_rate": experiment.entropy},
            "runs": [_run_record(run) for run in experiment.runs],
            "broken": None if experiment.broken is None else experiment.broken[0],
            "given": None if experiment.given is None else _given_record(experiment.given),
            "verdict": experiment.verdict,
        },
    )


def _given_record(given: Given) -> dict[str, Any]:
    return {
        "stream": given.name,
        "content_crc32": given.content_crc,
        "claim": {**vars(given.claim), "verdict": given.claim.verdict},
        "impossible": [{"assumed": q.spec, "excludes": token} for q, token in given.impossible],
    }


def _run_record(run: Validation) -> dict[str, Any]:
    return {
        "assumed": belief_record(run.assumed),
        "coder": run.coder,
        "cross_entropy": run.cross_entropy,
        "kl_divergence": run.kl_divergence,
        "zeros_price": None if run.zeros_price is None else run.zeros_price._asdict(),
        "expected_bits_per_token": run.expected_bits_per_token,
        "payload_bits": run.payload_bits,
        "bits_per_token": run.bits_per_token,
        "standard_error": run.standard_error,
        "z": run.z,
        "ci95": run.ci95,
        "ci95_is_rough": run.is_rough,
        "file_bytes": run.file_bytes,
        **_ledger_record(run.ledger),
        "blocks": run.blocks,
        "checks": vars(run.checks),
        "lost": run.lost,
        "verdict": run.verdict,
    }


def survey_record(report: Report) -> dict[str, Any]:
    """The JSON of `codelen report`: what any machine would write, and apart from it the speeds of this one."""
    how = report.hows[0] if report.hows else Encoding()
    best = report.best
    return record(
        "report",
        {
            "tokens": report.reading.kind.name,
            "normalize": report.reading.normalize,
            "zeros": how.zeros.spec,
            "hows": [*map(_how_record, report.hows)],
            "libraries": libraries(),
            "inputs": [*map(vars, report.inputs)],
            "rows": [
                {
                    "file": row.file,
                    **_how_record(row.how),
                    "alphabet_size": row.alphabet_size,
                    "blocks": row.inspection.blocks,
                    **_sums_record(row.sums, row.how),
                    **_ledger_record(row.inspection.ledger),
                    "checks": vars(row.checks),
                    "lost": row.lost,
                    "verdict": row.verdict,
                }
                for row in report.rows
            ],
            "baselines": [{"file": row.file, **_baseline_record(row)} for row in report.baselines],
            "failures": [
                {"file": each.file, **({} if each.how is None else _how_record(each.how)), "error": each.message}
                for each in report.failures
            ],
            "totals": [
                {
                    **_how_record(each.how),
                    "files": len(each.rows),
                    **_sums_record(each.sums, each.how),
                    "ledger": each.sums.terms,
                }
                for each in report.totals
            ],
            "baseline_totals": [*map(_baseline_record, report.baseline_totals)],
            "best": None if best is None else _how_record(best.how),
            "speeds": [
                {"file": row.file, **_how_record(row.how), **_speed_record(row.sums.sizes)}
                for row in report.rows
                if row.seconds
            ]
            + [
                {"file": row.file, "baseline": row.baseline.name, **_speed_record(row.sizes)}
                for row in report.baselines
                if row.sizes.seconds
            ],
            "verdict": report.verdict,
        },
    )


def _how_record(how: Encoding) -> dict[str, Any]:
    return {"assumed": how.spec, "coder": how.coder.name}


def _sums_record(sums: Sums, how: Encoding) -> dict[str, Any]:
    return {
        "n": sums.n,
        "content_bytes": sums.sizes.content_bytes,
        "payload_bits": sums.payload_bits,
        "file_bytes": sums.sizes.file_bytes,
        **_figures(sums, "entropy"),
        # A Q that changes is not one distribution.
        "kl_divergence": None if how.is_sequential else sums.mismatch,
        **_figures(sums, "bits_per_token", "file_bits_per_token"),
        **_figures(sums.sizes, "bits_per_byte", "ratio"),
    }


def _baseline_record(row: BaselineRow) -> dict[str, Any]:
    figures = _figures(row.sizes, "content_bytes", "file_bytes", "bits_per_byte", "ratio")
    return {"baseline": row.baseline.name, "level": row.baseline.level, **figures}


def _speed_record(sizes: Sizes) -> dict[str, Any]:
    """Bytes of content a second."""
    return _figures(sizes, "encode_speed", "decode_speed")


def inspection_record(inspections: Inspections) -> dict[str, Any]:
    """The JSON of `codelen inspect`."""
    return record("inspect", {"file": inspections.name, "frames": [*map(_frame_record, inspections.frames)]})


def _frame_record(frame: Inspection) -> dict[str, Any]:
    header = frame.header
    return {
        "coder": header.coder.name,
        "tokens": header.kind.name,
        "n": header.count,
        "alphabet_size": len(header.tokens),
        "content_bytes": header.content_bytes,
        "file_bytes": frame.file_bytes,
        "payload_bits": frame.payload_bits,
        "ideal_bits": frame.ideal_bits,
        "blocks": frame.blocks,
        "entropy": None if frame.empirical is None else frame.empirical.entropy,
        "assumed": {
            "spec": header.label.spec,
            "zeros": header.label.zeros,
            "from_label": frame.assumed is not None,
            "is_sequential": header.is_sequential,
        },
        **_ledger_record(frame.ledger),
    }


def _ledger_record(ledger: Ledger) -> dict[str, Any]:
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
