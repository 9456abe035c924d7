"""A real language model on the scales: the English trigrams that come with pocketsphinx, 72,545 words.

    python tests/benchmarks/language_model.py FILE [--words 300] [--skip 0]

For each word of a text the model is asked for the probability of every word that it knows, given the two before; the
rows are weighed, encoded and decoded.  Words that it does not know are left out, and said.  Needs `pip install
pocketsphinx`; the rows are rescaled to sum to 1, for the model's own sum to 1.0001.
"""

from __future__ import annotations

import argparse
import importlib
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt

from compress.reports.table import render
from compress.reports.views import as_table
from compress.training.weigh import weigh

END = "</s>"
Row = npt.NDArray[np.float64]


class Trigrams:
    """P(word | the two before), of every word."""

    def __init__(self) -> None:
        theirs = importlib.import_module("pocketsphinx")
        self._math = theirs.LogMath()
        self._model = theirs.NGramModel(theirs.Config(), self._math, theirs.get_model_path("en-us/en-us.lm.bin"))
        listed = Path(theirs.get_model_path("en-us/cmudict-en-us.dict")).read_text("utf-8").splitlines()
        words = sorted({re.sub(r"\(\d+\)$", "", line.split()[0]) for line in listed})
        unknown = self._model.prob(["a word that nobody knows"])
        self.words = [END, *(word for word in words if self._model.prob([word]) != unknown)]

    def row(self, past: list[str]) -> Row:
        """The probabilities of all words after these, the last two of which count."""
        before = past[:-3:-1]
        logs = [self._model.prob([word, *before]) for word in self.words]
        row: Row = np.array([self._math.exp(each) for each in logs])
        return np.asarray(row / row.sum())


def main() -> None:
    """Weigh the model on some words of a file."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    options.add_argument("file")
    options.add_argument("--words", type=int, default=300)
    options.add_argument("--skip", type=int, default=0)
    chosen = options.parse_args()
    model = Trigrams()
    index = {word: place for place, word in enumerate(model.words)}
    text = re.findall(r"[a-z']+", Path(chosen.file).read_text("latin-1").lower())[chosen.skip :]
    came: list[str] = []
    strange = 0
    for word in text:
        if len(came) == chosen.words:
            break
        if word in index:
            came.append(word)
        else:
            strange += 1
    rows = np.stack([model.row(came[:place]) for place in range(len(came))]).astype(np.float32)
    size = len(" ".join(came))
    print(f"{len(came):,} words, {size:,} letters and spaces; {strange} words between them it does not know\n")
    tokens = np.array([index[word] for word in came])
    print(render(as_table(weigh(rows, tokens, content_bytes=size))))


if __name__ == "__main__":
    main()
