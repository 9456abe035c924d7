"""Make the pictures of `gallery/`, which README and the manual show: each by a command of codelen.

    python samples/make_gallery.py            draw them here
    python samples/make_gallery.py --check    say which say something else now, and exit 1 if any does

Another version of matplotlib may set a letter elsewhere, so that what is compared is all that is written on a
picture and how much is drawn.  Needs the extra `plot`.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from compress.cli.main import run

GALLERY = Path(__file__).parent / "gallery"
PICTURES = {
    "funnel.svg": "validate --true H=0.7,T=0.3 --assumed H=0.9,T=0.1 --plot-kind funnel --plot",
    "waterfall.svg": "validate --true zipf:k=20 --assumed zipf:k=20,s=.3 --coder huffman -n 1000 --plot-kind waterfall --plot",  # noqa: E501
    "loss.svg": "sweep --true bernoulli:0.7 --assumed bernoulli:{0.5..0.98:25} -n 10000 --plot",
    "kinks.svg": "sweep --true bernoulli:{0.5..0.8:61} --coder block:2 --coder block:3 --coder block:4 -n 10000 --y excess --plot",  # noqa: E501
    "training.svg": "learn labels --hidden 8 --plot",
    "intervals.svg": "trace abracadabra --svg",
}


def draw(name: str, folder: Path) -> Path:
    """Draw a picture into a folder; returns its place."""
    target = folder / name
    status = run([*PICTURES[name].split(), str(target), "--quiet"])
    if status:
        sys.exit(status)
    return target


def gist(picture: Path) -> tuple[list[str], Counter[str]]:
    """All that is written on a picture, and how many things of each kind are drawn."""
    elements = list(ElementTree.parse(picture).iter())
    words = ["".join(each.itertext()) for each in elements if each.tag.endswith("}text")]
    return words, Counter(each.tag.rpartition("}")[2] for each in elements)


def main() -> None:
    """Draw the pictures, or compare them with what is there."""
    if sys.argv[1:] != ["--check"]:
        GALLERY.mkdir(exist_ok=True)
        for name in PICTURES:
            print(draw(name, GALLERY))
        return
    differ = 0
    with tempfile.TemporaryDirectory() as folder:
        for name in PICTURES:
            same = gist(draw(name, Path(folder))) == gist(GALLERY / name)
            differ += not same
            print(f"{name}: {'same' if same else 'differs'}")
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
