from __future__ import annotations

import math
import sys
from collections import Counter
from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from compress import validate
from compress.errors import DataError, SpecError
from compress.notation import exact_number
from compress.probability import decimals, families
from compress.probability.decimals import LEAST_RATIO
from compress.probability.distribution import Distribution, align
from compress.probability.families import FAMILIES, MAX_TOKENS

# A family that is not rational is cut at 1e-36, its probabilities are rounded to 2^-53; the oracles use floats too.
CLOSE = 1e-12
TAIL = Fraction(1, 2**40)

Table = dict[str, int | float | Fraction | Decimal]

parse = Distribution.parse
weight_lists = st.lists(st.integers(0, 10**30), min_size=1, max_size=12).filter(any)


def of(*weights: int) -> Distribution:
    return Distribution(tuple("abcdefghijklmnop"[: len(weights)]), weights)


def exact_table(q: Distribution) -> dict[str, Fraction]:
    return {token: q.exact(token) for token in q.tokens}


def parsed(spec: str, *, normalize: bool) -> Distribution | SpecError:
    try:
        return parse(spec, normalize=normalize)
    except SpecError as error:
        return error


# Exactness


@given(weight_lists)
def test_probabilities_sum_to_one_exactly(weights: list[int]) -> None:
    assert sum(exact_table(of(*weights)).values()) == 1


@given(weight_lists)
def test_each_probability_is_its_weight_over_the_sum(weights: list[int]) -> None:
    q = of(*weights)
    assert q.total == sum(weights)
    assert list(exact_table(q).values()) == [Fraction(weight, sum(weights)) for weight in weights]


@given(weight_lists)
def test_float_probabilities_are_the_exact_ones_correctly_rounded(weights: list[int]) -> None:
    q = of(*weights)
    assert q.probabilities.tolist() == [float(value) for value in exact_table(q).values()]


def test_probabilities_are_a_read_only_vector_of_float64() -> None:
    values = of(1, 3).probabilities
    assert values.dtype == np.float64
    assert values.tolist() == [0.25, 0.75]
    with pytest.raises(ValueError, match="read-only"):
        values[0] = 1


def test_a_token_outside_the_alphabet_has_probability_zero() -> None:
    assert of(1, 1).exact("z") == 0
    assert of(0, 1).exact("a") == 0


def test_size_index_and_entropy_belong_to_the_tokens_in_order() -> None:
    q = of(1, 2, 1)
    assert q.size == 3
    assert q.index == {"a": 0, "b": 1, "c": 2}
    assert q.entropy == 1.5


@given(weight_lists, st.fractions(min_value=Fraction(1, 10**9), max_value=10**9))
def test_weights_of_any_scale_are_the_same_distribution(weights: list[int], scale: Fraction) -> None:
    plain = Distribution.from_weights({str(i): weight for i, weight in enumerate(weights)})
    scaled = Distribution.from_weights({str(i): weight * scale for i, weight in enumerate(weights)})
    assert scaled.same_as(plain)
    assert scaled.weights == plain.weights
    assert math.gcd(*plain.weights) == 1


@given(st.lists(st.just(0.0) | st.floats(1e-150, 1e150), min_size=1, max_size=8).filter(any))
def test_float_weights_are_taken_at_their_exact_value(weights: list[float]) -> None:
    q = Distribution.from_weights([(str(i), weight) for i, weight in enumerate(weights)])
    total = sum(map(Fraction, weights))
    assert [q.exact(str(i)) for i in range(len(weights))] == [Fraction(weight) / total for weight in weights]


def test_weights_of_every_kind_of_number_are_exact() -> None:
    table: Table = {"int": 1, "float": 0.1, "fraction": Fraction(1, 3), "decimal": Decimal("0.1"), "none": 0}
    q = Distribution.from_weights(table)
    total = 1 + Fraction(0.1) + Fraction(1, 3) + Fraction(1, 10)
    assert exact_table(q) == {
        "int": 1 / total,
        "float": Fraction(0.1) / total,
        "fraction": Fraction(1, 3) / total,
        "decimal": Fraction(1, 10) / total,
        "none": 0,
    }


# Making one


@pytest.mark.parametrize(
    ("tokens", "weights", "message"),
    [
        ((), (), "at least one token"),
        (("a", "b"), (1,), "2 tokens but 1 weights"),
        (("a",), (1, 1), "1 tokens but 2 weights"),
        (("a", "b", "a"), (1, 1, 1), "token 'a' is given twice"),
        (("a", "b", "b", "a"), (1, 1, 1, 1), "token 'b' is given twice"),
        (("a", "b"), (2, -1), "token 'b' has a negative weight"),
        (("a", "b"), (0, 0), "every weight is 0"),
    ],
)
def test_what_is_no_distribution_cannot_be_built(
    tokens: tuple[str, ...], weights: tuple[int, ...], message: str
) -> None:
    with pytest.raises(DataError, match=message) as caught:
        Distribution(tokens, weights)
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("weight", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("Infinity")])
def test_weights_that_are_not_finite_are_refused_by_name(weight: float | Decimal) -> None:
    for make in (Distribution.from_weights, Distribution.from_probabilities):
        with pytest.raises(DataError, match=r"token 'b' has weight .* infinite or not a number"):
            make([("a", 1), ("b", weight)])


