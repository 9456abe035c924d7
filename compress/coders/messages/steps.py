"""The steps of coders that send a word for several tokens: where each stands in its group, and the group's word.

Next: `leaves` (words of tokens).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from bitarray import bitarray

from compress.coders.protocol import Coder, Steps
from compress.symbols import Symbols

__all__ = ["steps_in_groups"]


def steps_in_groups(coder: Coder, symbols: Symbols, words: Iterable[tuple[int, bitarray]], what: str) -> Steps:
    """Each token's place in its group; with the last one the word, and on the way back with the first one.

    words: of each group how many tokens it has, and its word, which is called `what`.

    >>> from compress.coders.catalog import build
    >>> steps_in_groups(build("fixed", [1, 1]), np.array([0, 1], np.uint8), [(2, bitarray("01"))], "word").sent
    [(0, {'place': '1 of 2', 'word': ''}), (1, {'place': '2 of 2', 'word': '01'})]
    """
    payload, places = bitarray(endian="big"), list[tuple[int, int, str]]()
    for size, word in words:
        payload += word
        places += [(place, size, word.to01()) for place in range(1, size + 1)]

    def told(message: Symbols, *, last: bool) -> list[tuple[int, dict[str, str]]]:
        return [
            (symbol, {"place": f"{place} of {size}", what: word if place == (size if last else 1) else ""})
            for symbol, (place, size, word) in zip(message.tolist(), places, strict=True)
        ]

    back = coder.decode(payload, symbols.size)
    return Steps(told(symbols, last=True), payload, told(np.asarray(back), last=False))
