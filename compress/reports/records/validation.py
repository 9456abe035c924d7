"""The JSON of experiments: validate and demo."""

from __future__ import annotations

from typing import Any

from compress.experiments.validation import ClaimedStream, Experiment, Validation
from compress.reports.record import belief_record, distribution_record, ledger_record, libraries, record
from compress.teaching.demo import Demo

__all__ = ["demo_record", "experiment_record"]


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


def _given_record(given: ClaimedStream) -> dict[str, Any]:
    return {
        "stream": given.name,
        "content_crc32": given.content_crc,
        "claim": {**vars(given.claim), "verdict": given.claim.verdict},
        "order": None if given.order is None else {**vars(given.order), "verdict": given.order.verdict},
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
        **ledger_record(run.ledger),
        "blocks": run.blocks,
        "checks": vars(run.checks),
        "lost": run.lost,
        "verdict": run.verdict,
    }