def test_weights_that_are_no_numbers_are_refused_by_name() -> None:
    with pytest.raises(DataError, match="token 'b' has weight '1', which is not a number"):
        Distribution.from_weights({"a": 1, "b": "1"})  # type: ignore[arg-type]  # what is refused has no type
    with pytest.raises(DataError, match="token 'a' has weight None, which is not a number"):
        Distribution.from_weights({"a": None})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "spec",
    [
        *("uniform:201", "dice:41", "binomial:200,1/2", "zipf:k=201", "zipf:s=4", "geometric:0.01"),
        *("geometric:0.5,k=201", "poisson:200", "poisson:1,k=201", "normal:0,1,0.05"),
    ],
)
def test_no_family_has_more_tokens_than_are_allowed(spec: str) -> None:
    size = Distribution.parse(spec).size
    assert size > 200
    with families.at_most(200), pytest.raises(SpecError):
        Distribution.parse(spec)
    with families.at_most(size):
        assert Distribution.parse(spec).size == size


@pytest.mark.parametrize(
    ("spec", "token"), [("zipf:s=40", "201"), ("geometric:0.9", "201"), ("normal:0,1,0.1", "10.1")]
)
def test_no_family_reaches_further_than_is_allowed(spec: str, token: str) -> None:
    with families.at_most(200):
        q = Distribution.parse(spec)
        with pytest.raises(SpecError):
            q.over([*q.tokens, token])


def test_a_normal_reaches_so_far_that_beyond_it_is_nothing() -> None:
    """As far as it is asked, 19 cells of one standard deviation to 9, and to 38 of them, 77, at most."""
    q = Distribution.parse("normal:0,1,1")
    for cells, token in ((19, "9"), (77, "40")):
        with families.at_most(cells):
            assert q.over([*q.tokens, token]).size == q.size + 1
        with families.at_most(cells - 1), pytest.raises(SpecError, match=f"over {cells - 1} cells"):
            q.over([*q.tokens, token])


def test_the_largest_alphabet_has_2_to_the_20_tokens() -> None:
    tokens = tuple(map(str, range(MAX_TOKENS)))
    assert Distribution(tokens, (1,) * MAX_TOKENS).size == MAX_TOKENS == 2**20
    with pytest.raises(DataError, match="1048577 different tokens are too many: the limit is 1048576"):
        Distribution((*tokens, "more"), (1,) * (MAX_TOKENS + 1))


def test_a_probability_is_zero_or_at_least_one_over_the_least_ratio() -> None:
    assert of(1, LEAST_RATIO - 1).exact("a") == Fraction(1, LEAST_RATIO)
    assert of(0, 1).exact("a") == 0
    with pytest.raises(DataError, match="token 'b' has a probability below 1e-307"):
        of(LEAST_RATIO, 1)


def test_the_least_probability_is_a_normal_float_whose_surprise_is_finite() -> None:
    assert sys.float_info.min < of(1, LEAST_RATIO - 1).probabilities[0] < 1.000001e-307


# Sums


def test_rational_probabilities_must_sum_to_one_exactly() -> None:
    dust = Fraction(1, 10**50)
    tables: list[Table] = [
        {"a": Fraction(1, 2), "b": Fraction(1, 2) + dust},
        {"a": Decimal("0.5"), "b": Fraction(1, 2) - dust},
    ]
    for table in tables:
        with pytest.raises(DataError, match=r"weights sum to .*, not to 1; normalize=True rescales them"):
            Distribution.from_probabilities(table)
        assert sum(exact_table(Distribution.from_probabilities(table, normalize=True)).values()) == 1


@pytest.mark.parametrize("miss", [-9.9e-10, 9.9e-10])
def test_float_probabilities_may_miss_one_by_almost_1e_9(miss: float) -> None:
    q = Distribution.from_probabilities({"a": 0.5, "b": 0.5 + miss})
    assert q.exact("a") == Fraction(0.5) / (Fraction(0.5) + Fraction(0.5 + miss))


@pytest.mark.parametrize("miss", [-1.01e-9, 1.01e-9, 0.25])
def test_float_probabilities_may_not_miss_one_by_more_than_1e_9(miss: float) -> None:
    with pytest.raises(DataError, match=r"weights sum to .*, not to 1"):
        Distribution.from_probabilities({"a": 0.5, "b": 0.5 + miss})


def test_ten_float_tenths_are_a_distribution_of_equal_tokens() -> None:
    q = Distribution.from_probabilities([(str(digit), 0.1) for digit in range(10)])
    assert q.weights == (1,) * 10


def test_a_cut_family_does_not_lose_a_token_to_another_alphabet() -> None:
    with pytest.raises(DataError, match="token '1' has probability above 0 but is not in the alphabet"):
        parse("poisson:4").over(["0", "50"])


def test_a_message_quotes_a_token_as_it_is_written() -> None:
    with pytest.raises(DataError) as caught:
        Distribution(("\\x0a", "\\x0a"), (1, 1))
    assert str(caught.value) == r"token '\x0a' is given twice"
    with pytest.raises(DataError) as caught:
        Distribution(("\x1b", "\x1b"), (1, 1))
    assert str(caught.value) == r"token '\x1b' is given twice"


