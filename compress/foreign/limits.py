"""What a coder from outside may take.

Next: `shapes` (a coder that somebody else wrote).
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Allowance"]


@dataclass(frozen=True)
class Allowance:
    """timeout: seconds for a call, and for its import.  max_memory: bytes of a child's addresses.

    >>> Allowance().timeout
    10.0
    """

    timeout: float = 10.0
    max_memory: int = 4 << 30
