"""Every coder with every size of message, of alphabet, and kind of P, with a right Q and a wrong one.

What a coder refuses is a table here, and everything else has to pass all checks.
"""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from bitarray import bitarray

from compress import validate
from compress.coders.catalog import CODERS, choose
from compress.errors import CorruptError, DataError, SpecError
from compress.probability.distribution import Distribution
from compress.sources.protocol import generator

pytestmark = pytest.mark.slow

NAMES = [choose(name).name for name in CODERS]
OTHERS = [
    "limited:13",
    "block:1",
    "block:3",
    "golomb:1",
    "golomb:6",
    "rice:0",
    "rice:5",
    "expgolomb:3",
    "textbook:6",
    "textbook:16",
    "range:8",
    "range:30",
    "rans:4",
    "rans:16",
    "tans:4",
    "tans:16",
    "tunstall:4",
    "tunstall:16",
    "typical:0.5",
    "typical:60",
]
SIZES = (1, 2, 3, 256, 5_000)
COUNTS = (0, 1, 2, 1_000, 100_000)
# How many tokens are too many for a coder.
MOST = {
    "block:2": 256,
    "block:3": 40,
    "textbook:6": 8,
    "range:8": 128,
    "rans:4": 8,
    "tans:4": 8,
    "tunstall:12": 4_096,
    "tunstall:4": 16,
}


def sources(size: int) -> dict[str, tuple[Distribution, Distribution]]:
    """P by its name, and a Q that is wrong, if there can be one."""
    tokens = tuple(map(str, range(size)))
    uniform = Distribution(tokens, (1,) * size)
    zipf = Distribution(tokens, Distribution.parse(f"zipf:k={size}").weights)
    certain = Distribution(tokens, ((10**9 - 1) * max(size - 1, 1), *[1] * (size - 1)))
    return {"uniform": (uniform, zipf), "zipf": (zipf, uniform), "certain": (certain, zipf)}


def check(name: str, p: Distribution, q: Distribution, n: int) -> None:
    made = validate(p, q, name, n=n, seed=1)
    assert made.verdict == ("pass" if n else None), (p.spec, q.spec, n, made.checks)
    assert made.checks.round_trip
    assert made.checks.exact_length or n == 1_000_000
    # A tree that grows is not made from Q.
    assert made.checks.code_price or name == "vitter"
    assert made.checks.accounting
    assert made.ledger.total == pytest.approx(8 * made.file_bytes, abs=1e-6, rel=1e-12)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_every_message_size_of_every_source(name: str, size: int) -> None:
    for p, wrong in sources(size).values():
        for q in (p, wrong):
            if size > MOST.get(name, size):
                with pytest.raises(SpecError, match=rf"{size:,} tokens .*(need|have).*{name}|groups of"):
                    validate(p, q, name, n=2)
                continue
            for n in COUNTS:
                check(name, p, q, n)


@pytest.mark.fuzz
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_a_million_tokens_of_a_sixth_of_the_cells(name: str, size: int) -> None:
    for at, (p, wrong) in sources(size).items():
        for q in (p, wrong):
            drawn = zlib.crc32(f"{name} {size} {at} {q is p}".encode()) % 6 == 0
            if drawn and size <= MOST.get(name, size):
                check(name, p, q, 1_000_000)


def test_the_refusals_are_these() -> None:
    """Each names the limit of its coder; nothing else in the grid is refused."""
    p = Distribution(("a", "b"), (2**50, 1))
    with pytest.raises(DataError, match=r"token 'b' probability 8.882e-16, below 2\^-40"):
        validate(Distribution(("a", "b"), (1, 1)), p, "arithmetic", n=2)
    with pytest.raises(DataError, match="the words of 65,536 tokens have more than 268,435,456 bits together"):
        validate("uniform:65536", "true", "unary", n=2)
    with pytest.raises(SpecError, match="5,000 tokens need words of 13 bits, and limited:12 allows 12"):
        validate("uniform:5000", "true", "limited:12", n=2)


@pytest.mark.parametrize("name", [*NAMES, *OTHERS])
def test_ten_thousand_damaged_payloads_are_an_error_or_some_message(name: str) -> None:
    """Bits flipped, cut off, or drawn: decoded to symbols that exist, or refused; nothing else."""
    rng = np.random.Generator(generator(11))
    weights = [50, 30, 0, 15, 5]
    coder = choose(name).of(weights)
    message = rng.choice(5, 60, p=np.array(weights) / 100).astype(np.uint8)
    whole = coder.encode(message)
    for case in range(10_000):
        bits = whole.copy()
        if case % 3 == 0:
            for place in rng.integers(0, len(bits), 1 + case % 4):
                bits.invert(int(place))
        elif case % 3 == 1:
            del bits[int(rng.integers(0, len(bits))) :]
        else:
            bits = bitarray(rng.integers(0, 2, int(rng.integers(0, 400))).tolist())
        try:
            found = coder.decode(bits, message.size)
        except CorruptError:
            continue
        assert found.size == message.size
        assert int(found.max()) < 5
        # A code of the whole numbers has a word for a token that Q excludes, and among all sequences are some with it.
        assert not (found == 2).any() or not choose(name).family.takes_q or name.startswith("typical")
