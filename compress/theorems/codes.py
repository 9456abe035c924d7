"""Theorems about codes: which lengths words can have, which are best, and what no code can do.

As in `measures`: a docstring with the statement, the derivation and the source, and a parameter that can be wrong.

Next: `groups` (words for many tokens, and of many).
"""

from __future__ import annotations

import bz2
import itertools
import zlib
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from compress.coders.catalog import CODERS, build
from compress.probability.distribution import Distribution
from compress.probability.information import ROUNDING
from compress.theorems.measures import SIGMAS, Finding, drawn_pmf, encoded

__all__ = ["is_decodable"]


def _vectors(most: int, longest: int) -> Iterator[tuple[int, ...]]:
    """All sorted lists of up to `most` lengths from 1 to `longest`."""
    for size in range(1, most + 1):
        yield from itertools.combinations_with_replacement(range(1, longest + 1), size)


def _words(lengths: Sequence[int], chosen: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Words of these lengths, none of which begins another; None if all ways to choose them have failed.

    lengths: rising, so that a new word can only be begun by one that was chosen before.
    """
    if not lengths:
        return chosen
    for bits in itertools.product("01", repeat=lengths[0]):
        word = "".join(bits)
        if not any(word.startswith(other) for other in chosen):
            found = _words(lengths[1:], (*chosen, word))
            if found is not None:
                return found
    return None


def _is_prefix_free(words: Sequence[str]) -> bool:
    """Whether no word begins another, by looking at every two."""
    return not any(b.startswith(a) for a, b in itertools.permutations(words, 2))


def kraft(seed: int, limit: Fraction = Fraction(1)) -> Finding:
    """A prefix-free code of these lengths exists if and only if Σ 2^-l <= 1.

    A word of length l owns a part of [0, 1) of width 2^-l: all strings that begin with it. The parts of prefix-free
    words do not overlap, so their widths add up to at most 1. Conversely, if the sum is at most 1, lay the parts side
    by side, the widest first: each begins at a multiple of its own width, so it is a word.

    Source: L. G. Kraft 1949; Cover & Thomas, theorem 5.2.1.
    """
    every = list(_vectors(5, 5))
    made = [_words(lengths) for lengths in every]
    built = [words for words in made if words is not None]
    wrong = sum(
        (words is not None) != (sum(Fraction(1, 1 << length) for length in lengths) <= limit)
        for lengths, words in zip(every, made, strict=True)
    ) + sum(not _is_prefix_free(words) for words in built)
    return Finding(
        f"of {len(every)} lists of lengths those with Σ 2^-l <= 1",
        f"{len(built)} codes were built, for the others every choice of words failed; {wrong} exceptions",
        wrong == 0,
    )


def is_decodable(words: frozenset[str]) -> bool:
    """Whether every string of words can be cut into them in one way only.

    What is left over where one word begins another is followed up: a string that can be cut in two ways
    leaves over, in the end, a word itself.  Source: A. A. Sardinas and G. W. Patterson 1953.

    >>> is_decodable(frozenset({"0", "01", "11"})), is_decodable(frozenset({"0", "01", "10"}))
    (True, False)
    """
    seen: set[str] = set()
    left = {b[len(a) :] for a in words for b in words if a != b and b.startswith(a)}
    while left - seen:
        if left & words:
            return False
        seen |= left
        ends = {word[len(rest) :] for rest in left for word in words if word.startswith(rest)}
        left = ends | {rest[len(word) :] for rest in left for word in words if rest.startswith(word)}
    return True


def mcmillan(seed: int, decodable: Callable[[frozenset[str]], bool] = is_decodable) -> Finding:
    """Every uniquely decodable code has Σ 2^-l <= 1, whether it is prefix-free or not.

    Let S be the sum. S^k is the sum of 2^-length over all rows of k words. Rows of the same length are different
    strings of that many bits, so each length adds at most 1, and there are k·l_max lengths. So S^k <= k·l_max for every
    k, which is impossible if S > 1. By Kraft there is a prefix-free code of the same lengths, so nothing is gained
    without the prefix condition.

    Source: B. McMillan 1956; Cover & Thomas, theorem 5.5.1.
    """
    words = ["".join(bits) for length in (1, 2, 3) for bits in itertools.product("01", repeat=length)]
    codes = [frozenset(code) for size in range(1, 5) for code in itertools.combinations(words, size)]
    told_apart = [code for code in codes if decodable(code)]
    without = sum(any(b != a and b.startswith(a) for a in code for b in code) for code in told_apart)
    most = max(sum(Fraction(1, 1 << len(word)) for word in code) for code in told_apart)
    return Finding(
        "Σ 2^-l <= 1 for each that can be told apart",
        f"{len(told_apart)} of {len(codes)} codes can, {without} not prefix-free; largest sum {float(most):.3f}",
        most <= 1 and all(_words(sorted(map(len, code))) is not None for code in told_apart),
    )


def no_code_beats_entropy(seed: int, below: float = 0.0) -> Finding:
    """No uniquely decodable code costs less than H(P) per token on average.

    Σ p·l - H(P) = D(P||Q̂) - log2 Σ 2^-l, where q̂ is 2^-l over its sum. The first term is 0 or more by Gibbs, and so
    is -log2 Σ 2^-l by McMillan.

    Source: C. E. Shannon 1948, theorem 9; Cover & Thomas, theorem 5.3.1.
    """
    specs = ("H=0.7,T=0.3", "dice:2", "zipf:k=60,s=1.1", "geometric:p=0.3", "benford", "uniform:6")
    above, drawn_below = [], 0
    for spec, coder in itertools.product(specs, CODERS):
        p, n = Distribution.parse(spec), 2_000
        run = encoded(p, p, coder, n, seed)
        if run.expected_bits_per_token is None:
            # Of a tree that grows nobody knows what to expect.
            continue
        above.append(run.expected_bits_per_token - below - p.entropy)
        drawn_below += run.payload_bits < n * p.entropy - SIGMAS * n * (run.standard_error or 0.0)
    return Finding(
        "E[length] - H(P) >= 0",
        f"{round(min(above), 9) + 0.0:.4f} to {max(above):.4f} bits; {drawn_below} of {len(above)} payloads too short",
        min(above) >= -1e-9 and drawn_below == 0,
    )


def huffman_is_optimal(seed: int, coder: str = "huffman") -> Finding:
    """No prefix-free code is shorter on average than Huffman's.

    Some best code has the two rarest tokens as siblings at the greatest depth. Merged, they are one token, and what
    remains is the best code for one token fewer. By induction it is best to merge the two rarest again and again.

    Source: D. A. Huffman 1952; Cover & Thomas, sec. 5.8.
    """
    excess = Fraction(0)
    for at in range(40):
        p = drawn_pmf(seed + at, 2 + at % 5)
        book = build(coder, p.weights).book
        assert book is not None
        own = sum(weight * int(length) for weight, length in zip(p.weights, book.lengths, strict=True))
        falling = sorted(p.weights, reverse=True)
        best = min(
            sum(weight * length for weight, length in zip(falling, lengths, strict=True))
            for lengths in itertools.combinations_with_replacement(range(1, 6), p.size)
            if sum(Fraction(1, 1 << length) for length in lengths) <= 1
        )
        excess += Fraction(own - best, p.total)
    return Finding("the least of all codes, 40 times", f"{float(excess):.4f} bits above it in all", excess == 0)


def huffman_within_a_bit(seed: int, excess: int = 0) -> Finding:
    """H(P) <= E[length] < H(P) + 1 for Huffman's code of P.

    The lengths belong to a distribution 2^-l whose sum is at most 1, so E[length] - H >= D >= 0. Shannon's lengths
    ceil(-log2 p) satisfy Kraft's inequality and cost less than H + 1; Huffman's lengths cost no more than these.

    Source: Cover & Thomas, theorem 5.4.1.
    """
    worst = 0.0
    for at in range(200):
        p = drawn_pmf(seed + at, 2 + at % 30)
        book = build("huffman", p.weights).book
        assert book is not None
        length = sum(w * (int(bits) + excess) for w, bits in zip(p.weights, book.lengths, strict=True)) / p.total
        if not -ROUNDING <= length - p.entropy < 1:
            return Finding("0 <= E[length] - H < 1", f"{length - p.entropy:.4f} for {p.weights}", holds=False)
        worst = max(worst, length - p.entropy)
    return Finding("0 <= E[length] - H < 1", f"at most {worst:.4f}, of 200", holds=True)


def dyadic(seed: int, spec: str = "a=1/2,b=1/4,c=1/8,d=1/8") -> Finding:
    """If every -log2 p is a whole number, words of whole bits lose nothing.

    The lengths -log2 p are whole, and their Kraft sum is 1, so there is a code with these lengths, and E[length] = Σ
    p·(-log2 p) = H.

    Source: Cover & Thomas, theorem 5.3.1.
    """
    p = Distribution.parse(spec)
    runs = [encoded(p, p, coder, 20_000, seed) for coder in ("huffman", "shannon", "arithmetic")]
    expected = {run.expected_bits_per_token for run in runs}
    above = sum(run.payload_bits - run.ideal_bits for run in runs)
    return Finding(
        f"H(P) = {p.entropy:.4f} bits",
        f"expected {' or '.join(f'{length:.4f}' for length in expected)}; {above:.0f} bits above it, three coders",
        expected == {p.entropy} and above == 0,
    )


def arithmetic_within_two_bits(seed: int, lost: int = 0) -> Finding:
    """The arithmetic coder spends on a message its surprise under Q̂, and less than two bits more.

    Q̂ is Q in whole numbers; where Q has a token far rarer than they can say, its surprise under Q is another.

    The message's part of [0, 1) is as wide as its probability w. A part of width w holds a block of 2^-k that begins at
    a multiple of 2^-k, for some k < log2(1/w) + 2: k bits name it, whatever follows.

    Source: J. Rissanen 1976; Cover & Thomas, sec. 13.3.
    """
    above = []
    for at in range(30):
        p = drawn_pmf(seed + at, 2 + at)
        run = encoded(p, p, "arithmetic", 100 * at, seed + at)
        above.append(run.payload_bits + lost - run.ideal_bits)
    return Finding(
        "0 <= payload - surprise < 2 bits",
        f"{min(above):.4f} to {max(above):.4f} bits, 30 messages",
        min(above) > -1e-3 and max(above) < 2 + 1e-3,
    )


def nothing_compresses_everything(seed: int, lost: int = 0) -> Finding:
    """No code compresses everything.

    There are 2^n messages of n bits, and only 2^n - 1 shorter words, including the empty one. So two messages would
    have the same word, or some message does not become shorter. Fewer than one in 2^(c-1) become shorter by c bits.

    Here are all 65,536 strings of two bytes, through deflate, bz2, and Huffman's code for a guess about bytes.

    Source: counting; Cover & Thomas, sec. 14.2.
    """
    strings = [bytes(pair) for pair in itertools.product(range(256), repeat=2)]
    words = _huffman_words()
    coders: dict[str, Callable[[bytes], str]] = {
        "deflate": lambda data: _bits(_deflated(data)),
        "bz2": lambda data: _bits(bz2.compress(data, 1)),
        "Huffman": lambda data: words[data[0]] + words[data[1]],
    }
    shorter, same = {}, 0
    for name, encode in coders.items():
        sent = [encode(data) for data in strings]
        # A coder that forgets its last bits makes more of them shorter, and some of them the same.
        sent = [bits[: len(bits) - lost] for bits in sent]
        shorter[name] = sum(len(bits) < 16 for bits in sent)
        same += len(sent) - len(set(sent))
    said = ", ".join(f"{name} {count:,}" for name, count in shorter.items())
    return Finding(
        "fewer than all 65,536 strings of 2 bytes become shorter, and no two the same",
        f"shorter: {said}; the same: {same:,}",
        max(shorter.values()) < len(strings) and same == 0,
    )


def _bits(data: bytes) -> str:
    return f"{int.from_bytes(data, 'big'):0{8 * len(data)}b}"


def _deflated(data: bytes) -> bytes:
    """Compress with zlib, without its header and checksum."""
    coder = zlib.compressobj(9, zlib.DEFLATED, -9, 1)
    return coder.compress(data) + coder.flush()


def _huffman_words() -> list[str]:
    """A word for each of 256 bytes, the first ones the shortest."""
    book = build("huffman", Distribution.parse("zipf:k=256").weights).book
    assert book is not None
    return [word.to01() for word in book.words if word is not None]