def test_normalize_keeps_the_proportions_of_any_weights() -> None:
    assert parse("a=3,b=1", normalize=True).weights == (3, 1)
    assert exact_table(parse("a=0.03,b=0.06,c=0.08", normalize=True)) == {
        "a": Fraction(3, 17),
        "b": Fraction(6, 17),
        "c": Fraction(8, 17),
    }
    assert parse("a=0.7,b=0.3", normalize=True).same_as(parse("a=0.7,b=0.3"))


def test_normalize_cannot_help_where_every_weight_is_zero() -> None:
    with pytest.raises(SpecError, match="every weight is 0"):
        parse("a=0,b=0", normalize=True)


def test_two_decimal_dice_are_refused_with_their_sum() -> None:
    spec = "2=.03,3=.06,4=.08,5=.11,6=.14,7=.17,8=.14,9=.11,10=.08,11=.06,12=.03"
    with pytest.raises(SpecError, match=r"weights sum to 1\.01, not to 1; normalize=True rescales them"):
        parse(spec)
    assert parse(spec, normalize=True).exact("7") == Fraction(17, 101)


def test_the_message_for_a_sum_that_just_misses_one_does_not_say_that_it_is_one() -> None:
    with pytest.raises(SpecError) as caught:
        parse("1=0.333333333333,2=0.333333333333,3=0.333333333333")
    assert "sum to 1, not to 1" not in str(caught.value)


# Over another alphabet


def test_over_reorders_adds_and_drops_only_what_has_no_mass() -> None:
    q = Distribution(("a", "b", "c"), (1, 0, 3), "spec")
    assert q.over(["c", "x", "a"]) == Distribution(("c", "x", "a"), (3, 0, 1))
    assert q.over(["c", "x", "a"]).spec == "spec"
    assert q.over(q.tokens).same_as(q)


def test_over_refuses_to_lose_mass_and_names_the_token() -> None:
    with pytest.raises(DataError, match="token 'c' has probability above 0 but is not in the alphabet"):
        Distribution(("a", "b", "c"), (1, 0, 3)).over(["a", "b"])


@given(weight_lists)
def test_over_a_larger_alphabet_keeps_every_probability(weights: list[int]) -> None:
    q = of(*weights)
    larger = q.over(["<", *reversed(q.tokens), ">"])
    assert {token: larger.exact(token) for token in q.tokens} == exact_table(q)
    assert larger.exact("<") == larger.exact(">") == 0
    assert larger.over(q.tokens).same_as(q)


def test_align_puts_the_tokens_of_p_first_and_then_those_that_only_q_knows() -> None:
    p = Distribution(("b", "a"), (1, 3))
    q = Distribution(("c", "a", "d"), (1, 1, 2))
    first, second = align(p, q)
    assert first.tokens == second.tokens == ("b", "a", "c", "d")
    assert (first.weights, second.weights) == ((1, 3, 0, 0), (0, 1, 1, 2))


def test_align_leaves_a_pair_over_one_alphabet_as_it_is() -> None:
    p, q = of(1, 3), of(2, 2)
    assert align(p, q)[0] is p
    assert align(p, q)[1] is q


def test_same_as_compares_probabilities_and_not_weights() -> None:
    assert of(1, 3).same_as(of(2, 6))
    assert of(1, 3) != of(2, 6)
    assert not of(1, 3).same_as(of(3, 1))
    assert not of(1, 3).same_as(of(10**30, 3 * 10**30 + 1))
    assert not of(1, 3).same_as(Distribution(("b", "a"), (1, 3)))
    assert not of(1, 3).same_as(of(1, 3, 0))


def test_equality_ignores_the_words_it_was_written_in() -> None:
    assert parse("a=0.25,b=0.75") == parse("a=1/4,b=3/4")
    assert parse("a=0.25,b=0.75").spec == "a=0.25,b=0.75"


# Explicit specs


@pytest.mark.parametrize(
    ("spec", "table"),
    [
        ("H=0.7,T=0.3", {"H": Fraction(7, 10), "T": Fraction(3, 10)}),
        ("1=1/6,2=5/6", {"1": Fraction(1, 6), "2": Fraction(5, 6)}),
        ("a=1e-12,b=0.999999999999", {"a": Fraction(1, 10**12), "b": 1 - Fraction(1, 10**12)}),
        ("a=0.1,b=0.2,c=0.7", {"a": Fraction(1, 10), "b": Fraction(1, 5), "c": Fraction(7, 10)}),
        ("a=1,b=0", {"a": Fraction(1), "b": Fraction(0)}),
        ("x=0.5/1.5,y=2/3", {"x": Fraction(1, 3), "y": Fraction(2, 3)}),
        ("a=b=1", {"a=b": Fraction(1)}),
        ("uniform=1/2,dice=1/2", {"uniform": Fraction(1, 2), "dice": Fraction(1, 2)}),
        ("file:x=1", {"file:x": Fraction(1)}),
    ],
)
def test_an_explicit_spec_is_read_exactly(spec: str, table: dict[str, Fraction]) -> None:
    assert exact_table(parse(spec)) == table


