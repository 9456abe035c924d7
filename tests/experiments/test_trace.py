"""A traced message: the coder's own payload bit for bit, on paper what the machine has, and back."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from bitarray import bitarray
from of_q import EACH

from compress.cli.main import run
from compress.coders.catalog import CODERS, choose
from compress.coders.streams.interval import WINDOW_BITS
from compress.errors import DataError, SpecError, ZeroProbabilityError
from compress.experiments.trace import Locating, Narrowing, Trace, Walked, trace
from compress.models.catalog import recipe_named
from compress.models.sequential import SequentialCoder
from compress.probability.distribution import Distribution
from compress.probability.relative import Relative
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import tokeniser
from compress.specs import Reading
from compress.symbols import Stream

ABRACADABRA = tokeniser("chars").split(b"abracadabra")
WEATHER = Path(__file__).parents[2] / "samples" / "weather.json"


def traced(message: str, spec: str, coder: str = "arithmetic") -> Trace:
    return trace(tokeniser("chars").split(message.encode()), Reading().believed(spec), choose(coder))


def narrowed(made: Trace) -> list[Narrowing]:
    return [step for step in made.encoding if isinstance(step, Narrowing)]


def located(made: Trace) -> list[Locating]:
    return [step for step in made.decoding if isinstance(step, Locating)]


@pytest.mark.parametrize("coder", EACH)
def test_abracadabra_is_the_coders_own_payload_with_each_coder(coder: str) -> None:
    made = trace(ABRACADABRA, Relative.EMPIRICAL, choose(coder))
    q = Distribution(ABRACADABRA.tokens, (5, 2, 1, 1, 2))
    assert made.payload == choose(coder).of(q.weights).encode(ABRACADABRA.symbols)
    assert (made.verdict, made.tokens) == ("pass", tuple("abracadabra"))
    assert made.ideal_bits == pytest.approx(5 * math.log2(11 / 5) + 4 * math.log2(11 / 2) + 2 * math.log2(11))


@pytest.mark.slow
@pytest.mark.parametrize("coder", [*CODERS, "kt", "order:1"])
def test_five_hundred_random_messages_are_the_coders_own_payload(coder: str) -> None:
    """Of up to 64 tokens with weights from 1 to a million, with each coder, and with a Q that learns."""
    for seed in range(500):
        rng = np.random.Generator(np.random.PCG64(seed))
        size, n = int(rng.integers(1, 12)), int(rng.integers(1, 65))
        tokens = tuple(f"t{at:02}" for at in range(size))
        weights = tuple(int(10**exponent) + 1 for exponent in rng.uniform(0, 6, size))
        message = Stream(tokens, rng.integers(0, size, n).astype(np.uint8))
        if coder in CODERS:
            made = trace(message, Distribution(tokens, weights), choose(coder))
            own = choose(coder).of(made.q.weights if made.q else ()).encode(message.symbols)
        else:
            recipe = recipe_named(coder)
            assert recipe is not None
            made = trace(message, recipe, choose("arithmetic"))
            own = SequentialCoder(recipe.build(size)).encode(message.symbols)
        assert made.payload == own
        assert made.verdict == "pass"
        order = [tokens[symbol] for symbol in message.symbols.tolist()]
        assert [step.token for step in made.decoding] == order
        # What is taken in last comes out first.
        assert [step.token for step in made.encoding] == (order[::-1] if coder in ("rans", "tans") else order)


def test_on_paper_a_token_keeps_its_part_of_what_was_left() -> None:
    """abracadabra with 5, 2, 1, 1, 2 of 11, by hand."""
    steps = narrowed(trace(ABRACADABRA, Relative.EMPIRICAL, choose("arithmetic")))
    parts = [[11 * end for end in step.part] for step in steps[:3]]
    assert parts == [[0, 5], [5, 7], [9, 11]]
    assert steps[0].left == (Fraction(0), Fraction(5, 11))
    assert steps[1].left == (Fraction(25, 121), Fraction(35, 121))
    assert steps[2].left == (Fraction(365, 1331), Fraction(35, 121))
    low, high = steps[-1].left
    assert high - low == Fraction(5**5 * 2**4, 11**11)


@pytest.mark.parametrize("spec", ["empirical", "kt", "laplace", "order:2", "a=.9,b=.01,c=.03,d=.03,r=.03"])
def test_the_machine_has_what_is_on_paper(spec: str) -> None:
    made = traced("abracadabra", spec)
    out, moved, before = 0, 0, ""
    # A boundary is off by less than 2^-36 of the interval for the cut of its width, and by 2^-40 for Q̂; and what is off
    # stays so, whatever becomes of the interval.
    off, wide = Fraction(0), Fraction(1)
    for step in narrowed(made):
        # A carry is made before anything more leaves.
        out = (out + step.carried) << 8 * len(step.moved) | int.from_bytes(step.moved, "big")
        moved += 8 * len(step.moved)
        unit = Fraction(1, 1 << (moved + WINDOW_BITS))
        low = ((out << WINDOW_BITS) + step.low) * unit
        off += wide / 2**35
        wide = step.left[1] - step.left[0]
        assert abs(low - step.left[0]) < off
        assert abs(step.width * unit - wide) < off
        assert step.settled.startswith(before)
        # What is settled is settled on paper, too, and no bit more is.
        block = Fraction(int(step.settled or "0", 2), 1 << len(step.settled))
        assert block <= step.left[0] < step.left[1] <= block + Fraction(1, 1 << len(step.settled))
        before = step.settled
    assert made.payload.to01().startswith(before)
    assert len(made.payload) < made.ideal_bits + 2


def test_the_decoder_finds_the_point_in_the_tokens_own_part() -> None:
    made = traced("abracadabra", "empirical")
    steps = located(made)
    assert [step.part for step in steps] == [step.part for step in narrowed(made)]
    point = Fraction(int(made.payload.to01(), 2), 1 << len(made.payload))
    assert steps[0].point == point
    for step, later in zip(steps, steps[1:], strict=False):
        begin, end = step.part
        assert begin <= step.point < end
        assert later.point == pytest.approx(float((step.point - begin) / (end - begin)), abs=1e-9)


def test_a_carry_is_told_where_it_happens() -> None:
    """Bytes 0f have left when the fourth token moves the interval beyond 10 00."""
    made = traced("acacc", "a=9/41,b=30/41,c=2/41")
    carried = [step.carried for step in narrowed(made)]
    assert carried == [False, False, False, True, False]
    assert made.verdict == "pass"
    before = b"".join(step.moved for step in narrowed(made)[:3])
    sent = made.payload.tobytes()
    assert int.from_bytes(sent[: len(before)], "big") == int.from_bytes(before, "big") + 1


def test_kt_learns_on_the_way() -> None:
    """Its parts by hand: one half more than was counted, of as many tokens and K halves."""
    parts = [[12 * end for end in step.part] for step in narrowed(traced("aab", "kt"))]
    assert parts == [[0, 6], [0, 9], [10, 12]]


def test_words_are_walked_down_the_tree() -> None:
    made = traced("abra", "a=4/8,b=2/8,r=1/8,z=1/8", "huffman")
    assert made.encoding == [Walked("a", 0, "0"), Walked("b", 1, "10"), Walked("r", 3, "110"), Walked("a", 6, "0")]
    assert made.decoding == made.encoding
    assert [step.walk for step in made.encoding if isinstance(step, Walked)][2] == ["1", "11", "110"]
    assert made.payload == bitarray("0101100")


def test_words_longer_than_a_window_are_traced() -> None:
    """Fibonacci's weights: the longest word has 69 bits."""
    weights = [1, 1]
    while len(weights) < 70:
        weights.append(weights[-1] + weights[-2])
    tokens = tuple(f"t{at:02}" for at in range(70))
    made = trace(
        Stream(tokens, np.array([0, 69, 1], np.uint8)), Distribution(tokens, tuple(weights)), choose("huffman")
    )
    assert [len(step.word) for step in made.encoding if isinstance(step, Walked)] == [69, 1, 69]
    assert made.verdict == "pass"


