"""The tree of a code of words: where its nodes lie, and as text for graphviz and as a picture without any library.

0 goes left, 1 goes right.  Leaves stand side by side in the order of their words, a node above the middle of what is
below it, as deep as its word has bits.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from compress.errors import SpecError
from compress.experiments.predict import CodeForecast
from compress.reports.drawing import paper, shortened, words
from compress.reports.tables import in_bits, spec_name
from compress.sources.tokens import visible

__all__ = ["Placed", "placed", "tree_dot", "tree_svg"]

# Of the picture, in pixels: what a leaf is wide at least, a letter, a bit of depth, and the room around.
_LEAF, _LETTER, _LEVEL, _MARGIN = 48, 7.5, 58, 30
_HEAD = 44

_LOOK = """\
text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#222}
.n{font-weight:600}.q{font-size:11px;fill:#666}.b{fill:#b34700;font-weight:600}
line{stroke:#999}.box{fill:#e8f0f8;stroke:#0072b2}.dot{fill:#fff;stroke:#999}.back{fill:#fff}
"""
_DARK = """text{fill:#eee}.q{fill:#aaa}.b{fill:#f5a05a}line{stroke:#777}
.box{fill:#1d3446;stroke:#56b4e9}.dot,.back{fill:#1b1b1b}"""


class Placed(NamedTuple):
    """A node: its word, where it lies from left to right, the q below it, and its token if it is a leaf."""

    word: str
    x: float
    q: float
    token: str | None

    @property
    def depth(self) -> int:
        """Bits from the root."""
        return len(self.word)


def placed(forecast: CodeForecast) -> list[Placed]:
    """The nodes, the root first; of the leaves the first lies at 0, the next at 1.

    Raises SpecError for a coder that sends no words.

    >>> from compress.coders.catalog import choose
    >>> from compress.experiments.predict import expected_code
    >>> from compress.probability.distribution import Distribution
    >>> [(node.word, node.x) for node in placed(expected_code(Distribution.parse("a=.5,b=.5"), choose("huffman")))]
    [('', 0.5), ('0', 0.0), ('1', 1.0)]
    """
    book, q = forecast.coder.book, forecast.pair.q
    if book is None:
        raise SpecError(f"{forecast.choice.name} sends no words, so there is no tree")
    leaves = {
        word.to01(): (token, chance)
        for word, token, chance in zip(book.words, q.tokens, q.probabilities.tolist(), strict=True)
        if word is not None
    }
    x = {word: float(place) for place, word in enumerate(sorted(leaves))}
    below = {word: chance for word, (_, chance) in leaves.items()}
    inner = {word[:depth] for word in leaves for depth in range(len(word))}
    for node in sorted(inner, key=len, reverse=True):
        children = [child for child in (node + "0", node + "1") if child in x]
        x[node] = sum(x[child] for child in children) / len(children)
        below[node] = math.fsum(below[child] for child in children)
    order = sorted(x, key=lambda word: (len(word), word))
    return [Placed(word, x[word], below[word], leaves[word][0] if word in leaves else None) for word in order]


def tree_dot(forecast: CodeForecast) -> str:
    r"""The tree in the language of graphviz: dot -Tpdf draws it.

    >>> from compress.coders.catalog import choose
    >>> from compress.experiments.predict import expected_code
    >>> from compress.probability.distribution import Distribution
    >>> dot = tree_dot(expected_code(Distribution.parse("a=.5,b=.5"), choose("huffman")))
    >>> [line.strip() for line in dot.splitlines()][-3:]
    ['r0 [shape=box, label="a\\n0.5"];', 'r1 [shape=box, label="b\\n0.5"];', '}']
    """
    nodes = placed(forecast)
    lines = ["digraph code {", "  node [shape=circle];"]
    lines += [f'  r{node.word[:-1]} -> r{node.word} [label="{node.word[-1]}"];' for node in nodes if node.word]
    for node in nodes:
        name = "" if node.token is None else _in_quotes(visible(node.token)) + r"\n"
        shape = "" if node.token is None else "shape=box, "
        lines.append(f'  r{node.word} [{shape}label="{name}{node.q:.4g}"];')
    return "\n".join([*lines, "}", ""])


def _in_quotes(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def tree_svg(forecast: CodeForecast, *, follows: bool = True) -> str:
    """The tree as a picture: each leaf with its token and q, each other node with the q below it.

    follows: whether it is dark on a dark screen.

    >>> from compress.coders.catalog import choose
    >>> from compress.experiments.predict import expected_code
    >>> from compress.probability.distribution import Distribution
    >>> tree_svg(expected_code(Distribution.parse("a=.5,b=.5"), choose("huffman"))).count("<rect")
    3
    """
    nodes = placed(forecast)
    names = {node.word: shortened(visible(node.token)) for node in nodes if node.token is not None}
    apart = max(_LEAF, max(map(len, names.values())) * _LETTER + 18)
    deepest = max(node.depth for node in nodes)
    width = max((len(names) - 1) * apart + apart + 2 * _MARGIN, 340)
    height = _HEAD + deepest * _LEVEL + 2 * _MARGIN
    left = (width - (len(names) - 1) * apart) / 2
    at = {node.word: (left + node.x * apart, _HEAD + _MARGIN + node.depth * _LEVEL) for node in nodes}
    title = f"{forecast.choice.name}, Q = {spec_name(forecast.pair.q)}"
    averages = f"{in_bits(forecast.expected)} bits/token expected, H(P) = {in_bits(forecast.pair.p.entropy)}"
    lines = [
        *paper(width, height, title, _LOOK, _DARK if follows else ""),
        words(width / 2, 20, title, "n"),
        words(width / 2, 38, averages, "q"),
    ]
    for node in nodes:
        if node.word:
            (x, y), (above, higher) = at[node.word], at[node.word[:-1]]
            lines.append(f'<line x1="{above:.1f}" y1="{higher:g}" x2="{x:.1f}" y2="{y:g}"/>')
            side = -9 if node.word[-1] == "0" else 9
            lines.append(words((above + x) / 2 + side, (higher + y) / 2 - 1, node.word[-1], "b"))
    for node in nodes:
        x, y = at[node.word]
        if node.token is None:
            lines.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:g}" r="16"/>')
            lines.append(words(x, y + 4, f"{node.q:.2g}", "q"))
        else:
            box = apart - 6
            lines.append(f'<rect class="box" x="{x - box / 2:.1f}" y="{y - 17:g}" width="{box:g}" height="36" rx="4"/>')
            lines.append(words(x, y - 2, names[node.word], "n"))
            lines.append(words(x, y + 13, f"{node.q:.2g}", "q"))
    return "\n".join([*lines, "</svg>", ""])
