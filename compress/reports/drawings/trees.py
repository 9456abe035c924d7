"""The tree of a code of words: where its nodes lie; as text for graphviz; as a picture, and what a message walks of it.

0 goes left, 1 goes right.  Leaves stand side by side in the order of their words, a node above the middle of what is
below it, as deep as its word has bits.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from compress.coders.words.codebook import Codebook
from compress.errors import SpecError
from compress.experiments.predict import CodeForecast
from compress.experiments.trace import Trace, Walked
from compress.probability.distribution import Distribution
from compress.reports.drawings.paper import paper, shortened, words
from compress.reports.table import counted, in_bits, spec_name
from compress.sources.tokens import visible

__all__ = ["Placed", "placed", "tree_dot", "tree_svg", "walk_svg"]

# Of the picture, in pixels: what a leaf is wide at least, a letter, a bit of depth, and the room around.
_LEAF, _LETTER, _LEVEL, _MARGIN = 48, 7.5, 58, 30
_HEAD = 44
# Of the words below it: a bit, and a line of them.
_BIT, _LINE = 8.0, 46

_LOOK = """\
text{font:13px system-ui,sans-serif;text-anchor:middle;fill:#222}
.n{font-weight:600}.q{font-size:11px;fill:#666}.b{fill:#b34700;font-weight:600}
line{stroke:#999}.walk{stroke:#0072b2}
.box{fill:#e8f0f8;stroke:#0072b2}.mine{fill:#b5dcf3;stroke:#0072b2}.dot{fill:#fff;stroke:#999}.back{fill:#fff}
"""
_DARK = """text{fill:#eee}.q{fill:#aaa}.b{fill:#f5a05a}line{stroke:#777}.walk{stroke:#56b4e9}
.mine{fill:#1f5f8a;stroke:#56b4e9}.box{fill:#1d3446;stroke:#56b4e9}.dot,.back{fill:#1b1b1b}"""


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
    if forecast.coder.book is None:
        raise SpecError(f"{forecast.choice.name} sends no words, so there is no tree")
    return _nodes(forecast.coder.book, forecast.pair.q)


def _nodes(book: Codebook, q: Distribution) -> list[Placed]:
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
    title = f"{forecast.choice.name}, Q = {spec_name(forecast.pair.q)}"
    averages = f"{in_bits(forecast.expected)} bits/token expected, H(P) = {in_bits(forecast.entropy)}"
    width, height, tree = _tree(nodes, {})
    return "\n".join([*_headed(width, height, (title, averages), follows=follows), *tree, "</svg>", ""])


def walk_svg(made: Trace, *, follows: bool = True) -> str:
    """The walks of a message down its tree, an edge the wider the oftener, and below them the words they spell.

    follows: whether it is dark on a dark screen.  Raises SpecError for a coder that sends no words.

    >>> from compress.coders.catalog import choose
    >>> from compress.experiments.trace import trace
    >>> from compress.probability.distribution import Distribution
    >>> from compress.sources.tokens import tokeniser
    >>> made = trace(tokeniser("chars").split(b"abba"), Distribution.parse("a=3/4,b=1/4"), choose("huffman"))
    >>> walk_svg(made).count('class="walk"')
    2
    """
    if made.book is None or made.q is None:
        raise SpecError(f"{made.coder} sends no words, so there is no tree")
    steps = [step for step in made.encoding if isinstance(step, Walked)]
    walks = Counter(node for step in steps for node in step.walk)
    width, top, tree = _tree(_nodes(made.book, made.q), walks)
    strip, height = _strip(steps, width, top)
    title = f"{made.coder}, Q = {made.spec}"
    cost = f"{counted(len(made.payload), 'bit')}, for {in_bits(made.ideal_bits, 2)} bits of surprise"
    return "\n".join([*_headed(width, height, (title, cost), follows=follows), *tree, *strip, "</svg>", ""])


def _headed(width: float, height: float, said: tuple[str, str], *, follows: bool) -> list[str]:
    """The paper and two lines of words on it."""
    return [
        *paper(width, height, said[0], _LOOK, _DARK if follows else ""),
        words(width / 2, 20, said[0], "n"),
        words(width / 2, 38, said[1], "q"),
    ]


def _tree(nodes: Sequence[Placed], walks: Mapping[str, int]) -> tuple[float, float, list[str]]:
    """How large it is, and what draws it; walks: how often the edge above a node was walked; leaves tell it."""
    names = {node.word: shortened(visible(node.token)) for node in nodes if node.token is not None}
    apart = max(_LEAF, max(map(len, names.values())) * _LETTER + 18)
    deepest = max(node.depth for node in nodes)
    width = max((len(names) - 1) * apart + apart + 2 * _MARGIN, 340)
    left = (width - (len(names) - 1) * apart) / 2
    at = {node.word: (left + node.x * apart, _HEAD + _MARGIN + node.depth * _LEVEL) for node in nodes}
    most = max(walks.values(), default=1)
    lines = []
    for node in nodes:
        if node.word:
            (x, y), (above, higher) = at[node.word], at[node.word[:-1]]
            times = walks.get(node.word, 0)
            look = f'class="walk" stroke-width="{1.5 + 4.5 * times / most:.1f}" ' if times else ""
            lines.append(f'<line {look}x1="{above:.1f}" y1="{higher:g}" x2="{x:.1f}" y2="{y:g}"/>')
            side = -9 if node.word[-1] == "0" else 9
            lines.append(words((above + x) / 2 + side, (higher + y) / 2 - 1, node.word[-1], "b"))
    for node in nodes:
        x, y = at[node.word]
        if node.token is None:
            lines.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:g}" r="16"/>')
            lines.append(words(x, y + 4, f"{node.q:.2g}", "q"))
        else:
            box = apart - 6
            look, place = "mine" if node.word in walks else "box", f'x="{x - box / 2:.1f}" y="{y - 17:g}"'
            lines.append(f'<rect class="{look}" {place} width="{box:g}" height="36" rx="4"/>')
            lines.append(words(x, y - 2, names[node.word], "n"))
            lines.append(words(x, y + 13, f"{walks.get(node.word, 0)}×" if walks else f"{node.q:.2g}", "q"))
    return width, _HEAD + deepest * _LEVEL + 2 * _MARGIN, lines


def _strip(steps: Sequence[Walked], width: float, top: float) -> tuple[list[str], float]:
    """The tokens of a message in lines, each above its word; and where the last line ends."""
    lines, x, y = [], float(_MARGIN), top + 14
    for step in steps:
        name = shortened(visible(step.token))
        room = max(len(name), len(step.word)) * _BIT + 12
        if x + room > width - _MARGIN and x > _MARGIN:
            x, y = float(_MARGIN), y + _LINE
        lines.append(words(x + room / 2, y, name, "n"))
        lines.append(words(x + room / 2, y + 16, step.word, "b"))
        x += room
    return lines, y + _LINE
