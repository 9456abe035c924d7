"""Write the page of test vectors: short contents and their frames, of every coder, recipe, kind and version.

python tests/golden/vectors.py            writes compress/manual/vectors.md
"""

from __future__ import annotations

import base64
import json
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import compress

HERE = Path(__file__).parent
PAGE = HERE.parent.parent / "compress" / "manual" / "vectors.md"
CODERS = (
    *("arithmetic", "huffman", "shannon", "fixed", "fano", "limited:4", "sfe", "unary", "golomb:3", "golomb:best"),
    *("rice:1", "rice:best", "expgolomb:1", "gamma", "delta", "omega", "fibonacci", "textbook:16", "rans:12", "tans:8"),
    *("block:2", "tunstall:6", "typical:0.2", "vitter", "range:12"),
)
RECIPES = ("kt", "laplace", "order:0", "order:2,1/3", "mix")
TEXT = b"abracadabra"
KINDS = {
    "bits": b"\xf0\x0f\x00",
    "chars": "né, né".encode(),
    "words": b"to be, or not to be",
    "lines": b"one\n\ntwo\none\n",
    "nucleotides": b">seq\nACGT\nACGA\n",
}
BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "a checksum that does not match": lambda data: data[:-1] + bytes([data[-1] ^ 1]),
    "cut short": lambda data: data[:-3],
    "another magic": lambda data: b"\x8cCLN" + data[4:],
    "a version that is not known": lambda data: data[:4] + b"\x63" + data[5:],
    "something behind it": lambda data: data + b"\0",
}
INTRODUCTION = """# Test vectors

For whoever writes a reader of `.clen` files (see [format](format.md)): each has the bytes of a content, none where a
reader has to refuse, and those of a frame, in hexadecimal. `codelen test --vectors` tries this codelen on all of them.

```
"""


def vectors() -> Iterator[tuple[str, bytes | None, bytes]]:
    """Name, content and frame of each."""
    yield "nothing", b"", compress.encode(b"")
    yield "one token, four times", b"zzzz", compress.encode(b"zzzz", coder="huffman")
    for coder in CODERS:
        yield f"coder {coder}", TEXT, compress.encode(TEXT, coder=coder)
    yield "coder arithmetic, all bytes alike", TEXT, compress.encode(TEXT, assumed="uniform")
    for recipe in RECIPES:
        yield f"recipe {recipe}", TEXT, compress.encode(TEXT, assumed=recipe)
    for kind, content in KINDS.items():
        yield f"tokens {kind}", content, compress.encode(content, tokens=kind, coder="huffman")
    yield "two frames", TEXT + b"aab", compress.encode(TEXT) + compress.encode(b"aab", coder="huffman")
    earlier = json.loads((HERE / "frames_1.json").read_text("utf-8"))
    for name in [name for name, record in earlier.items() if len(base64.b64decode(record["frame"])) < 150][:4]:
        data = base64.b64decode(earlier[name]["frame"])
        yield f"version 1: {name}", compress.decode(data), data
    for what, broken in BROKEN.items():
        yield f"refused: {what}", None, broken(compress.encode(TEXT, coder="huffman"))


def page() -> str:
    """The text of the page."""
    lines = []
    for name, content, frame in vectors():
        lines.append(name)
        for what, data in (("content", content), ("frame", frame)):
            told = "none" if data is None else data.hex(" ") or "empty"
            lines += textwrap.wrap(told, 76, initial_indent=f"  {what:<9}", subsequent_indent=" " * 11)
        lines.append("")
    return INTRODUCTION + "\n".join(lines) + "```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
