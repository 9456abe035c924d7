"""A tree of words of tokens, whose likeliest leaf is split again and again, and how a message is cut into its words.

Chances are whole numbers of 2^-62, rounded down, so that both ends grow the same tree.

Next: `tunstall` (the code of such words).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from compress.kernel import kernel
from compress.probability.frequencies import TOTAL_BITS, Frequencies
from compress.symbols import Counts, Symbols

__all__ = ["CERTAIN", "Tree", "begun", "grown", "parse", "spell"]

# The chance of the root.
CERTAIN = 1 << 62


@dataclass(frozen=True)
class Tree:
    """Nodes in the order of their birth, the root first: whose child each is, by which token, and its first child.

    present: the tokens that there can be; a node has a child for each, one after the other, or is a leaf: 0.
    """

    present: list[int]
    parent: list[int]
    token: list[int]
    first: list[int]

    @cached_property
    def leaves(self) -> list[int]:
        """The leaves in dictionary order."""
        found, waiting = [], [0]
        while waiting:
            node = waiting.pop()
            if child := self.first[node]:
                # They lie on each other, the first on top.
                waiting += range(child + len(self.present) - 1, child - 1, -1)
            else:
                found.append(node)
        return found

    @cached_property
    def depths(self) -> list[int]:
        """How many tokens lead to each node."""
        depths = [0]
        for parent in self.parent[1:]:
            depths.append(depths[parent] + 1)
        return depths

    def word(self, node: int) -> tuple[int, ...]:
        """The tokens on the way to a node."""
        tokens: list[int] = []
        while node:
            tokens.append(self.token[node])
            node = self.parent[node]
        return tuple(reversed(tokens))

    def walk(self, size: int) -> tuple[Counts, Counts]:
        """The same tree for `parse`, over an alphabet of so many tokens: children, below."""
        inner = [node for node, child in enumerate(self.first) if child]
        place = {node: at for at, node in enumerate(inner)}
        number = {leaf: at for at, leaf in enumerate(self.leaves)}
        children, below = np.zeros(len(inner) * size, np.int64), np.zeros(len(inner), np.int64)
        # A child is born after its parent, so that what is below it is known.
        for at, node in reversed(list(enumerate(inner))):
            first = self.first[node]
            for child in range(first, first + len(self.present)):
                children[at * size + self.token[child]] = place[child] if child in place else len(inner) + number[child]
            below[at] = below[place[first]] if first in place else number[first]
        return children, below

    def chances(self, p: Sequence[float]) -> npt.NDArray[np.float64]:
        """How likely each leaf is, if tokens come independently with these chances.

        >>> grown([7, 3], 2).chances([0.5, 0.5]).tolist()
        [0.125, 0.125, 0.25, 0.5]
        """
        found = [1.0]
        for node in range(1, len(self.parent)):
            found.append(found[self.parent[node]] * p[self.token[node]])
        return np.array(found)[self.leaves]


def grown(weights: Sequence[int], bits: int) -> Tree:
    """Split the likeliest leaf, the older one of two that are alike, while 2^bits leaves are enough.

    >>> tree = grown([7, 3], 2)
    >>> [tree.word(leaf) for leaf in tree.leaves]
    [(0, 0, 0), (0, 0, 1), (0, 1), (1,)]
    """
    shares = Frequencies.of(weights).values.tolist()
    tree = Tree([token for token, share in enumerate(shares) if share], [0], [0], [0])
    # Largest chance first, then the oldest.
    leaves = [(-CERTAIN, 0)]
    while len(tree.present) > 1 and len(leaves) + len(tree.present) - 1 <= 1 << bits:
        chance, node = heapq.heappop(leaves)
        tree.first[node] = len(tree.parent)
        for token in tree.present:
            heapq.heappush(leaves, (-(-chance * shares[token] >> TOTAL_BITS), len(tree.parent)))
            tree.parent.append(node)
            tree.token.append(token)
            tree.first.append(0)
    return tree


@kernel
def parse(symbols: Symbols, size: int, children: Counts, below: Counts, found: Symbols) -> int:
    """Walk down the tree, and begin anew at each leaf; returns how many words were found.

    children: where node i leads with token j, at i·size + j: to a node, or with what is beyond the nodes, to a leaf.
    below: the first leaf below each node, for the end of a message.

    >>> found = np.zeros(4, np.uint16)
    >>> parse(np.array([0, 0, 1, 0], np.uint8), 2, *grown([7, 3], 2).walk(2), found), found.tolist()
    (2, [1, 0, 0, 0])
    """
    node, words, nodes = 0, 0, below.size
    for i in range(symbols.size):
        node = int(children[node * size + int(symbols[i])])
        if node >= nodes:
            found[words] = node - nodes
            words += 1
            node = 0
    if node:
        found[words] = below[node]
        words += 1
    return words


@kernel
def spell(nodes: Counts, parents: Counts, tokens: Counts, ends: Counts, symbols: Symbols) -> None:
    """Write the words that lead to these nodes, each from its end up to the root; what is beyond the message is left.

    parents, tokens: of each node.  ends: where each word ends.

    >>> tree, message = grown([7, 3], 2), np.zeros(4, np.uint8)
    >>> nodes = np.array([tree.leaves[1], tree.leaves[3]])
    >>> spell(nodes, np.array(tree.parent), np.array(tree.token), np.array([3, 4]), message), message.tolist()
    (None, [0, 0, 1, 1])
    """
    for i in range(nodes.size):
        node, at = int(nodes[i]), int(ends[i])
        while node:
            at -= 1
            if at < symbols.size:
                symbols[at] = int(tokens[node])
            node = int(parents[node])


def begun(of_depth: npt.NDArray[np.float64], n: int) -> npt.NDArray[np.float64]:
    """How likely a word begins at each of the first n tokens: u(0) = 1, u(i) = Σ_d P(D = d)·u(i - d), shape (n,).

    of_depth: P(D = d) for words of d tokens.  As power series u = 1 / (1 - P), which Newton's iteration
    u ← u·(2 - u·(1 - P)) doubles the terms of.

    >>> begun(np.array([0, 0.5, 0.5]), 4).round(3).tolist()
    [1.0, 0.5, 0.75, 0.625]
    """
    series, found = np.zeros(n), np.ones(1)
    series[: of_depth.size] = -of_depth[:n]
    series[0] = 1.0
    while found.size < n:
        terms = min(2 * found.size, n)
        room = 1 << (3 * terms).bit_length()
        of_found = np.fft.rfft(found, room)
        product = np.fft.irfft(of_found**2 * np.fft.rfft(series[:terms], room), room)[:terms]
        found = 2 * np.concatenate((found, np.zeros(terms - found.size))) - product
    return found
