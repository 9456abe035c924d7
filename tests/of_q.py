"""The coders of the catalog, as tests ask for them: those built from Q, and each with the time that it gets."""

from __future__ import annotations

import pytest

from compress.coders.catalog import CODERS, choose

__all__ = ["EACH", "EACH_OF_Q", "OF_Q", "SPARE"]

# Each as a user may write it, with the parameter that it has if none is given.
OF_Q = [choose(name).name for name, family in CODERS.items() if family.takes_q]

# Those that send words share all but their constructor: what lies around it is tried with the first three of them, and
# with the others where there is time for the slow tests.
# Bits that each word has beyond what its part of [0, 1) asks for.
SPARE = {"sfe": 1}
_WORDS = [name for name, family in CODERS.items() if family.sends_words]
EACH = [pytest.param(name, marks=[pytest.mark.slow] * (name in _WORDS[3:])) for name in CODERS]
EACH_OF_Q = [pytest.param(name, marks=[pytest.mark.slow] * (name.partition(":")[0] in _WORDS[3:])) for name in OF_Q]
