"""Every kind of belief, by what it is made of.

To add a kind: write its class in this room, and list here what it is made of.

Next: `specs` (the words for all of these).
"""

from __future__ import annotations

from compress.belief.one import Worded
from compress.belief.protocol import Assumption
from compress.models.catalog import Recipe
from compress.probability.chain import Chain
from compress.probability.distribution import Distribution
from compress.probability.relative import Assumed, Relative

__all__ = ["Believed", "assumption"]

# What stands for an assumption: itself, or what it is made of.
Believed = Assumption | Assumed | Chain | Recipe


def assumption(what: Believed) -> Assumption:
    """The assumption that a distribution, a word for one, a chain or a recipe stands for.

    >>> assumption(Relative.UNIFORM).spec, assumption(Distribution.parse("dice:1")).stays
    ('uniform', True)
    """
    if isinstance(what, Distribution | Relative):
        return Worded(what)
    # Each kind is loaded when it is believed.
    if isinstance(what, Chain):
        from compress.belief.dependent import Dependent

        return Dependent(what)
    if isinstance(what, Recipe):
        from compress.belief.learned import Learned

        return Learned(what)
    return what
