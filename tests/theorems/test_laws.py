"""Every law holds, for any seed; and with one thing wrong in it each is seen to fail."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable
from fractions import Fraction

import pytest

from compress.cli.main import run
from compress.errors import SpecError
from compress.probability.distribution import Distribution
from compress.probability.information import entropy
from compress.running.helpers import processes
from compress.theorems import codes, contexts, groups, measures, samples
from compress.theorems.catalog import LAWS, Law, Laws, laws_named, try_laws
from compress.theorems.measures import Finding

# It tries all codes of up to four words.
LONGEST = "no-code-beats-entropy"
EACH_LAW = [pytest.param(name, id=name, marks=[pytest.mark.slow] * (name == LONGEST)) for name in LAWS]


@pytest.mark.parametrize("name", EACH_LAW)
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.fuzz) for seed in (1, 20))])
def test_a_law_holds(name: str, seed: int) -> None:
    law = LAWS[name]
    finding = law.experiment(seed)
    assert finding.holds, finding


@pytest.mark.slow
@pytest.mark.parametrize("law", LAWS.values(), ids=LAWS)
def test_a_law_finds_the_same_twice(law: Law) -> None:
    assert law.experiment(0) == law.experiment(0)


# One thing wrong in each: a sum for a product, nats for bits, another belief, a bit more.
WRONG: dict[str, Callable[[], Finding]] = {
    "surprise-adds": lambda: measures.surprise_adds(0, join=lambda p, q: p * q * 0.99),
    "entropy-is-mean-surprise": lambda: measures.entropy_is_mean_surprise(0, base=math.e),
    "entropy-bounds": lambda: measures.entropy_bounds(0, entropy=lambda p: entropy(p) + 0.001),
    "gibbs": lambda: measures.gibbs(0, divergence=lambda p, q: p.entropy - q.entropy),
    "wrong-belief": lambda: measures.wrong_belief(0, shift=0.05),
    "kraft": lambda: codes.kraft(0, limit=Fraction(31, 32)),
    "mcmillan": lambda: codes.mcmillan(0, decodable=lambda words: True),
    "no-code-beats-entropy": lambda: codes.no_code_beats_entropy(0, below=0.001),
    "huffman-is-optimal": lambda: codes.huffman_is_optimal(0, coder="shannon"),
    "huffman-within-a-bit": lambda: codes.huffman_within_a_bit(0, excess=1),
    "groups-come-near-entropy": lambda: groups.groups_come_near_entropy(0, excess=0.5),
    "words-tell-their-tokens": lambda: groups.words_tell_their_tokens(0, missed=0.001),
    "dyadic": lambda: codes.dyadic(0, spec="a=1/2,b=1/4,c=1/6,d=1/12"),
    "arithmetic-within-two-bits": lambda: codes.arithmetic_within_two_bits(0, lost=1),
    "nothing-compresses-everything": lambda: codes.nothing_compresses_everything(0, lost=6),
    "likelihood-is-cross-entropy": lambda: measures.likelihood_is_cross_entropy(0, base=math.e),
    "softmax-gradient": lambda: measures.softmax_gradient(0, came=0.999),
    "certain-stream": lambda: samples.certain_stream(0, chance=0.999),
    "power-is-as-planned": lambda: samples.power_is_as_planned(0, share=0.8),
    "shannon-with-a-wrong-belief": lambda: samples.shannon_with_a_wrong_belief(0, shift=0.5),
    "huffman-may-beat-its-belief": lambda: samples.huffman_may_beat_its_belief(0, believe_the_truth=True),
    "quantised-normal": lambda: samples.quantised_normal(0, deviation=1.01),
    "plug-in-entropy-is-low": lambda: samples.plug_in_entropy_is_low(0, bias=0.0),
    "code-lengths-are-normal": lambda: samples.code_lengths_are_normal(0, stretch=1.5),
    "luck-fades": lambda: samples.luck_fades(0, power=0.45),
    "few-messages-are-typical": lambda: samples.few_messages_are_typical(0, base=math.e),
    "intervals-cover": lambda: samples.intervals_cover(0, reach=0.7),
    "typical-messages": lambda: samples.typical_messages(0, nats=True),
    "luck-saves-little": lambda: contexts.luck_saves_little(0, free=6),
    "pairs-cost-the-sum": lambda: contexts.pairs_cost_the_sum(0, given=False),
    "context-saves-mutual-information": lambda: contexts.context_saves_mutual_information(0, knows=False),
    "processing-adds-nothing": lambda: contexts.processing_adds_nothing(0, merge=False),
    "loss-is-the-file": lambda: contexts.loss_is_the_file(0, unit=math.log(2)),
}


@pytest.mark.parametrize("name", EACH_LAW)
def test_a_law_with_one_thing_wrong_fails(name: str) -> None:
    assert not WRONG[name]().holds


def test_words_that_begin_others_are_seen() -> None:
    assert codes._is_prefix_free(["0", "10", "11"])
    assert not codes._is_prefix_free(["01", "0", "11"])
    assert codes._words([1, 2, 3, 3]) == ("0", "10", "110", "111")
    assert codes._words([1, 1, 2]) is None


@pytest.mark.parametrize("classes", [2, 3])
def test_what_the_lesson_says_of_squares_is_true(classes: int) -> None:
    """On average (1 - q)² of what came true is least at the true p for two classes, and not for three."""
    p = {2: (0.7, 0.3), 3: (0.5, 0.3, 0.2)}[classes]
    grid = [at / 100 for at in range(1, 100)]
    beliefs = [(*some, 1 - sum(some)) for some in itertools.product(grid, repeat=classes - 1) if sum(some) < 0.995]
    for loss, is_least_at_p in ((lambda q: (1 - q) ** 2, classes == 2), (lambda q: -math.log(q), True)):
        costs = {q: sum(chance * loss(of) for chance, of in zip(p, q, strict=True)) for q in beliefs}
        best = min(costs, key=costs.__getitem__)
        assert (max(abs(a - b) for a, b in zip(best, p, strict=True)) < 0.006) is is_least_at_p


def test_every_law_has_words() -> None:
    for law in LAWS.values():
        assert law.statement.endswith(".")
        assert len(law.statement) < 100
        assert len(law.derivation) > 50
        assert law.source.endswith(".")
        assert not law.source.startswith("Source")


def test_the_nearest_name_is_told() -> None:
    with pytest.raises(SpecError, match=r"no law is called 'gibs'; did you mean gibbs\?"):
        laws_named(["kraft", "gibs"])
    assert [law.name for law in laws_named(["kraft", "gibbs"])] == ["kraft", "gibbs"]
    assert len(laws_named([])) == len(LAWS)


def test_a_name_in_the_table_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each stands whole on a line, however narrow the screen is."""
    monkeypatch.setenv("COLUMNS", "80")
    made = Laws(0, tuple((law, Finding("as said", "as seen", True)) for law in LAWS.values()))
    first = [line.split()[0] for line in str(made).splitlines() if line.endswith(" pass")]
    assert first == list(LAWS)
    assert made.to_markdown().count("<br>predicted as said<br>measured as seen ") == len(LAWS)


