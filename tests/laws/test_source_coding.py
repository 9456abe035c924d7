"""Theorems of source coding, measured on streams that were really encoded and decoded."""

from __future__ import annotations

import math

import pytest

from compress import Distribution, validate
from compress.coders.catalog import CODERS
from compress.experiments.validation import Validation

SPECS = ("H=0.7,T=0.3", "dice:2", "zipf:k=256,s=1.1", "geometric:p=0.3", "benford", "uniform:6")
DYADIC = "a=1/2,b=1/4,c=1/8,d=1/16,e=1/16"


def measured(run: Validation) -> float:
    assert run.bits_per_token is not None
    assert run.verdict == "pass"
    return run.bits_per_token


def expected(run: Validation) -> float:
    assert run.expected_bits_per_token is not None
    return run.expected_bits_per_token


def sigma(run: Validation) -> float:
    assert run.standard_error is not None
    return run.standard_error


@pytest.mark.parametrize("coder", CODERS)
@pytest.mark.parametrize("spec", SPECS)
def test_no_coder_beats_entropy_by_more_than_luck(spec: str, coder: str) -> None:
    """Shannon 1948, theorem 9; Cover & Thomas 5.3.1."""
    run = validate(spec, coder=coder, n=100_000)
    entropy = Distribution.parse(spec).entropy
    assert measured(run) > entropy - 5 * sigma(run) - 1e-9
    assert expected(run) >= entropy - 1e-9


@pytest.mark.parametrize("q", ["H=0.1,T=0.9", "H=0.5,T=0.5", "H=0.69,T=0.31", "H=0.99,T=0.01"])
def test_a_wrong_belief_costs_h_plus_d(q: str) -> None:
    """Cover & Thomas 5.4.3, for a coder without whole-bit words: H(P) + D(P||Q), and 2 bits."""
    n = 200_000
    run = validate("H=0.7,T=0.3", q, n=n)
    true, wrong = Distribution.parse("H=0.7,T=0.3"), Distribution.parse(q)
    h = -sum(float(p) * math.log2(p) for p in map(true.exact, "HT"))
    d = sum(float(true.exact(t)) * math.log2(true.exact(t) / wrong.exact(t)) for t in "HT")
    assert abs(measured(run) - (h + d)) < 5 * sigma(run) + 2 / n + 1e-9


@pytest.mark.parametrize("coder", ["huffman", "shannon"])
def test_dyadic_p_is_coded_at_entropy_exactly(coder: str) -> None:
    """Cover & Thomas 5.3: whole-bit words lose nothing where every -log2 p is whole."""
    run = validate(DYADIC, coder=coder, n=50_000)
    assert expected(run) == 1.875
    assert run.ledger.code == 0
    assert run.ledger.coder == 0


def test_arithmetic_coding_of_a_dyadic_p_is_ideal_to_the_bit() -> None:
    run = validate(DYADIC, n=50_000)
    assert run.ledger.coder == 0
    assert run.ledger.code == 0


@pytest.mark.parametrize("spec", SPECS)
def test_huffman_lies_between_entropy_and_entropy_plus_one(spec: str) -> None:
    """Cover & Thomas 5.4.1, for Q = P."""
    run = validate(spec, coder="huffman", n=50_000)
    entropy = Distribution.parse(spec).entropy
    assert entropy - 1e-9 <= expected(run) < entropy + 1
    assert abs(measured(run) - expected(run)) <= 5 * sigma(run) + 1e-9


@pytest.mark.parametrize("q", ["1=0.05,2=0.05,3=0.05,4=0.05,5=0.1,6=0.7", "1=0.3,2=0.3,3=0.1,4=0.1,5=0.1,6=0.1"])
def test_shannons_code_of_a_wrong_q_costs_h_plus_d_to_plus_one(q: str) -> None:
    """Cover & Thomas 5.4.3."""
    run = validate("uniform:6", q, "shannon", n=50_000)
    assert run.cross_entropy is not None
    assert run.cross_entropy <= expected(run) < run.cross_entropy + 1
    assert abs(measured(run) - expected(run)) <= 5 * sigma(run) + 1e-9


def test_a_certain_stream_costs_nothing_and_a_fair_one_cannot_be_compressed() -> None:
    assert validate("x=1", n=100_000).payload_bits == 0
    assert validate("H=0.5,T=0.5", n=100_000).payload_bits == 100_000


def test_the_interval_around_the_mean_shrinks_as_one_over_root_n() -> None:
    errors = [sigma(validate("dice:2", n=n)) for n in (100, 10_000, 1_000_000)]
    assert errors[0] / errors[1] == pytest.approx(10)
    assert errors[1] / errors[2] == pytest.approx(10)


def test_a_source_unlike_its_p_is_not_mistaken_for_it() -> None:
    """The control of this file: the same measurements see a P that is off by 0.01."""
    run = validate("H=0.71,T=0.29", "H=0.2,T=0.8", n=1_000_000)
    other = validate("H=0.7,T=0.3", "H=0.2,T=0.8", n=1_000_000)
    assert abs(measured(run) - expected(other)) > 5 * sigma(run)
