"""How often each check is wrong: false alarms where all is well, beside what the check states, and what it overlooks.

    python tests/benchmarks/verdicts.py            100,000 experiments, two minutes on two cores
    python tests/benchmarks/verdicts.py 0.01       a hundredth of them

Exact checks have no false alarm at all.  Of the others there may be as many as a binomial count of the stated rate has
but once in a thousand times; where there are more, the exit status is 1.
"""

from __future__ import annotations

import math
import sys
from collections import Counter

import numpy as np
from rich.console import Console
from rich.table import Table

from compress.coders.catalog import choose
from compress.experiments.claim import likelihood_ratio_test
from compress.experiments.coverage import binomial_bound
from compress.experiments.sabotage import BREAKS, Break
from compress.experiments.validate import validate_all
from compress.ordered import all_cores
from compress.probability.distribution import Distribution
from compress.running.helpers import processes
from compress.specs import BARE
from compress.sweeps.grid import Grid
from compress.sweeps.sweep import sweep

# The rate that each check states.
STATED = {
    "round_trip": 0.0,
    "exact_length": 0.0,
    "code_price": 0.0,
    "accounting": 0.0,
    "expectation": 2 * math.exp(-12.5),
}
SOURCES = ("bernoulli:0.7", "bernoulli:0.01", "dice:2", "zipf:k=20", "geometric:p=0.2")
BELIEFS, CODERS, COUNTS = ("true", "uniform", "kt"), ("arithmetic", "huffman", "rans", "range"), "30,300,3000"
ALPHAS = (0.05, 0.01)


def false_alarms(share: float) -> tuple[int, Counter[str]]:
    """How many experiments were made in which nothing was wrong, and how many failed each check."""
    cells = len(SOURCES) * (2 * len(CODERS) + 1) * 3
    grid = Grid(SOURCES, BELIEFS, CODERS, COUNTS, max(int(share * 100_000 / cells) + 1, 1), seed=1)
    with processes(all_cores()) as helpers:
        rows = [row for row in sweep(grid, executor=helpers).rows if row.refused is None]
    failed: Counter[str] = Counter()
    for row in rows:
        failed.update(row.failures)
    return sum(row.runs for row in rows), failed


def p_values(times: int) -> list[float]:
    """Those of true claims about 200 throws of two dice."""
    p, rng = Distribution.parse("dice:2"), np.random.Generator(np.random.PCG64(5))
    claims = (
        likelihood_ratio_test(each, p, seed=at) for at, each in enumerate(rng.multinomial(200, p.probabilities, times))
    )
    return [claim.p_value for claim in claims if claim.p_value is not None]


def caught(one: Break, n: int, times: int) -> float:
    """How often what is done wrong fails the check that is made for it."""
    found = 0
    for seed in range(times):
        source, choices = one.source(BARE.source("dice:2")), [choose("arithmetic")]
        beliefs = [BARE.believed("true")]
        made = one.after(validate_all(source, beliefs, one.choices(choices, beliefs), n, seed))
        found += one.catcher in made.runs[0].checks.failed
    return found / times


def main() -> None:
    """Print both tables."""
    share = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    experiments, failed = false_alarms(share)
    lines = [(name, experiments, failed[name], rate) for name, rate in STATED.items()]
    found = p_values(max(int(4_000 * share), 50))
    lines += [(f"claim, alpha {alpha}", len(found), sum(p < alpha for p in found), alpha) for alpha in ALPHAS]
    table, are_right = Table("check", "experiments", "false alarms", "stated", "at most"), True
    for name, many, alarms, rate in lines:
        most = binomial_bound(many, rate, 0.002)[1] if rate else 0
        are_right &= alarms <= most
        table.add_row(name, f"{many:,}", f"{alarms:,}", f"{rate:.2g}", f"{most:,}")
    power = Table("done wrong", "its check", "n = 100", "n = 1,000", "n = 10,000")
    for one in BREAKS.values():
        shares = [caught(one, n, max(int(500 * share), 10)) for n in (100, 1_000, 10_000)]
        power.add_row(one.name, one.catcher, *(f"{each:.1%}" for each in shares))
    console = Console()
    console.print(table, power)
    sys.exit(0 if are_right else 1)


if __name__ == "__main__":
    main()