@given(weight_lists)
def test_fractions_written_out_are_read_back_exactly(weights: list[int]) -> None:
    q = of(*weights)
    assert parse(
        ",".join(f"{token}={weight}/{q.total}" for token, weight in zip(q.tokens, weights, strict=True))
    ).same_as(q)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "'' is not a distribution"),
        ("heads", "'heads' is not a distribution; write tokens with weights .* or a family: bernoulli, uniform"),
        ("coin:0.7", "'coin:0.7' is not a distribution"),
        ("=1", "'=1' in '=1' is not token=weight"),
        ("a=0.5,,b=0.5", "'' in 'a=0.5,,b=0.5' is not token=weight"),
        ("a=0.5,b", "'b' in 'a=0.5,b' is not token=weight"),
        ("a=", "'' is not a number"),
        ("a=x", "'x' is not a number"),
        ("a=0x1", "'0x1' is not a number"),
        ("a=__import__('os')", "is not a number"),
        ("a=nan", "'nan' is not a finite number of sensible size"),
        ("a=inf", "'inf' is not a finite number of sensible size"),
        ("a=1/2/3,b=1", "'1/2/3' is not a finite number of sensible size"),
        ("a=1/,b=1", "'1/' is not a number"),
        ("a=1/0", "'1/0' divides by zero"),
        ("a=1/0.0", "'1/0.0' divides by zero"),
        ("a=0.5,b=0.6", "a=0.5,b=0.6: weights sum to 1.1, not to 1; normalize=True rescales them"),
        ("a=0.5,a=0.5", "a=0.5,a=0.5: token 'a' is given twice"),
        ("a=1.5,b=-0.5", "a=1.5,b=-0.5: token 'b' has a negative weight"),
        ("bernoulli", "bernoulli needs p; it is written bernoulli:p=..."),
        ("bernoulli:", "bernoulli needs p"),
        ("binomial", "binomial needs n and p; it is written binomial:n=...,p=..."),
        ("binomial:n=10", "binomial needs p"),
        ("uniform:6,7", "uniform:6,7 has too many numbers; it is written uniform:k=..."),
        ("benford:1", "benford:1 has too many numbers"),
        ("uniform:k=6,k=7", "uniform:k=6,k=7 gives 'k' twice; it is written"),
        ("uniform:6,k=7", "uniform:6,k=7 gives 'k' twice; it is written"),
        ("uniform:sides=6", "has no parameter 'sides'; it is written uniform:k=..."),
        ("bernoulli:p=half", "'half' is not a number"),
        ("bernoulli:1.1", r"bernoulli:1.1: p must lie in \[0, 1\]"),
        ("bernoulli:-0.1", r"bernoulli:-0.1: p must lie in \[0, 1\]"),
        ("uniform:0", "uniform:0: k must be a whole number from 1 to 1048576"),
        ("uniform:2.5", "k must be a whole number from 1 to 1048576"),
        ("uniform:1048577", "k must be a whole number from 1 to 1048576"),
        ("dice:0", "n must be a whole number from 1 to 200"),
        ("dice:201", "n must be a whole number from 1 to 200"),
        ("binomial:-1,0.5", "n must be a whole number from 0 to 5000"),
        ("binomial:5001,0.5", "n must be a whole number from 0 to 5000"),
        ("binomial:5,1.5", r"p must lie in \[0, 1\]"),
        ("zipf:0", "k must be a whole number from 1 to 1048576"),
        ("zipf:5,-1", r"s must lie in \[0, 64\]"),
        ("zipf:5,65", r"s must lie in \[0, 64\]"),
        ("geometric:0", r"p must lie in \(0, 1\]"),
        ("geometric:1.1", r"p must lie in \(0, 1\]"),
        ("geometric:0.5,k=0", "k must be a whole number from 1 to 1048576"),
        ("poisson:0", r"the mean must lie in \(0, 10000\]"),
        ("poisson:10001", r"the mean must lie in \(0, 10000\]"),
        ("poisson:4,k=1.5", "k must be a whole number from 1 to 1048576"),
        ("normal:sd=0", "sd and step must be above 0"),
        ("normal:step=0", "sd and step must be above 0"),
        ("normal:sd=-1", "sd and step must be above 0"),
        ("normal:step=1e-9", "step is too small for sd: it makes over 100,000 cells"),
        ("normal:mean=1e40", "mean is too large for step"),
    ],
)
def test_a_spec_that_means_nothing_is_refused_with_a_reason_and_exit_status_2(spec: str, message: str) -> None:
    with pytest.raises(SpecError, match=message) as caught:
        parse(spec)
    assert caught.value.exit_status == 2
    assert "\n" not in str(caught.value)


@given(st.text(alphabet="ab=,/.:-+ 019", max_size=24))
def test_any_words_are_a_distribution_or_a_spec_error(spec: str) -> None:
    result = parsed(spec, normalize=True)
    if isinstance(result, SpecError):
        assert result.exit_status == 2
    else:
        assert sum(exact_table(result).values()) == 1


@pytest.mark.parametrize(
    "spec",
    [
        "a=1e999999999,b=1",
        "a=1e-999999999,b=1",
        "a=1/1e999999999,b=1",
        "a=1e999999999999999999999,b=1",
        "bernoulli:1e-999999999",
        "binomial:n=1e999999999,p=0.5",
        "geometric:1e-999999999",
        "poisson:1e999999999",
        "uniform:1e399",
        "zipf:k=1e399,s=1",
        "zipf:k=10,s=1e399",
        "normal:mean=1e999999999",
        "normal:step=1e-399",
    ],
)
@pytest.mark.timeout(30)  # to write 10^999999999 out would take hours
def test_huge_exponents_are_refused_at_once(spec: str) -> None:
    with pytest.raises(SpecError):
        parse(spec, normalize=True)


