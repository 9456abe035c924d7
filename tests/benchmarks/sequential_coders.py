"""Speed of the coders whose Q changes beside constriction's, in one run: medians and ratios.

    python tests/benchmarks/sequential_coders.py [--tokens 10000000] [--rows 1000000] [--runs 5]

Counted on the way: kt over 256 symbols of about 4.5 bits, beside our own coder with one Q, and beside what constriction
offers for it, a model a token.  A network's rows: float32, 256 probabilities a token, beside constriction's batch call
(`Categorical(perfect=False, lazy=True)`) on the same array.  Needs the `dev` extra.  Million tokens a second.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import constriction
import numpy as np
import numpy.typing as npt

from compress.coders.catalog import build
from compress.models.counts import Counting
from compress.models.rows import Rows
from compress.models.sequential import SequentialCoder
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.symbols import Symbols

SIZE = 256
# A model a token is slow.
FEW = 50_000


Action = Callable[[], Any]


def in_turn(runs: int, *actions: Action) -> list[float]:
    """Median seconds of each action, the actions taking turns, after a turn that does not count."""
    seconds: list[list[float]] = [[] for _ in actions]
    for turn in range(runs + 1):
        for place, action in enumerate(actions):
            begin = time.perf_counter()
            action()
            if turn:
                seconds[place].append(time.perf_counter() - begin)
    return [statistics.median(times) for times in seconds]


def show(what: str, n: int, ours: float, theirs: float, excess: str) -> None:
    """One row: both speeds, the ratio, and what the payload costs above ideal."""
    print(f"  {what:28} {n / ours / 1e6:7.1f} {n / theirs / 1e6:12.1f} {theirs / ours:8.2f}x  {excess}")


def counting(n: int, runs: int) -> None:
    """kt beside one Q for all tokens, and beside a peer that is told a new one for each."""
    p = Distribution.parse("zipf:k=256,s=1.37")
    symbols = IidSource(p).sample(n, generator(1))
    coder, static = SequentialCoder(Counting.of("kt", SIZE)), build("arithmetic", p.weights)
    payload, plain = coder.encode(symbols), static.encode(symbols)
    assert np.array_equal(coder.decode(payload, n), symbols)
    few = symbols[:FEW].tolist()
    models = constriction.stream.model

    def their_encode() -> npt.NDArray[np.uint32]:
        encoder, counts = constriction.stream.queue.RangeEncoder(), np.full(SIZE, 0.5)
        for symbol in few:
            encoder.encode(symbol, models.Categorical(counts / counts.sum(), perfect=False, lazy=True))
            counts[symbol] += 1
        words: npt.NDArray[np.uint32] = encoder.get_compressed()
        return words

    words = their_encode()

    def their_decode() -> list[int]:
        decoder, counts, found = constriction.stream.queue.RangeDecoder(words), np.full(SIZE, 0.5), []
        for _ in few:
            symbol = decoder.decode(models.Categorical(counts / counts.sum(), perfect=False, lazy=True))
            counts[symbol] += 1
            found.append(int(symbol))
        return found

    assert their_decode() == few
    print(f"\nkt, {n:,} tokens of {SIZE} symbols\n  {'':28} {'codelen':>7} {'constriction':>12} {'ratio':>9}")
    excess = f"above ideal: {len(payload) - coder.ideal_bits(symbols):+.2f} bits"
    for what, ours, own, theirs in (
        ("encode", lambda: coder.encode(symbols), lambda: static.encode(symbols), their_encode),
        ("decode", lambda: coder.decode(payload, n), lambda: static.decode(plain, n), their_decode),
    ):
        learned, told, peer = in_turn(runs, ours, own, theirs)
        show(f"kt {what}", n, learned, peer * n / FEW, excess)
        print(f"  {'':28} {told / learned:7.2f}x of our coder with one Q, {n / told / 1e6:.1f}")


def rows_and_tokens(n: int) -> tuple[npt.NDArray[np.float32], Symbols]:
    """The softmax of random logits, and tokens drawn from each row."""
    rng = np.random.Generator(np.random.PCG64(0))
    logits = 2 * rng.standard_normal((n, SIZE), np.float32)
    chances = np.exp(logits - logits.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    below = np.cumsum(chances, axis=1) < rng.random((n, 1), np.float32)
    return chances, np.minimum(below.sum(axis=1), SIZE - 1).astype(np.uint8)


def network(n: int, runs: int) -> None:
    """Rows of probabilities, whole arrays at once."""
    chances, symbols = rows_and_tokens(n)
    rows, wide = Rows(chances), symbols.astype(np.int32)
    family = constriction.stream.model.Categorical(perfect=False, lazy=True)
    coded = rows.encode(symbols)
    assert np.array_equal(rows.decode(coded.payload, coded.fingerprint), symbols)

    def their_encode() -> Any:
        encoder = constriction.stream.queue.RangeEncoder()
        encoder.encode(wide, family, chances)
        return encoder.get_compressed()

    words = their_encode()

    def their_decode() -> Any:
        return constriction.stream.queue.RangeDecoder(words).decode(family, chances)

    assert np.array_equal(their_decode(), wide)
    print(f"\n{n:,} rows of {SIZE} float32\n  {'':28} {'codelen':>7} {'constriction':>12} {'ratio':>9}")
    loss = coded.loss_bits
    excess = f"above the loss: {len(coded.payload) - loss:+.2f} bits, theirs {32 * words.size - loss:+,.0f}"
    ours, theirs = in_turn(runs, lambda: rows.encode(symbols), their_encode)
    show("rows encode", n, ours, theirs, excess)
    ours, theirs = in_turn(runs, lambda: rows.decode(coded.payload, coded.fingerprint), their_decode)
    show("rows decode", n, ours, theirs, "")


def main() -> None:
    """Run both and print their tables."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    options.add_argument("--tokens", type=int, default=10_000_000)
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    counting(chosen.tokens, chosen.runs)
    network(chosen.rows, chosen.runs)


if __name__ == "__main__":
    main()