def test_a_chain_has_parts_after_each_token() -> None:
    message = Stream(("rain", "sun"), np.array([1, 1, 0], np.uint8))
    tokens = json.loads(WEATHER.read_text())
    named = Stream(tuple(sorted(tokens)), message.symbols)
    made = trace(named, Reading().believed(f"markov:@{WEATHER}"), choose("arithmetic"))
    wide = [float(step.part[1] - step.part[0]) for step in narrowed(made)]
    assert wide == pytest.approx([2 / 3, 0.8, 0.2], abs=1e-9)
    assert made.verdict == "pass"


def test_another_payload_or_another_message_fails() -> None:
    made = traced("abracadabra", "empirical")
    assert replace(made, own=made.own + bitarray("0")).verdict == "fail"
    assert replace(made, decoding=made.decoding[:-1]).verdict == "fail"
    assert replace(made, decoding=made.decoding[::-1], tokens=tuple("abracadabrb")).verdict == "fail"


def test_what_cannot_be_traced_is_told() -> None:
    with pytest.raises(SpecError, match="a message of 65 tokens cannot be traced: it has 1 to 64"):
        traced("a" * 65, "empirical")
    assert len(traced("ab" * 32, "empirical").tokens) == 64
    with pytest.raises(SpecError, match="0 tokens"):
        traced("", "uniform")
    with pytest.raises(ZeroProbabilityError, match="token 'z' probability 0, yet it occurs 2 times, first at token 1"):
        traced("azz", "a=1", "huffman")
    with pytest.raises(DataError, match=r"token 'b' probability 1e-20, below 2\^-40, the smallest that the arithmetic"):
        traced("ab", f"a=0.{'9' * 20},b=0.{'0' * 19}1")
    made = trace(Stream.of("azz"), Distribution.parse("a=1"), choose("huffman"), ZeroPolicy.parse("floor:0.1"))
    assert made.payload == bitarray("011")
    with pytest.raises(SpecError, match="kt needs arithmetic"):
        traced("aa", "kt", "huffman")
    with pytest.raises(SpecError, match="'true' needs a known P"):
        traced("aa", "true")
    with pytest.raises(DataError, match="not in the alphabet"):
        traced("aa", f"markov:@{WEATHER}")


