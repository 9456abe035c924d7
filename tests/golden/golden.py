"""Golden records: what the commands said and what the files held, kept so that no one changes them unawares.

`python tests/golden/golden.py --write` makes them anew, for a change that is meant; what changed is then
seen in the difference.  Floats are kept as printed and compared to 12 digits (logarithms may differ in the
last one from machine to machine); whole numbers, words and bytes are compared exactly.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import compress
from compress.cli.main import run
from compress.coders.catalog import CODERS

HERE = Path(__file__).parent
RECORDS, FRAMES = HERE / "records.json", HERE / "frames.json"
# What earlier versions of the format wrote: never made anew.
EARLIER = (HERE / "frames_1.json", HERE / "frames_2.json")

# What may change with a release and says nothing of the bits.
PASSING = ("version", "libraries", "command")

PROSE = ("It was the best of codes, it was the worst of codes;\nit was the age of \u2014 surprise.\n" * 4).encode()
LINES = b"one\ntwo\none\n\nthree\none\ntwo\n" * 5
DNA = b"ACGTACGGGTTTACACACNNACGT" * 6
BYTES = bytes(range(256)) + bytes(i * i % 251 for i in range(500))

KINDS = {"bytes": BYTES, "bits": PROSE, "chars": PROSE, "words": PROSE, "lines": LINES, "nucleotides": DNA}

# Written to the working directory before a command runs.
FILES = {
    "prose.txt": PROSE,
    "dna.txt": DNA,
    "table.json": b'{"a": 0.5, "b": 0.25, "c": 0.25}',
    "prices.csv": b"day,price\nMon,7\nTue,9\nWed,7\nThu,7\n",
}

RICH = "1=1/6,2=1/6,3=1/6,4=1/6,5=1/6,6=1/6"
COMMANDS = [
    "demo -n 1000",
    "validate --true bernoulli:0.7 --assumed true --assumed bernoulli:0.9 --coder arithmetic --coder huffman -n 5000",
    "validate --true dice:2 --assumed uniform --coder shannon --coder fixed -n 2000 --seed 7",
    "validate --true a=0.5,b=0.5 --assumed a=1 --zeros floor:1e-6 -n 1000",
    "validate --true file:prose.txt --assumed empirical --tokens words --coder arithmetic --coder huffman",
    "validate --true file:prices.csv --assumed uniform --tokens csv:price",
    "info --surprise 0.5,0.25,0.1,1",
    "info dice:2 --base e",
    "info poisson:4 --versus poisson:3",
    "info @table.json --versus a=1 --zeros floor:0.001",
    "code geometric:p=0.5,k=12",
    f"code {RICH} --coder shannon --true dice:1",
    "code binomial:n=6,p=0.3 --coder arithmetic",
    "inspect prose.txt.clen",
    "inspect dna.txt.clen",
]


@dataclass(frozen=True)
class Frame:
    """A frame and what it was made of: `repeats` keeps a large content small in the record."""

    name: str
    content: bytes
    repeats: int
    arguments: dict[str, str]

    def encoded(self) -> bytes:
        return compress.encode(self.content * self.repeats, **self.arguments)  # type: ignore[arg-type]  # all are words


def frames() -> Iterator[Frame]:
    """Each coder with each kind of tokens, zero policy, relative belief, and at the edges."""
    for family in CODERS.values():
        coder = family.name
        for kind, content in KINDS.items():
            yield Frame(f"{coder}, {kind}", content, 1, {"coder": coder, "tokens": kind})
        spec = {"coder": coder, "assumed": "a=0.5,b=0.3,c=0.2,d=0"}
        yield Frame(f"{coder}, a spec", b"abacabaccb" * 10, 1, spec)
        yield Frame(f"{coder}, a floor", b"abacabadcb" * 10, 1, {**spec, "zeros": "floor:1e-4"})
        yield Frame(f"{coder}, nothing", b"", 1, {"coder": coder})
        yield Frame(f"{coder}, many tokens", b"abracadabra", 500, {"coder": coder})
        yield Frame(f"{coder}, one token, three blocks", b"z", 600_000, {"coder": coder})
        if family.lanes_up_to and not family.sends_words:
            yield Frame(f"{coder}, four lanes", b"a" * 30 + b"b", 2_200, {"coder": coder})
    yield Frame("uniform", PROSE, 1, {"assumed": "uniform"})
    for assumed in ("kt", "laplace", "order:2", "order:3,1/2", "mix"):
        yield Frame(assumed, PROSE, 1, {"assumed": assumed})
    yield Frame("mix, rows", bytes(i % 7 * (i // 90) % 256 for i in range(630)), 1, {"assumed": "mix"})
    yield Frame("mix, stored", hashlib.shake_128(b"noise").digest(300), 1, {"assumed": "mix"})
    yield Frame(
        "a Q that knows more",
        b"0011" * 9,
        1,
        {"assumed": "zipf:k=9,s=1.1", "coder": "huffman"} | {"tokens": "chars", "zeros": "floor:1e-3"},
    )


def records() -> dict[str, Any]:
    """The JSON of each command, run where FILES are."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in FILES.items():
            Path(name).write_bytes(content)
        quiet(["encode", "-q", "prose.txt", "--tokens", "words", "--coder", "huffman"])
        quiet(["encode", "-q", "dna.txt", "--assumed", "A=.3,C=.2,G=.2,T=.2,N=.1"])
        for command in COMMANDS:
            quiet([*command.split(), "--json", "out.json", "--quiet"])
            record = json.loads(Path("out.json").read_text("utf-8"))
            found[command] = {name: value for name, value in record.items() if name not in PASSING}
    return found


def quiet(arguments: list[str]) -> None:
    status = run(arguments)
    if status not in (0, 3):
        raise RuntimeError(f"{arguments} ended with {status}")


def frame_records() -> dict[str, Any]:
    """Each frame's arguments, size, SHA-256 and bytes."""
    return {frame.name: frame_record(frame) for frame in frames()}


def frame_record(frame: Frame) -> dict[str, Any]:
    data = frame.encoded()
    return {
        "arguments": frame.arguments,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "frame": base64.b64encode(data).decode(),
    }


def same(kept: Any, found: Any) -> bool:
    """Equal, floats to 12 digits."""
    if isinstance(kept, float) or isinstance(found, float):
        numbers = isinstance(kept, float | int) and isinstance(found, float | int)
        return numbers and math.isclose(kept, found, rel_tol=1e-12, abs_tol=1e-9)
    if isinstance(kept, dict) and isinstance(found, dict):
        return kept.keys() == found.keys() and all(same(kept[key], found[key]) for key in kept)
    if isinstance(kept, list) and isinstance(found, list):
        return len(kept) == len(found) and all(map(same, kept, found))
    return bool(type(kept) is type(found) and kept == found)


def write() -> None:
    """Make both files anew."""
    for path, content in ((RECORDS, records()), (FRAMES, frame_records())):
        path.write_text(json.dumps(content, indent=1, ensure_ascii=True) + "\n", "utf-8")


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(f"usage: {os.path.basename(sys.argv[0])} --write")
    write()
