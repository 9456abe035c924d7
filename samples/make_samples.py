"""Make the samples that are drawn from a known P, byte for byte the same on every machine.

    python samples/make_samples.py            write them here
    python samples/make_samples.py --check    say which differ, and exit 1 if any does

Integers only, drawn by the project's own sources; `README.md` says what P each has.
Not made here: prose.txt and orbit.c, which were written.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np

from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource, draws
from compress.sources.protocol import generator
from compress.sources.tokens import tokeniser
from compress.symbols import Stream

HERE = Path(__file__).parent


def drawn(spec: str, n: int, seed: int) -> list[str]:
    """n independent tokens of a spec."""
    distribution = Distribution.parse(spec)
    return [distribution.tokens[symbol] for part in draws(IidSource(distribution), n, seed) for symbol in part]


def endless(spec: str, seed: int) -> Iterator[str]:
    """Independent tokens of a spec, without end."""
    source, rng = IidSource(Distribution.parse(spec)), generator(seed)
    while True:
        yield from (source.distribution.tokens[symbol] for symbol in source.sample(4096, rng))


def wrapped(text: str, width: int) -> str:
    """The text in lines of this width, each ended."""
    return "".join(text[start : start + width] + "\n" for start in range(0, len(text), width))


def fair_coin() -> bytes:
    """50,000 flips of a fair coin, one letter each."""
    return "".join(drawn("H=0.5,T=0.5", 50_000, 1)).encode()


def biased_coin() -> bytes:
    """50,000 flips of a coin that shows heads with probability 0.7."""
    return "".join(drawn("H=0.7,T=0.3", 50_000, 2)).encode()


def dice_sums() -> bytes:
    """20,000 sums of two dice, as words, 20 on a line."""
    sums = drawn("dice:2", 20_000, 3)
    return "".join(" ".join(sums[start : start + 20]) + "\n" for start in range(0, len(sums), 20)).encode()


def boring() -> bytes:
    """One token, 100,000 times."""
    return b"z" * 100_000


def noise() -> bytes:
    """32,768 bytes, each as likely as any other."""
    uniform = Distribution(tuple(tokeniser("bytes").split(bytes(range(256))).tokens), (1,) * 256)
    symbols = IidSource(uniform).sample(32_768, generator(4))
    return tokeniser("bytes").join(Stream(uniform.tokens, symbols))


# After each letter the next: CG is rare, as in many genomes.
DNA_CHAIN = {
    "A": "A=0.35,C=0.16,G=0.25,T=0.24",
    "C": "A=0.34,C=0.28,G=0.04,T=0.34",
    "G": "A=0.27,C=0.24,G=0.28,T=0.21",
    "T": "A=0.18,C=0.20,G=0.26,T=0.36",
}


def dna() -> bytes:
    """40,000 letters of a Markov chain of order 1, as FASTA."""
    after = {letter: endless(row, 50 + place) for place, (letter, row) in enumerate(DNA_CHAIN.items())}
    letters, letter = [], "A"
    for _ in range(40_000):
        letter = next(after[letter])
        letters.append(letter)
    return (">chain of order 1, drawn\n" + wrapped("".join(letters), 60)).encode()


def measurements() -> bytes:
    """1,500 rows: minute, temperature, humidity and state of an imaginary greenhouse."""
    rooms = drawn("north=0.5,south=0.3,east=0.2", 1_500, 60)
    errors = drawn("normal:mean=0,sd=1,step=0.1", 1_500, 61)
    humid = drawn("binomial:n=40,p=0.6", 1_500, 62)
    states = drawn("ok=0.96,warm=0.03,fault=0.01", 1_500, 63)
    rows = ["minute,room,temperature_error,humidity,state"]
    for minute, cells in enumerate(zip(rooms, errors, humid, states, strict=True)):
        rows.append(",".join((str(minute), *cells)))
    return ("\n".join(rows) + "\n").encode()


def image() -> bytes:
    """A grey image of 160 x 120 as binary PGM: a sky that brightens, a disc, hills, a little grain."""
    width, height = 160, 120
    grain = islice(endless("binomial:n=8,p=0.5", 70), width * height)
    pixels = bytearray()
    for y in range(height):
        for x in range(width):
            value = 90 + y
            if (x - 112) ** 2 + (y - 34) ** 2 < 18**2:
                value = 236
            if y > 84 + abs((x % 80) - 40) // 2 - x // 20:
                value = 48 + (x + 2 * y) % 16
            pixels.append(value + int(next(grain)) - 4)
    return f"P5\n{width} {height}\n255\n".encode() + bytes(pixels)


def sensor() -> bytes:
    """8,000 counts of a detector, one a line: Poisson with mean 4."""
    return "".join(f"{count}\n" for count in drawn("poisson:4", 8_000, 80)).encode()


def waits() -> bytes:
    """8,000 waiting times, one a line: geometric with p = 0.05."""
    return "".join(f"{wait}\n" for wait in drawn("geometric:p=0.05", 8_000, 81)).encode()


def zipf_words() -> bytes:
    """10,000 made-up words whose ranks follow Zipf's law, 12 on a line."""
    starts, middles = ("b", "d", "k", "l", "m", "n", "r", "s", "t", "v"), ("a", "e", "i", "o", "u")
    words = [a + b + c + d for a in starts for b in middles for c in starts for d in middles][:1000]
    ranks = drawn("zipf:k=1000,s=1.1", 10_000, 90)
    text = [words[(int(rank) * 617) % 1000] for rank in ranks]
    return "".join(" ".join(text[start : start + 12]) + "\n" for start in range(0, len(text), 12)).encode()


def letters() -> tuple[list[int], list[list[float]]]:
    """500 letters of the prose as numbers, 0 for what is none, and a model's probabilities of each.

    The model counted which letter follows which in the 20,000 before, and adds 1/2.
    """
    text = [ord(c) - 96 if c.isalpha() else 0 for c in (HERE / "prose.txt").read_text("ascii").lower()]
    counts = [[0] * 27 for _ in range(27)]
    for before, letter in zip(text[:20_000], text[1:20_000], strict=False):
        counts[before][letter] += 1
    came = text[20_000:20_500]
    rows = [counts[before] for before in text[19_999:20_499]]
    return came, [[(count + 0.5) / (sum(row) + 13.5) for count in row] for row in rows]


def array(values: list[int] | list[list[float]], kind: str) -> bytes:
    """A .npy file."""
    file = io.BytesIO()
    np.save(file, np.array(values, kind))
    return file.getvalue()


MAKERS: dict[str, Callable[[], bytes]] = {
    "fair_coin.txt": fair_coin,
    "biased_coin.txt": biased_coin,
    "dice_sums.txt": dice_sums,
    "boring.txt": boring,
    "noise.bin": noise,
    "dna.fasta": dna,
    "measurements.csv": measurements,
    "image.pgm": image,
    "sensor.txt": sensor,
    "waits.txt": waits,
    "zipf_words.txt": zipf_words,
    "model/probs.npy": lambda: array(letters()[1], "<f4"),
    "model/tokens.npy": lambda: array(letters()[0], "u1"),
}


def main(arguments: list[str]) -> int:
    """Write or check every sample; returns the exit status."""
    different = 0
    for name, make in MAKERS.items():
        path, data = HERE / name, make()
        if "--check" not in arguments:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        same = path.exists() and path.read_bytes() == data
        different += not same
        print(f"{'same' if same else 'DIFFERENT':9} {len(data):7,} bytes  {name}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
