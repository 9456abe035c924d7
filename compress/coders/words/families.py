"""Families of codes that send words: made of a constructor, so that a new code is one function.

    weights ──▶ Codebook     `family_of_words`: the lengths are in the file, the words are canonical
    number ──▶ word          `family_of_numbers`: nothing but the name is in the file; of Q at most a number is taken

Next: `huffman` (which lengths are good ones).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from bitarray import bitarray

from compress.coders.family import BYTES_A_TOKEN, Family, Parameter
from compress.coders.protocol import Bounds, Form, Merge, Static, Table
from compress.coders.words.codebook import MOST_BITS, Codebook
from compress.coders.words.prefix import PrefixCoder
from compress.errors import DataError
from compress.probability.distribution import Pair
from compress.symbols import Symbols, histogram

__all__ = ["family_of_numbers", "family_of_words"]


def family_of_words(
    name: str,
    number: int,
    summary: str,
    construct: Callable[..., Codebook],
    reference: Callable[..., list[int]],
    promise: Callable[[Static, Pair], bool],
    *,
    use: str = "",
    year: int | None = None,
    parameter: Parameter | None = None,
    words: Callable[[Sequence[int]], Codebook] = Codebook.of,
    equal: bool = False,
    merges: Callable[[Sequence[int]], list[Merge]] | None = None,
    anyway: tuple[str, ...] = (),
) -> Family:
    """The family of the coders that send words, made from its constructor.

    construct(weights): the book; reference(weights): the same lengths found another way.  With a parameter both take
    its number, too.  words(lengths): the book that a decoder makes of lengths; the canonical one if there is no other.
    equal: all tokens of weight above 0 have one length.  merges: how the tree grows, if it grows by
    merging.
    """

    def given(chosen: int | None) -> tuple[int | None, ...]:
        return () if parameter is None else (chosen,)

    def fit(weights: Sequence[int], chosen: int | None) -> Table:
        if equal and min(weights) > 0:
            return Table(Form.EQUAL, len(weights))
        return Table(Form.LENGTHS, len(weights), tuple(construct(weights, *given(chosen)).lengths.tolist()))

    def build(table: Table, chosen: int | None) -> Static:
        # Of no other code are such tables written.
        if table.form == Form.EQUAL and equal:
            return PrefixCoder(name, construct([1] * table.size, *given(chosen)), chosen)
        if table.form == Form.LENGTHS:
            return PrefixCoder(name, words(table.numbers), chosen)
        raise DataError(f"a table of {table.form.name.lower()} does not fit {name}")

    def law(coder: Static, pair: Pair, symbols: Symbols) -> Bounds:
        """Σ length(x), the lengths computed anew from Q."""
        lengths = reference(pair.q.weights, *given(getattr(coder, "parameter", None)))
        counts = histogram(symbols, pair.q.size).tolist()
        due = sum(count * length for count, length in zip(counts, lengths, strict=True) if count)
        return Bounds(due, due + 1)

    return Family(
        name=name,
        number=number,
        summary=summary,
        q_hat="2^-length",
        use=use,
        year=year,
        fit=fit,
        build=build,
        law=law,
        promise=promise,
        parameter=parameter,
        sends_words=True,
        lanes_up_to=256,
        lanes_from=1 << 12,
        merges=merges,
        anyway=anyway,
    )


def family_of_numbers(
    name: str,
    number: int,
    summary: str,
    word: Callable[..., bitarray],
    length: Callable[..., int],
    *,
    use: str = "",
    year: int | None = None,
    parameter: Parameter | None = None,
    best: Callable[[Sequence[int]], int] | None = None,
) -> Family:
    """The family of a code of the whole numbers 0, 1, 2, ...: a token has the word of its place in the alphabet.

    word(place); length(place): that of the word, bits, found another way.  With a parameter both take its number, too.
    best(weights): the number that suits these weights, for the parameter `best`, whose own number is the default.

    >>> unary = family_of_numbers("unary", 99, "", lambda i: bitarray("1" * i + "0"), lambda i: i + 1)
    >>> unary.build(unary.fit([1, 1, 1], None), None).encode(np.array([0, 2, 1], np.uint8)).to01()
    '011010'
    """

    def given(chosen: int | None) -> tuple[int, ...]:
        return () if chosen is None else (chosen,)

    def is_open(chosen: int | None) -> bool:
        return best is not None and parameter is not None and chosen == parameter.default

    def fit(weights: Sequence[int], chosen: int | None) -> Table:
        if best is not None and is_open(chosen):
            return Table(Form.CHOSEN, len(weights), (best(weights),))
        return Table(Form.NAMED, len(weights))

    def build(table: Table, chosen: int | None) -> Static:
        if table.form != (Form.CHOSEN if is_open(chosen) else Form.NAMED):
            raise DataError(f"a table of {table.form.name.lower()} does not fit {name}")
        if table.form == Form.CHOSEN:
            [chosen] = table.numbers
            if parameter is None or is_open(chosen) or parameter.told(chosen) is None:
                raise DataError(f"{name} cannot have the parameter {chosen}")
        return PrefixCoder(name, Codebook.of_words(lambda place: word(place, *given(chosen)), table.size), chosen)

    def due(coder: Static, size: int) -> list[int]:
        assert isinstance(coder, PrefixCoder)
        return [length(place, *given(coder.parameter)) for place in range(size)]

    def law(coder: Static, _: Pair, symbols: Symbols) -> Bounds:
        """Σ length(x), the lengths found another way."""
        bits = sum(np.array(due(coder, coder.surprises.size), object)[symbols].tolist())
        return Bounds(bits, bits + 1)

    def promise(coder: Static, pair: Pair) -> bool:
        return bool(coder.surprises.tolist() == due(coder, pair.q.size))

    return Family(
        name=name,
        number=number,
        summary=summary,
        q_hat="2^-length",
        use=use,
        year=year,
        fit=fit,
        build=build,
        law=law,
        promise=promise,
        parameter=parameter,
        takes_q=False,
        sends_words=True,
        lanes_up_to=256,
        lanes_from=1 << 12,
        # The longest words are those of unary; no codebook holds more of them.
        room=lambda size, _: BYTES_A_TOKEN * size + min(size * (size + 1) // 2, MOST_BITS) * 3 // 8,
    )
