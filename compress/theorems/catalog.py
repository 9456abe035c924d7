"""Laws: the list of theorems that are tried, each by its name.

To add one: write its function beside its like, and list it here.

Next: `trace` (a coder step by step).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from compress.docstrings import docstring
from compress.errors import SpecError, quoted
from compress.notation import nearest
from compress.running.calls import each
from compress.shown import Shown
from compress.theorems import codes, contexts, groups, measures, samples
from compress.theorems.measures import Finding

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["LAWS", "Law", "Laws", "laws_named", "try_laws"]


@dataclass(frozen=True)
class Law:
    """A theorem and its experiment, which has the words of it.

    is_exact: whether chance has no part in the verdict.
    """

    experiment: Callable[[int], Finding]
    is_exact: bool = True

    @property
    def name(self) -> str:
        """Return the name as a user writes it."""
        return self.experiment.__name__.replace("_", "-")

    @property
    def statement(self) -> str:
        """Return the statement in one line."""
        return self._words[0]

    @property
    def derivation(self) -> str:
        """Return the derivation."""
        return self._words[1]

    @property
    def source(self) -> str:
        """Return the source of the theorem."""
        return self._words[2].removeprefix("Source: ")

    @property
    def _words(self) -> list[str]:
        return [" ".join(part.split()) for part in docstring(self.experiment).split("\n\n")]


@dataclass(frozen=True)
class Laws(Shown):
    """The laws that were tried, each with its finding."""

    _told = ("seed", "found", "verdict")

    seed: int
    found: tuple[tuple[Law, Finding], ...]

    @property
    def verdict(self) -> str:
        """Return pass, or fail if a law does not hold."""
        return "pass" if all(finding.holds for _, finding in self.found) else "fail"


def try_laws(
    laws: Iterable[Law],
    seed: int = 0,
    *,
    watch: Callable[[Sequence[Law]], Iterable[Law]] = iter,
    executor: Executor | Helpers | None = None,
) -> Laws:
    """Each law's experiment with this seed; executor: where most of them are done.

    >>> try_laws(laws_named(["surprise-adds"])).verdict
    'pass'
    """
    every = tuple(laws)
    found = each(partial(_tried, seed), every, executor)
    return Laws(seed, tuple(zip(watch(every), found, strict=True)))


def _tried(seed: int, law: Law) -> Finding:
    return law.experiment(seed)


def laws_named(names: Iterable[str]) -> tuple[Law, ...]:
    """The laws of these names, all for none.  Raises SpecError, with the nearest, for a name that is none.

    >>> [law.name for law in laws_named(["gibbs"])]
    ['gibbs']
    """
    wanted = tuple(names)
    for name in wanted:
        if name not in LAWS:
            raise SpecError(f"no law is called {quoted(name)}; did you mean {nearest(name, LAWS)}?")
    return tuple(LAWS[name] for name in wanted) if wanted else tuple(LAWS.values())


LAWS = {
    law.name: law
    for law in (
        Law(measures.surprise_adds),
        Law(measures.entropy_is_mean_surprise, is_exact=False),
        Law(measures.entropy_bounds),
        Law(measures.gibbs),
        Law(measures.wrong_belief, is_exact=False),
        Law(codes.kraft),
        Law(codes.mcmillan),
        Law(codes.no_code_beats_entropy, is_exact=False),
        Law(codes.huffman_is_optimal),
        Law(codes.huffman_within_a_bit),
        Law(groups.groups_come_near_entropy),
        Law(groups.words_tell_their_tokens),
        Law(codes.dyadic),
        Law(codes.arithmetic_within_two_bits),
        Law(codes.nothing_compresses_everything),
        Law(measures.likelihood_is_cross_entropy),
        Law(measures.softmax_gradient),
        Law(samples.certain_stream),
        Law(samples.shannon_with_a_wrong_belief),
        Law(samples.huffman_may_beat_its_belief),
        Law(samples.quantised_normal),
        Law(contexts.pairs_cost_the_sum),
        Law(contexts.processing_adds_nothing),
        Law(contexts.loss_is_the_file),
        Law(samples.plug_in_entropy_is_low, is_exact=False),
        Law(samples.code_lengths_are_normal, is_exact=False),
        Law(samples.luck_fades, is_exact=False),
        Law(samples.intervals_cover, is_exact=False),
        Law(samples.typical_messages, is_exact=False),
        Law(samples.few_messages_are_typical),
        Law(samples.power_is_as_planned, is_exact=False),
        Law(contexts.luck_saves_little, is_exact=False),
        Law(contexts.context_saves_mutual_information, is_exact=False),
    )
}
