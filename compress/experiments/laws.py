"""Laws: the list of theorems that are tried, each by its name.

To add one: write its function beside its like, and list it here.

Next: `trace` (a coder step by step).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from compress.docstrings import docstring
from compress.errors import SpecError, quoted
from compress.experiments import theorems, theorems_of_codes, theorems_of_samples
from compress.experiments.theorems import Finding
from compress.notation import nearest
from compress.shown import Shown

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
        """As a user writes it."""
        return self.experiment.__name__.replace("_", "-")

    @property
    def statement(self) -> str:
        """What it says, in a line."""
        return self._words[0]

    @property
    def derivation(self) -> str:
        """How it follows."""
        return self._words[1]

    @property
    def source(self) -> str:
        """Where it stands."""
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
        """pass, or fail if one does not hold."""
        return "pass" if all(finding.holds for _, finding in self.found) else "fail"


def try_laws(laws: Iterable[Law], seed: int = 0, *, watch: Callable[[Sequence[Law]], Iterable[Law]] = iter) -> Laws:
    """Each law's experiment with this seed.

    >>> try_laws(laws_named(["surprise-adds"])).verdict
    'pass'
    """
    return Laws(seed, tuple((law, law.experiment(seed)) for law in watch(tuple(laws))))


def laws_named(names: Iterable[str]) -> tuple[Law, ...]:
    """The laws of these names, all for none.  Raises SpecError, with the nearest, for a name that is none.

    >>> [law.name for law in laws_named(["gibbs"])]
    ['gibbs']
    """
    wanted = tuple(names)
    for name in wanted:
        if name not in LAWS:
            raise SpecError(f"no law is called {quoted(name)}; {nearest(name, LAWS)} is the nearest")
    return tuple(LAWS[name] for name in wanted) if wanted else tuple(LAWS.values())


LAWS = {
    law.name: law
    for law in (
        Law(theorems.surprise_adds),
        Law(theorems.entropy_is_mean_surprise, is_exact=False),
        Law(theorems.entropy_bounds),
        Law(theorems.gibbs),
        Law(theorems.wrong_belief, is_exact=False),
        Law(theorems_of_codes.kraft),
        Law(theorems_of_codes.mcmillan),
        Law(theorems_of_codes.no_code_beats_entropy, is_exact=False),
        Law(theorems_of_codes.huffman_is_optimal),
        Law(theorems_of_codes.huffman_within_a_bit),
        Law(theorems_of_codes.dyadic),
        Law(theorems_of_codes.arithmetic_within_two_bits),
        Law(theorems_of_codes.nothing_compresses_everything),
        Law(theorems.likelihood_is_cross_entropy),
        Law(theorems.softmax_gradient),
        Law(theorems_of_samples.certain_stream),
        Law(theorems_of_samples.shannon_with_a_wrong_belief),
        Law(theorems_of_samples.huffman_may_beat_its_belief),
        Law(theorems_of_samples.quantised_normal),
        Law(theorems_of_samples.pairs_cost_the_sum),
        Law(theorems_of_samples.processing_adds_nothing),
        Law(theorems_of_samples.loss_is_the_file),
        Law(theorems_of_samples.plug_in_entropy_is_low, is_exact=False),
        Law(theorems_of_samples.code_lengths_are_normal, is_exact=False),
        Law(theorems_of_samples.luck_fades, is_exact=False),
        Law(theorems_of_samples.intervals_cover, is_exact=False),
        Law(theorems_of_samples.typical_messages, is_exact=False),
        Law(theorems_of_samples.few_messages_are_typical),
        Law(theorems_of_samples.luck_saves_little, is_exact=False),
        Law(theorems_of_samples.context_saves_mutual_information, is_exact=False),
    )
}
