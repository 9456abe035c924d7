"""Speed of the static coders beside constriction's, in one run: medians and ratios.

    python tests/benchmarks/static_coders.py [--tokens 10000000] [--runs 7] [--file PATH]

Two workloads: W1, tokens of 256 symbols at about 4.5 bits each; W2, Bernoulli(0.1); with --file also
the bytes of that file, repeated to the number of tokens.  Runs of ours and theirs alternate, so that a
drift of the machine's speed meets both.  Needs the `dev` extra.  A figure is million tokens a second.
"""

from __future__ import annotations

import argparse
import functools
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import constriction
import numpy as np
import numpy.typing as npt

from compress.coders.catalog import build
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.sources.tokens import tokeniser
from compress.symbols import Symbols, code_length, histogram

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


def workloads(n: int, path: str | None) -> dict[str, tuple[Symbols, Distribution]]:
    """Symbols and their distribution, by name."""
    w1 = Distribution.parse("zipf:k=256,s=1.37")
    w2 = Distribution.parse("bernoulli:0.1")
    found = {
        name: (IidSource(p).sample(n, generator(1)), p)
        for name, p in (("W1 zipf-256, 4.5 bits", w1), ("W2 Bernoulli(0.1)", w2))
    }
    if path is not None:
        stream = tokeniser("bytes").split(Path(path).read_bytes())
        symbols = np.resize(stream.symbols, n)
        counts = histogram(symbols, len(stream.tokens))
        found[f"W3 {Path(path).name}"] = (symbols, Distribution(stream.tokens, tuple(counts.tolist())))
    return found


def show(what: str, n: int, ours: float, theirs: float, excess: str) -> None:
    """One row: both speeds, the ratio, and what the payload costs above ideal."""
    print(f"  {what:28} {n / ours / 1e6:7.1f} {n / theirs / 1e6:12.1f} {theirs / ours:8.2f}x  {excess}")


def arithmetic(symbols: Symbols, p: Distribution, runs: int) -> None:
    """The instrument beside constriction's range coder."""
    coder = build("arithmetic", p.weights)
    model = constriction.stream.model.Categorical(p.probabilities.copy(), perfect=False)
    wide: npt.NDArray[np.int32] = symbols.astype(np.int32)

    def their_encode() -> npt.NDArray[np.uint32]:
        encoder = constriction.stream.queue.RangeEncoder()
        encoder.encode(wide, model)
        words: npt.NDArray[np.uint32] = encoder.get_compressed()
        return words

    payload, words = coder.encode(symbols), their_encode()
    decoded = constriction.stream.queue.RangeDecoder(words).decode(model, symbols.size)
    assert np.array_equal(coder.decode(payload, symbols.size), symbols)
    assert np.array_equal(decoded, wide)
    counts = histogram(symbols, p.size)
    ideal = code_length(counts, coder.surprises)
    excess = f"above ideal: {len(payload) - ideal:+.2f} bits, theirs {32 * words.size - ideal:+,.0f}"
    ours, theirs = in_turn(runs, lambda: coder.encode(symbols), their_encode)
    show("arithmetic encode", symbols.size, ours, theirs, excess)
    ours, theirs = in_turn(
        runs,
        lambda: coder.decode(payload, symbols.size),
        lambda: constriction.stream.queue.RangeDecoder(words).decode(model, symbols.size),
    )
    show("arithmetic decode", symbols.size, ours, theirs, "")


def huffman(symbols: Symbols, p: Distribution, runs: int) -> None:
    """Huffman beside constriction's symbol code, which is called token by token, as its API is."""
    coder = build("huffman", p.weights)
    tree = constriction.symbol.huffman.EncoderHuffmanTree(p.probabilities.copy())
    decoder_tree = constriction.symbol.huffman.DecoderHuffmanTree(p.probabilities.copy())
    few = symbols[: min(symbols.size, 1_000_000)].tolist()

    def their_encode() -> Any:
        encoder = constriction.symbol.QueueEncoder()
        for symbol in few:
            encoder.encode_symbol(symbol, tree)
        return encoder.get_compressed()[0]

    words = their_encode()

    def their_decode() -> list[int]:
        decoder = constriction.symbol.QueueDecoder(words)
        return [decoder.decode_symbol(decoder_tree) for _ in few]

    assert their_decode() == few
    payload = coder.encode(symbols)
    scale = symbols.size / len(few)
    excess = f"above H(P): {len(payload) / symbols.size - p.entropy:.4f} bit/token"
    ours, theirs = in_turn(runs, lambda: coder.encode(symbols), their_encode)
    show("huffman encode", symbols.size, ours, theirs * scale, excess)
    ours, theirs = in_turn(runs, lambda: coder.decode(payload, symbols.size), their_decode)
    show("huffman decode", symbols.size, ours, theirs * scale, "")


def small_totals(symbols: Symbols, p: Distribution, runs: int) -> None:
    """rANS, tANS and textbook arithmetic beside constriction's ANS coder; each cost beside its own surprise."""
    model = constriction.stream.model.Categorical(p.probabilities.copy(), perfect=False)
    wide: npt.NDArray[np.int32] = symbols.astype(np.int32)

    def their_encode() -> npt.NDArray[np.uint32]:
        encoder = constriction.stream.stack.AnsCoder()
        encoder.encode_reverse(wide, model)
        words: npt.NDArray[np.uint32] = encoder.get_compressed()
        return words

    words = their_encode()
    for name in ("rans", "tans", "textbook"):
        coder = build(name, p.weights)
        payload = coder.encode(symbols)
        assert np.array_equal(coder.decode(payload, symbols.size), symbols)
        above = len(payload) / symbols.size - p.entropy
        ours, theirs = in_turn(runs, functools.partial(coder.encode, symbols), their_encode)
        show(f"{name} encode", symbols.size, ours, theirs, f"above H(P): {above:.4f} bit/token")
        ours, theirs = in_turn(
            runs,
            functools.partial(coder.decode, payload, symbols.size),
            lambda: constriction.stream.stack.AnsCoder(words).decode(model, symbols.size),
        )
        show(f"{name} decode", symbols.size, ours, theirs, "")


def main() -> None:
    """Run every workload and print its table."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    options.add_argument("--tokens", type=int, default=10_000_000)
    options.add_argument("--runs", type=int, default=7)
    options.add_argument("--file")
    chosen = options.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    for name, (symbols, p) in workloads(chosen.tokens, chosen.file).items():
        print(f"\n{name}, {symbols.size:,} tokens\n  {'':28} {'codelen':>7} {'constriction':>12} {'ratio':>9}")
        arithmetic(symbols, p, chosen.runs)
        huffman(symbols, p, chosen.runs)
        small_totals(symbols, p, chosen.runs)


if __name__ == "__main__":
    main()
