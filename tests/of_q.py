"""The coders of the catalog that are built from Q; a code of the whole numbers is what it is."""

from __future__ import annotations

from compress.coders.catalog import CODERS

__all__ = ["OF_Q"]

OF_Q = [name for name, family in CODERS.items() if family.takes_q]
