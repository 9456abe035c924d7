"""The ledger itself: what each term is, whoever asks."""

from __future__ import annotations

import numpy as np
import pytest

from compress.ledger import TERMS, Ledger
from compress.probability.distribution import Distribution
from compress.probability.information import mean

P = Distribution.parse("a=.5,b=.25,c=.25")
Q = Distribution.parse("a=.25,b=.25,c=.5")


@pytest.mark.parametrize("told", [True, False], ids=["Q is told", "Q is not told"])
@pytest.mark.parametrize("p_is_sample", [True, False])
def test_luck_is_zero_by_definition_where_p_is_the_sample_s_own(p_is_sample: bool, told: bool) -> None:
    ideal, expected = 1_753.0, 1_753.0 if p_is_sample else 1_000 * mean(P.probabilities, np.array([2.0, 2.0, 1.0]))
    terms = Ledger.account(1_000, P, Q if told else None, expected, ideal, 1_756, {"all": 44})
    # H(P) = 1.5 and H(P,Q) = H(P,Q̂) = 1.75 bits/token.
    assert terms.luck == (0 if p_is_sample else 3)
    assert terms.entropy == 1_500
    assert terms.mismatch == pytest.approx(253 if p_is_sample and not told else 250)
    assert terms.code == pytest.approx(3 if p_is_sample and told else 0, abs=1e-9)
    assert (terms.coder, terms.container) == (3, 44)
    assert list(terms.terms) == list(TERMS)
    assert terms.total == pytest.approx(1_800, abs=1e-9)
