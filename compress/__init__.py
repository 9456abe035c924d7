"""codelen: weigh beliefs in bits.

A coder built from an assumed distribution Q encodes a stream drawn from a true
distribution P; the stream is decoded back, and every bit of the result is
accounted for.  Start with `validate`, the experiment; `Distribution.parse` reads
the distributions; `encode`, `decode` and `inspect` are for bytes and files, `weigh`, `encode_with` and
`decode_with` for a model's own probabilities; `entropy` and its like for vectors.

Names are loaded when first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from compress import shown

__version__ = "0.1.0"

_HOMES = {
    "CODERS": "compress.coders.catalog",
    "CompressError": "compress.errors",
    "Distribution": "compress.probability.distribution",
    "Ledger": "compress.ledger",
    "Validation": "compress.experiments.validation",
    "compare": "compress.surveys.compare",
    "cross_entropy": "compress.probability.information",
    "decode": "compress.frames.files",
    "decode_with": "compress.frames.given",
    "encode": "compress.frames.files",
    "encode_with": "compress.frames.given",
    "entropy": "compress.probability.information",
    "inspect": "compress.api",
    "judge": "compress.judging.judge",
    "kl_divergence": "compress.probability.information",
    "laws": "compress.api",
    "learn": "compress.api",
    "report": "compress.surveys.survey",
    "surprise": "compress.probability.information",
    "sweep": "compress.api",
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
    "sweep",
    "validate",
    "weigh",
]

# Not from `typing`, which takes longer to load than all that stands here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from compress.api import inspect, laws, learn, sweep, weigh
    from compress.coders.catalog import CODERS
    from compress.errors import CompressError
    from compress.experiments.validate import validate
    from compress.experiments.validation import Validation
    from compress.frames.files import decode, encode
    from compress.frames.given import decode_with, encode_with
    from compress.judging.judge import judge
    from compress.ledger import Ledger
    from compress.probability.distribution import Distribution
    from compress.probability.information import cross_entropy, entropy, kl_divergence, surprise
    from compress.surveys.compare import compare
    from compress.surveys.survey import report

shown.register(
    text="compress.reports.displays.as_text",
    display="compress.reports.displays.as_display",
    json="compress.reports.views.as_json_text",
    csv="compress.reports.views.as_csv",
    markdown="compress.reports.views.as_markdown",
    rows="compress.reports.views.as_rows",
)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'compress' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