@pytest.mark.parametrize(
    "spec",
    [
        "H=1e399,T=0",
        "H=1e300,T=1",
        "H=1e300/1e-300,T=0",
        "H=1e-300/1e300,T=1",
        "normal:mean=1e300,sd=1,step=1",
        "normal:mean=1e60",
        "normal:mean=0,sd=1e300/1e-300,step=1e300/1e-300",
        "normal:step=100000",
        "normal:step=1e300/1e-300",
        "poisson:1e-300/1e300",
    ],
)
def test_numbers_of_great_size_are_a_distribution_or_a_spec_error(spec: str) -> None:
    result = parsed(spec, normalize=False)
    if isinstance(result, SpecError):
        assert result.exit_status == 2
    else:
        assert sum(exact_table(result).values()) == 1


@pytest.mark.timeout(60)  # in whole numbers it would take minutes
def test_a_binomial_with_a_long_decimal_is_not_written_out_exactly() -> None:
    binomial = Distribution.parse("binomial:n=5000,p=0.33333333")
    # Its weights would have 40,000 digits; with 30 of their own from 10^-307 on they have 340.
    assert max(binomial.weights) < 10**400
    assert binomial.entropy == pytest.approx(math.log2(2 * math.pi * math.e * 5000 * 0.33333333 * 0.66666667) / 2, 1e-4)


@given(st.fractions())
def test_a_fraction_is_read_exactly(value: Fraction) -> None:
    assert exact_number(f"{value.numerator}/{value.denominator}") == value
    assert exact_number(f" {value.numerator} ") == value.numerator


@given(st.decimals(allow_nan=False, allow_infinity=False, places=30, min_value=-(10**20), max_value=10**20))
def test_a_decimal_is_read_exactly(value: Decimal) -> None:
    assert exact_number(str(value)) == Fraction(value)


def test_exponents_are_read_exactly_up_to_300() -> None:
    assert exact_number("1e-300") == Fraction(1, 10**300)
    assert exact_number("1e300/1e-1") == 10**301
    for text in ("1e300/1e-2", "-1e300/1e-2", "1e-300/1e1"):
        with pytest.raises(SpecError, match="is not a number of sensible size"):
            exact_number(text)
    assert exact_number("25E299") == 25 * 10**299
    for text in ("1e-301", "1e301", "10e300"):
        with pytest.raises(SpecError, match="not a finite number of sensible size"):
            exact_number(text)


# Families


