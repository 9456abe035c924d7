"""Records as JSON: plain dictionaries with a schema name, and the text of one.

A schema's number grows when a field changes its meaning or goes away; new fields may
come at any time.  JSON has no infinity: an infinite value is the string "inf".
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from compress import __version__
from compress.belief.protocol import Belief
from compress.ledger import Ledger
from compress.probability.distribution import Distribution
from compress.shown import COMMAND

__all__ = [
    "distribution_record",
    "dump",
    "figures",
    "ledger_record",
    "libraries",
    "record",
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
    """A record of this schema: what it is, who wrote it, the command that made it if one did, then its fields."""
    command = {"command": COMMAND.get()} if COMMAND.get() else {}
    return {"schema": f"codelen.{schema}/1", "version": __version__, **command, **fields}


def figures(of: object, *names: str) -> dict[str, Any]:
    """Return these properties of a record as a dictionary."""
    return {name: getattr(of, name) for name in names}


def distribution_record(distribution: Distribution) -> dict[str, Any]:
    """Spec, tokens and probabilities."""
    return {
        "spec": distribution.spec,
        "tokens": distribution.tokens,
        "probabilities": distribution.probabilities,
    }


def belief_record(belief: Belief) -> dict[str, Any]:
    """That of one Q; of a recipe the spec, for it has no probabilities of its own."""
    if belief.q is not None:
        return distribution_record(belief.q)
    return {"spec": belief.spec, "tokens": None, "probabilities": None}


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
