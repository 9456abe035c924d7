"""The coders of the catalog, as tests ask for them: those built from Q, and each with the time that it gets."""

from __future__ import annotations

import pytest

from compress.coders.catalog import CODERS, choose

__all__ = ["EACH", "EACH_OF_Q", "FIRST", "LARGEST", "OF_Q", "SPARE"]

# Each as a user may write it, with the parameter that it has if none is given.
OF_Q = [choose(name).name for name, family in CODERS.items() if family.takes_q]

# Those that send words share all but their constructor: what lies around it is tried with the first three of them, and
# with the others where there is time for the slow tests.
# Bits that each word has beyond what its part of [0, 1) asks for.
SPARE = {"sfe": 1}
# Coders whose tables are too small for more tokens than this.
LARGEST = {"rans:14": 1 << 13, "tans:14": 1 << 13}
_WORDS = [name for name, family in CODERS.items() if family.sends_words]
FIRST = [name for name in CODERS if name not in _WORDS[3:]]
EACH = [pytest.param(name, marks=[pytest.mark.slow] * (name not in FIRST)) for name in CODERS]
EACH_OF_Q = [pytest.param(name, marks=[pytest.mark.slow] * (name.partition(":")[0] not in FIRST)) for name in OF_Q]