def relatively_close(q: Distribution, table: dict[str, float]) -> bool:
    return list(q.tokens) == list(table) and all(
        math.isclose(got, want, rel_tol=CLOSE, abs_tol=1e-300)
        for got, want in zip(q.probabilities.tolist(), table.values(), strict=True)
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_sums_to_one_exactly_and_keeps_its_spec(name: str) -> None:
    spec = {
        "bernoulli": "bernoulli:0.7",
        "uniform": "uniform:6",
        "dice": "dice:2",
        "binomial": "binomial:n=10,p=0.3",
        "benford": "benford",
        "zipf": "zipf:k=100,s=1.1",
        "geometric": "geometric:p=0.3",
        "poisson": "poisson:4",
        "normal": "normal:mean=0,sd=1,step=0.1",
    }[name]
    q = parse(spec)
    assert sum(exact_table(q).values()) == 1
    assert q.spec == spec
    assert min(q.weights) > 0


@pytest.mark.parametrize("p", ["0.7", "1/3", "1e-300", "0.5", "0.999999999999999999999"])
def test_bernoulli_is_one_with_p_and_zero_otherwise(p: str) -> None:
    assert exact_table(parse(f"bernoulli:{p}")) == {"1": exact_number(p), "0": 1 - exact_number(p)}


@pytest.mark.parametrize("k", [1, 2, 6, 1000])
def test_uniform_gives_each_of_1_to_k_one_kth(k: int) -> None:
    assert exact_table(parse(f"uniform:{k}")) == {str(i): Fraction(1, k) for i in range(1, k + 1)}


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_dice_count_every_throw(n: int) -> None:
    counts = dict.fromkeys(map(str, range(n, 6 * n + 1)), Fraction(0))
    for throw in product(range(1, 7), repeat=n):
        counts[str(sum(throw))] += Fraction(1, 6**n)
    assert exact_table(parse(f"dice:{n}")) == counts


def test_two_hundred_dice_have_their_mean_and_variance_exactly() -> None:
    table = exact_table(parse("dice:200"))
    mean = sum(int(token) * p for token, p in table.items())
    assert mean == 700
    assert sum((int(token) - mean) ** 2 * p for token, p in table.items()) == 200 * Fraction(35, 12)


@pytest.mark.parametrize(("n", "p"), [(0, "0.5"), (1, "0.3"), (10, "0.5"), (40, "1/3"), (300, "0.01")])
def test_binomial_is_n_choose_k_heads(n: int, p: str) -> None:
    heads = exact_number(p)
    due = {str(k): math.comb(n, k) * heads**k * (1 - heads) ** (n - k) for k in range(n + 1)}
    # What is below 10^-307 is 0, and what is left shares its mass.
    kept = {token: mass if mass > Fraction(1, 10**307) else Fraction(0) for token, mass in due.items()}
    total = sum(kept.values())
    assert exact_table(parse(f"binomial:n={n},p={p}")) == {token: mass / total for token, mass in kept.items()}


def test_benford_is_log10_of_1_plus_1_over_d() -> None:
    assert relatively_close(parse("benford"), {str(d): math.log10(1 + 1 / d) for d in range(1, 10)})
    assert parse("benford:").same_as(parse("benford"))


@pytest.mark.parametrize(("k", "s"), [(1, "1"), (10, "1"), (1000, "1.1"), (50, "0"), (30, "0.5"), (12, "3/2")])
def test_zipf_is_rank_to_the_minus_s(k: int, s: str) -> None:
    weights = [rank ** -float(exact_number(s)) for rank in range(1, k + 1)]
    total = math.fsum(weights)
    table = {str(rank): weight / total for rank, weight in enumerate(weights, 1)}
    assert relatively_close(parse(f"zipf:k={k},s={s}"), table)


@pytest.mark.parametrize("s", ["1", "1.1", "0.3", "20"])
def test_a_large_rank_has_the_digits_of_its_logarithm(s: str) -> None:
    """Primes beyond 1,024 take a series, and no logarithm."""
    weights = parse(f"zipf:k=9000,s={s}").weights
    with localcontext(prec=70):
        for rank in (1009, 1031, 2003, 2 * 1031, 4001, 8999):
            due = (-Decimal(s) * Decimal(rank).ln()).exp()
            assert abs(Decimal(weights[rank - 1]) / weights[0] / due - 1) < Decimal("1e-29")
        assert abs(
            decimals.shrunk(4001, Fraction(s)) / (Decimal(s) * (1 - 1 / Decimal(4001)).ln()).exp() - 1
        ) < Decimal("1e-47")


def test_zipf_of_whole_s_is_the_rational_within_1e_30() -> None:
    q = parse("zipf:k=60,s=2")
    total = sum(Fraction(1, rank**2) for rank in range(1, 61))
    assert all(abs(q.exact(str(rank)) - Fraction(1, rank**2) / total) < Fraction(1, 10**30) for rank in range(1, 61))
    assert parse("zipf:60").same_as(parse("zipf:k=60,s=1"))


@pytest.mark.parametrize(("p", "k"), [("0.3", 1), ("0.3", 20), ("0.5", 60), ("1/7", 100), ("1", 1)])
def test_geometric_of_k_terms_is_the_renormalised_beginning(p: str, k: int) -> None:
    success = exact_number(p)
    total = 1 - (1 - success) ** k
    q = parse(f"geometric:p={p},k={k}")
    assert list(q.tokens) == [str(i) for i in range(k)]
    for i in range(k):
        assert abs(q.exact(str(i)) - (1 - success) ** i * success / total) < Fraction(1, 10**34)


@pytest.mark.parametrize("p", ["0.5", "0.3", "1/7", "0.9", "0.01", "1"])
def test_geometric_stops_at_the_first_tail_below_2_to_the_minus_40(p: str) -> None:
    q = parse(f"geometric:{p}")
    fail = 1 - exact_number(p)
    assert list(q.tokens) == [str(i) for i in range(q.size)]
    assert fail**q.size < TAIL <= fail ** (q.size - 1)
    assert q.same_as(parse(f"geometric:{p},{q.size}"))


def test_geometric_of_a_half_needs_41_terms_for_the_tail_of_40_is_not_below_the_limit() -> None:
    assert parse("geometric:0.5").size == 41


def poisson_tail(mean: str, first: int) -> Decimal:
    """Σ mean^i e^-mean / i! from i = first, in decimals of 60 digits, without subtraction."""
    with localcontext() as context:
        context.prec = 60
        rate = Decimal(mean)
        term = (-rate).exp()
        for i in range(1, first + 1):
            term *= rate / i
        total, i = Decimal(0), first
        while i <= rate or term > total * Decimal("1e-55"):
            total += term
            i += 1
            term *= rate / i
        return total


@pytest.mark.parametrize("mean", ["0.001", "1", "4", "2.5", "100"])
def test_poisson_stops_at_the_first_tail_below_2_to_the_minus_40(mean: str) -> None:
    q = parse(f"poisson:{mean}")
    limit = Decimal(1) / Decimal(2**40)
    last = int(q.tokens[-1])
    assert poisson_tail(mean, last + 1) < limit <= poisson_tail(mean, last)
    assert q.same_as(parse(f"poisson:mean={mean},k={last + 1}"))


@pytest.mark.parametrize("mean", [0.001, 1.0, 4.0, 2.5, 20.0])
def test_poisson_is_mean_to_the_i_over_i_factorial(mean: float) -> None:
    q = parse(f"poisson:{mean}")
    table = {str(i): math.exp(-mean) * mean**i / math.factorial(i) for i in range(q.size)}
    total = math.fsum(table.values())
    assert 1 - 2**-39 < total <= 1 + CLOSE
    assert relatively_close(q, {token: weight / total for token, weight in table.items()})


def test_poisson_of_k_terms_is_the_renormalised_beginning() -> None:
    weights = [Fraction(4) ** i / math.factorial(i) for i in range(10)]
    q = parse("poisson:4,k=10")
    assert list(q.tokens) == [str(i) for i in range(10)]
    assert all(abs(q.exact(str(i)) - weights[i] / sum(weights)) < Fraction(1, 10**34) for i in range(10))


@pytest.mark.parametrize("step", ["0.1", "0.5", "1", "2", "1/3"])
def test_normal_gives_each_cell_its_mass(step: str) -> None:
    width = float(exact_number(step))
    q = parse(f"normal:step={step}")
    reach = (q.size - 1) // 2
    assert 8 <= reach * width < 8 + width

    def mass(i: int) -> float:
        # The cell is mirrored to the right, where erfc keeps its digits.
        low, high = (abs(i) - 0.5) * width / math.sqrt(2), (abs(i) + 0.5) * width / math.sqrt(2)
        return math.erf(high) if i == 0 else (math.erfc(low) - math.erfc(high)) / 2

    masses = [mass(i) for i in range(-reach, reach + 1)]
    assert math.fsum(masses) == pytest.approx(1, abs=CLOSE)
    for got, want in zip(q.probabilities.tolist(), masses, strict=True):
        assert got == pytest.approx(want, abs=CLOSE * 1e-3, rel=1e-10)


def test_a_normals_tokens_are_the_middles_of_its_cells() -> None:
    q = parse("normal:mean=0.05,sd=2,step=0.1")
    assert q.size == 321
    assert q.tokens == tuple(format((Decimal(5 + 10 * i) / 100).normalize(), "f") for i in range(-160, 161))
    assert parse("normal").tokens[79:82] == ("-0.1", "0", "0.1")


def test_a_normal_depends_on_step_over_sd_alone_and_mirrors_itself() -> None:
    wide, narrow = parse("normal:mean=100,sd=10,step=1"), parse("normal:0,1,0.1")
    assert wide.weights == narrow.weights == narrow.weights[::-1]
    assert narrow.same_as(parse("normal"))


def test_parameters_may_be_named_or_in_order_or_both() -> None:
    named = parse("binomial:p=0.3,n=10")
    assert named.same_as(parse("binomial:10,0.3"))
    assert named.same_as(parse("binomial:10,p=0.3"))
    assert named.same_as(parse("binomial:n=10,p=3/10"))


@pytest.mark.parametrize(
    ("spec", "tokens"),
    [
        ("bernoulli:1", ["1", "0"]),
        ("bernoulli:0", ["1", "0"]),
        ("binomial:n=4,p=1", ["0", "1", "2", "3", "4"]),
        ("zipf:k=5,s=64", ["1", "2", "3", "4", "5"]),
        ("geometric:p=0.9,k=60", [str(i) for i in range(60)]),
        ("poisson:4,k=60", [str(i) for i in range(60)]),
    ],
)
def test_a_family_has_the_alphabet_that_its_parameters_say(spec: str, tokens: list[str]) -> None:
    assert list(parse(spec).tokens) == tokens


# Families of infinite support: what was cut off comes back where another knows it


@pytest.mark.parametrize(
    ("p", "q", "due"),
    [
        # λ·log2(λ/μ) - (λ - μ)/ln 2.
        ("poisson:4", "poisson:3", 4 * math.log2(4 / 3) - 1 / math.log(2)),
        ("poisson:30", "poisson:1", 30 * math.log2(30) - 29 / math.log(2)),
        ("poisson:1", "poisson:30", -math.log2(30) + 29 / math.log(2)),
        # log2(a/b) + (1 - a)/a·log2((1 - a)/(1 - b)).
        ("geometric:.3", "geometric:.31", math.log2(0.3 / 0.31) + 0.7 / 0.3 * math.log2(0.7 / 0.69)),
        ("geometric:.31", "geometric:.3", math.log2(0.31 / 0.3) + 0.69 / 0.31 * math.log2(0.69 / 0.7)),
    ],
)
def test_no_divergence_is_infinite_because_of_a_cut(p: str, q: str, due: float) -> None:
    assert parse(p).divergence(parse(q)) == pytest.approx(due, abs=1e-9)


def test_shifted_normals_diverge_by_half_the_squared_shift() -> None:
    """1/(2 ln 2) = 0.7213 for densities; cells of a tenth blur it to 0.72075."""
    assert parse("normal:mean=1").divergence(parse("normal")) == pytest.approx(0.72075, abs=5e-6)
    fine = parse("normal:mean=1,sd=1,step=1/25").divergence(parse("normal:mean=0,sd=1,step=1/25"))
    assert fine == pytest.approx(0.5 / math.log(2), abs=2e-4)
    # 20 standard deviations apart every weight has digits of its own.
    assert parse("normal:mean=20").divergence(parse("normal")) == pytest.approx(200 / math.log(2), rel=2e-3)


@pytest.mark.parametrize("far", [6, 7, 10, 20, 30])
def test_a_cell_far_out_has_thirty_digits(far: int) -> None:
    """Beside the integral of φ over it, term by term: φ(x - u) = φ(x)·exp(x·u - u²/2), u to 1/20 either way."""
    with localcontext(prec=300):
        x, h = Decimal(far), Decimal("0.05")
        # The Taylor coefficients of exp(x·u - u²/2): a_n = (x·a_{n-1} - a_{n-2})/n.
        a, total = [Decimal(1), x], 2 * h
        for n in range(2, 400):
            a.append((x * a[-1] - a[-2]) / n)
            total += 2 * a[n] * h ** (n + 1) / (n + 1) if n % 2 == 0 else 0
        due = (-x * x / 2).exp() / (2 * decimals._PI).sqrt() * total
    with localcontext(prec=50):
        got = families.cells(far * 10, Decimal("0.1"))[-1]
    assert abs(got / due - 1) < Decimal("1e-30")


@pytest.mark.parametrize("width", [1, 5, 8, 11, 13])
def test_cells_however_wide_are_differences_of_tails(width: int) -> None:
    """The first edge is before or behind the place from which on tails are taken, and so is the second."""
    tails = [math.erfc((i + 0.5) * width / math.sqrt(2)) / 2 for i in range(3)]
    due = [1 - 2 * tails[0], tails[0] - tails[1], tails[1] - tails[2]]
    with localcontext(prec=50):
        assert [float(mass) for mass in families.cells(2, Decimal(width))] == pytest.approx(due, rel=1e-9)


def test_every_weight_of_a_family_keeps_thirty_digits() -> None:
    for spec in ("zipf:k=100,s=20", "poisson:4", "normal", "geometric:0.01", "zipf:s=8"):
        assert min(parse(spec).weights) >= 10**28, spec
    # 100^-20 is 1e-40, and exactly that times the weight of rank 1.
    zipf = parse("zipf:k=100,s=20")
    assert zipf.exact("100") / zipf.exact("1") == pytest.approx(1e-40, rel=1e-15)
    with pytest.raises(SpecError, match="below 1e-307"):
        parse("zipf:k=100000,s=64")


def test_zipf_without_k_is_cut_where_the_tail_is_negligible() -> None:
    """ζ(8) = π⁸/9450, and P(1) = 1/ζ(8)."""
    zipf = parse("zipf:s=8")
    assert zipf.probabilities[0] == pytest.approx(9450 / math.pi**8, abs=1e-12)
    assert zipf.size < 50
    assert parse("zipf:s=9").divergence(zipf) < 0.01
    for spec in ("zipf:s=1", "zipf:s=1.5", "zipf"):
        with pytest.raises(SpecError, match=r"without k|give k"):
            parse(spec)


def test_only_what_was_cut_is_extended() -> None:
    """With k the support is what it says; and tokens that are no number of the family stay impossible."""
    assert parse("poisson:4").divergence(parse("poisson:mean=3,k=5")) == math.inf
    wider = parse("poisson:3").over([*parse("poisson:3").tokens, "49", "50", "x", "-1", "1.5"])
    assert [wider.exact(token) > 0 for token in ("50", "x", "-1", "1.5")] == [True, False, False, False]
    assert wider.exact("50") / wider.exact("49") == pytest.approx(3 / 50)
    # Beyond 10^-307 a weight is 0, and no time is spent on it.
    assert parse("poisson:3").over([*parse("poisson:3").tokens, "1000"]).exact("1000") == 0


# What Python callers have


def test_weights_of_numpy_are_whole_numbers_of_pythons() -> None:
    """200 + 100 is no uint8, and the sum does not wrap; 2^62 + 2^62 + 2^62 is no int64."""
    small = Distribution(("a", "b"), tuple(np.array([200, 100], np.uint8)))
    assert (small.total, small.exact("a")) == (300, Fraction(2, 3))
    assert all(type(weight) is int for weight in small.weights)
    assert Distribution(("a", "b", "c"), tuple(np.full(3, 2**62))).total == 3 * 2**62
    assert Distribution.from_weights({"a": int(np.uint8(200)), "b": np.float64(100)}).exact("b") == Fraction(1, 3)
    with pytest.raises(TypeError, match="'float' object cannot be interpreted as an integer"):
        Distribution(("a",), (1.5,))  # type: ignore[arg-type]  # that is the question


def test_a_token_that_is_no_str_is_refused_when_made() -> None:
    with pytest.raises(TypeError, match="a token is a str, not 'int': 1"):
        Distribution((1, 2), (1, 1))  # type: ignore[arg-type]  # that is the question
    with pytest.raises(TypeError, match="a token is a str, not 'bytes'"):
        Distribution.from_weights({b"a": 1})  # type: ignore[arg-type]  # likewise


def test_a_dict_and_a_counter_are_distributions() -> None:
    coin = parse("H=0.7,T=0.3")
    assert Distribution.of({"H": 0.7, "T": 0.3}).probabilities.tolist() == [0.7, 0.3]
    assert Distribution.of(Counter("HHHHHHHTTT")).same_as(coin)
    assert Distribution.of("H=0.7,T=0.3") == Distribution.of(coin) == coin
    assert validate(Counter("HHHHHHHTTT"), {"H": 0.2, "T": 0.8}, n=1000).verdict == "pass"
    with pytest.raises(DataError, match=r"sum to 1\.1"):
        Distribution.of({"H": 0.7, "T": 0.4})
    for wrong in (5, ["H"], None):
        with pytest.raises(TypeError, match="a distribution is"):
            Distribution.of(wrong)  # type: ignore[arg-type]  # that is the question