def test_one_law_that_fails_fails_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(seed: int) -> Finding:
        """Two and two are five.

        By decree.

        Source: G. Orwell 1949.
        """
        return Finding("5", f"{2 + 2}", holds=False)

    law = Law(broken)
    assert try_laws([law, LAWS["gibbs"]]).verdict == "fail"
    monkeypatch.setitem(LAWS, "broken", law)
    assert run(["laws", "broken", "gibbs"]) == 3
    out = capsys.readouterr().out
    assert "fail" in out
    assert "Two and two are five." in out
    assert "1 of 2 laws hold, seed 0" in out


def test_the_command_tries_explains_and_keeps(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["laws", "kraft", "--seed", "3", "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["schema"], record["seed"], record["verdict"]) == ("codelen.laws/1", 3, "pass")
    [law] = record["laws"]
    assert (law["law"], law["is_exact"], law["verdict"]) == ("kraft", True, "pass")
    assert run(["laws", "--explain", "softmax-gradient"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("softmax-gradient: The gradient of the cross-entropy in the logits")
    assert "Source: " in out
    assert max(map(len, out.splitlines())) <= 80
    assert run(["laws", "--explain", "gibbs", "kraft"]) == 2
    assert run(["laws", "nonsense"]) == 2
    assert Distribution.parse("H=.5,T=.5").entropy == 1


@pytest.mark.fuzz
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", [law.name for law in LAWS.values() if not law.is_exact])
def test_two_hundred_seeds_fail_no_oftener_than_their_level(name: str) -> None:
    failed = [seed for seed in range(200) if not LAWS[name].experiment(seed).holds]
    print(f"\n{name}: {len(failed)} of 200 fail")
    # Each is tried at five standard errors, or at a level of 1e-3 and less.
    assert len(failed) <= 3


@pytest.mark.usefixtures("_at_once")
@pytest.mark.slow
def test_two_processes_find_what_one_finds() -> None:
    laws = laws_named(["gibbs", "kraft", "wrong-belief", "dyadic"])
    with processes(2) as pool:
        assert try_laws(laws, 3, executor=pool) == try_laws(laws, 3)