def test_the_command_shows_and_keeps_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["trace", "abracadabra", "--coder", "huffman"]) == 0
    out = capsys.readouterr().out
    assert "   3  r      5-7    111\n" in out
    assert "   3  r      5-7    1 → 11 → 111\n" in out
    assert "payload: 23 bits for 22.44 bits of surprise\n  01001110 10101100 1001110\n" in out
    assert run(["trace", "3", "5", "7", "--assumed", "dice:2"]) == 0
    out = capsys.readouterr().out
    assert "   3  7      [5/12, 7/12)  [77/1944, 79/1944)           9.92  100\n" in out
    assert "   3  08f46959b2511d00  10db20a88f770c00  0a\n" in out
    assert "9 were settled, 2 more name a point\n  00001010 010\n" in out
    assert "   3  0.486328           [5/12, 7/12)  7\n" in out
    assert max(map(len, out.splitlines())) <= 80
    assert run(["trace", "acacc", "--assumed", "a=9/41,b=30/41,c=2/41"]) == 0
    assert "with a carry" in capsys.readouterr().out
    assert run(["trace", "aab", "--json", "-"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["schema"], record["payload"], record["verdict"]) == ("codelen.trace/1", "0101", "pass")
    assert record["encoding"][1]["left"] == ["0", "4/9"]
    assert record["decoding"][2]["part"] == ["2/3", "1"]
    assert run(["trace", "to be or not to be", "--tokens", "words", "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["tokens"][:3] == ["to", " ", "be"]
    assert run(["trace", *map(str, range(65))]) == 2
    assert run(["trace", "az", "--assumed", "a=1"]) == 1
