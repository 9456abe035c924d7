"""What each part of `mix` is worth: the payload of each file with all parts, and by how much it grows without one.

    python tests/benchmarks/mix_parts.py FILE...        without a file: samples/ and what is made here
    python tests/benchmarks/mix_parts.py --most 100000 FILE...      of each file so many bytes at most

A part that buys less than 0.3 % on every file has no place; a part may cost a little where it has nothing to say.
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np

from compress.models.mixing.memory import PARTS
from compress.models.mixing.mix import Mixing
from compress.symbols import Symbols

SAMPLES = Path(__file__).parents[2] / "samples"


def made() -> dict[str, bytes]:
    """Files of kinds that samples/ lacks, the same on every machine."""
    rng = np.random.Generator(np.random.PCG64(7))
    wave = [
        round(8000 * math.sin(i / 20) + 3000 * math.sin(i / 7.3) + x) for i, x in enumerate(rng.normal(0, 60, 20000))
    ]
    columns, rows = np.meshgrid(np.arange(180), np.arange(120))
    colours = [columns * 255 // 180, rows * 255 // 120, (columns + rows) // 2 + rng.integers(0, 3, rows.shape)]
    records = [i.to_bytes(4, "big") + bytes([i % 5, 7 * (i % 3)]) + rng.bytes(2) + b"\0\0\xff\xff" for i in range(4000)]
    return {
        "sound": np.array(wave, "<i2").tobytes(),
        "picture": np.stack(colours, axis=-1).astype(np.uint8).tobytes(),
        "records": b"".join(records),
        "code": b"".join(path.read_bytes() for path in sorted(Path(__file__).parents[2].glob("compress/*.py"))),
    }


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--most", type=int, default=300_000)
    asked = parser.parse_args()
    names = asked.files or [str(SAMPLES / name) for name in ("prose.txt", "measurements.csv", "image.pgm", "dna.fasta")]
    contents = {Path(name).name: Path(name).read_bytes() for name in names} | ({} if asked.files else made())
    messages = {name: np.frombuffer(data, np.uint8)[: asked.most] for name, data in contents.items()}
    print(f"{'':12}", *(f"{name[:11]:>11}" for name in messages))
    whole = sizes(PARTS, messages)
    print(f"{'all, bytes':12}", *(f"{size:11,.0f}" for size in whole), flush=True)
    for part in PARTS:
        left = sizes([other for other in PARTS if other != part], messages)
        print(f"{part:12}", *(f"{size / all_ - 1:+11.2%}" for size, all_ in zip(left, whole, strict=True)), flush=True)


def sizes(parts: list[str] | tuple[str, ...], messages: dict[str, Symbols]) -> list[float]:
    """The payloads with these parts, in bytes."""
    return [Mixing(parts).ideal_bits(message) / 8 for message in messages.values()]


if __name__ == "__main__":
    main()
