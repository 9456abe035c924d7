"""The coders of the catalog, as tests ask for them: those built from Q, and each with the time that it gets."""

from __future__ import annotations

import pytest

from compress.coders.catalog import CODERS, choose
from compress.coders.protocol import Built, Static, is_priced

__all__ = ["EACH", "EACH_OF_Q", "FIRST", "LARGEST", "OF_Q", "SPARE", "priced", "promises", "refuses"]


def priced(coder: Built) -> Static:
    """A coder of which every token has a price."""
    assert is_priced(coder)
    return coder


def refuses(coder: str, size: int) -> bool:
    """Whether so many tokens are too many for a coder."""
    return size > LARGEST.get(coder.partition(":")[0], size)


def promises(coder: str) -> bool | None:
    """True where a coder has a price that can be checked, None where it learns what comes."""
    return None if coder == "vitter" else True


# Each as a user may write it, with the parameter that it has if none is given.
OF_Q = [choose(name).name for name, family in CODERS.items() if family.takes_q]

# What lies around a coder is tried with these four, one of each kind: a number for a message, words of lengths that
# differ by a tree or by a formula, whole bytes for a message.  With the others where there is time for the slow tests.
FIRST = ["arithmetic", "huffman", "shannon", "rans"]
# Bits that each word has beyond what its part of [0, 1) asks for.
SPARE = {"sfe": 1, "typical:0.1": 1}
# Coders whose tables are too small for more tokens than this.
LARGEST = {"rans": 1 << 13, "tans": 1 << 13, "block": 1 << 8, "tunstall": 1 << 12}
EACH = [pytest.param(name, marks=[pytest.mark.slow] * (name not in FIRST)) for name in CODERS]
EACH_OF_Q = [pytest.param(name, marks=[pytest.mark.slow] * (name.partition(":")[0] not in FIRST)) for name in OF_Q]
