"""Universal codes: words for whole numbers of which nothing is known, not even how large they are.

A number n >= 1 in binary has floor(log2 n) + 1 bits, and a decoder has to be told how many.  Four ways to say so:

    gamma      as many zeros as bits follow the first one               2·log2 n + 1
    delta      how many bits n has, in gamma; then n less its first 1   log2 n + 2·log2 log2 n + 1
    omega      how many bits n has, less 1; before that, how many bits  log2 n + log2 log2 n + ...
               that number has, and so on; at last a zero
    fibonacci  which of 1, 2, 3, 5, 8, ... sum to n, smallest first;    1.44·log2 n + 2
               of two neighbours never both, so that 11 is the end

       n   gamma     delta      omega       fibonacci
       1   1         1          0           11
       2   010       0100       10 0        011
       3   011       0101       11 0        0011
       4   00100     01100      10 100 0    1011
       8   0001000   00100000   11 1000 0   000011

Whatever falling distribution P the numbers have, log2 n is at most -log2 P(n): so gamma costs at most 2·H(P) + 1,
and the others are within a constant factor of H(P), too.  That is what `universal` means.

Token i of the alphabet stands for n = i + 1.

Next: `reference` (the same lengths, found another way).
Source: P. Elias 1975, "Universal codeword sets and representations of the integers" (gamma, delta, omega);
A. Apostolico and A. Fraenkel 1987 (Fibonacci); E. Zeckendorf 1972.
"""

from __future__ import annotations

from collections.abc import Callable

from bitarray import bitarray
from bitarray.util import int2ba

from compress.coders import reference
from compress.coders.family import Family
from compress.coders.words.families import family_of_numbers

__all__ = ["FAMILIES", "delta", "fibonacci", "gamma", "omega"]


def gamma(number: int) -> bitarray:
    """Zeros, as many as there are bits behind the first, and the number in binary.

    >>> gamma(5).to01()
    '00101'
    """
    return bitarray("0") * (number.bit_length() - 1) + int2ba(number)


def delta(number: int) -> bitarray:
    """How many bits the number has, in gamma, and those behind the first.

    >>> delta(5).to01()
    '01101'
    """
    return gamma(number.bit_length()) + int2ba(number)[1:]


def omega(number: int) -> bitarray:
    """The number in binary, and before it again and again how many bits the last has behind its first; then a zero.

    >>> omega(5).to01()
    '101010'
    """
    word = bitarray("0")
    while number > 1:
        word = int2ba(number) + word
        number = number.bit_length() - 1
    return word


def fibonacci(number: int) -> bitarray:
    """Which of 1, 2, 3, 5, 8, ... sum to the number, found from the largest down, and a 1 behind the last of them.

    >>> fibonacci(4).to01(), fibonacci(5).to01()
    ('1011', '00011')
    """
    parts = [1, 2]
    while parts[-1] <= number:
        parts.append(parts[-2] + parts[-1])
    digits = bitarray()
    for part in reversed(parts[:-1]):
        digits.append(part <= number)
        if part <= number:
            number -= part
    digits.reverse()
    return digits + bitarray("1")


def _family(
    number: int,
    word: Callable[[int], bitarray],
    length: Callable[[int], int],
    summary: str,
    use: str,
    year: int,
) -> Family:
    """The family of words for 1, 2, 3, ..., the first of which is the first token's."""
    return family_of_numbers(
        word.__name__, number, summary, lambda i: word(i + 1), lambda i: length(i + 1), use=use, year=year
    )


FAMILIES = (
    _family(
        12,
        gamma,
        reference.gamma_length,
        "2·floor(log2 n) + 1 bits for n = i + 1, at most 2·H(P) + 1 where P falls",
        "numbers that are mostly below ten",
        1975,
    ),
    _family(
        13,
        delta,
        reference.delta_length,
        "about log2 n + 2·log2 log2 n bits for n = i + 1",
        "numbers that may be large",
        1975,
    ),
    _family(
        14,
        omega,
        reference.omega_length,
        "log2 n + log2 log2 n + ... bits for n = i + 1",
        "numbers of any size; the most elegant of them",
        1975,
    ),
    _family(
        15,
        fibonacci,
        reference.fibonacci_length,
        "about 1.44·log2 n + 2 bits for n = i + 1",
        "streams that may be damaged: every word ends in 11",
        1987,
    ),
)
