"""codelen: weigh beliefs in bits.

A coder built from an assumed distribution Q encodes a stream drawn from a true
distribution P; the stream is decoded back, and every bit of the result is
accounted for.  Start with `validate`, the experiment; `Distribution.parse` reads
the distributions; `encode`, `decode` and `inspect` are for bytes and files, `weigh`, `encode_with` and
`decode_with` for a model's own probabilities; `entropy` and its like for vectors.

Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

_HOMES = {
    "CODERS": "compress.coders.catalog",
    "CompressError": "compress.errors",
    "Distribution": "compress.probability.distribution",
    "Ledger": "compress.ledger",
    "Validation": "compress.experiments.validation",
    "compare": "compress.experiments.compare",
    "cross_entropy": "compress.probability.information",
    "decode": "compress.frames.files",
    "decode_with": "compress.frames.given",
    "encode": "compress.frames.files",
    "encode_with": "compress.frames.given",
    "entropy": "compress.probability.information",
    "inspect": "compress.api",
    "judge": "compress.experiments.judge",
    "kl_divergence": "compress.probability.information",
    "laws": "compress.api",
    "learn": "compress.api",
    "report": "compress.experiments.survey",
    "surprise": "compress.probability.information",
    "validate": "compress.experiments.validate",
    "weigh": "compress.api",
}

__all__ = [
    "CODERS",
    "CompressError",
    "Distribution",
    "Ledger",
    "Validation",
    "compare",
    "cross_entropy",
    "decode",
    "decode_with",
    "encode",
    "encode_with",
    "entropy",
    "inspect",
    "judge",
    "kl_divergence",
    "laws",
    "learn",
    "report",
    "surprise",
    "validate",
    "weigh",
]

# Not from `typing`, which takes longer to load than all that stands here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from compress.api import inspect, laws, learn, weigh
    from compress.coders.catalog import CODERS
    from compress.errors import CompressError
    from compress.experiments.compare import compare
    from compress.experiments.judge import judge
    from compress.experiments.survey import report
    from compress.experiments.validate import validate
    from compress.experiments.validation import Validation
    from compress.frames.files import decode, encode
    from compress.frames.given import decode_with, encode_with
    from compress.ledger import Ledger
    from compress.probability.distribution import Distribution
    from compress.probability.information import cross_entropy, entropy, kl_divergence, surprise


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'compress' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
