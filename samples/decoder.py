"""A second reader of .clen files, in one file, with Python's standard library alone.

    python samples/decoder.py FILE.clen > FILE

It shares no line with codelen, and is slow: it is here to be read, and to be compared with.  From the top:

    bytes and bits        numbers as varints, payloads as strings of "0" and "1"
    Q as whole numbers    tables of a file, and frequencies that sum to 2^40 or less
    words                 Huffman's and others: a payload is words, one after the other
    intervals             arithmetic coding: a payload is a point, each token a part of what is left
    states                rANS, tANS: a payload is a walk from state to state
    groups                words for several tokens, and numbers of sequences
    learning              a Q that is counted on the way, and a tree that grows
    mixing                many such Q, and which to believe
    frames                the file around them

It cannot read what holds no model (`codelen weigh`: the rows of a model's own predictions are not in the file).
"""

from __future__ import annotations

import bisect
import heapq
import itertools
import math
import re
import sys
import unicodedata
import zlib
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction


class Damaged(Exception):  # noqa: N818  # what a file is
    """A file that is no .clen file, or that is damaged."""


class NotHere(Exception):  # noqa: N818  # what a model is
    """A file whose model this reader has not."""


Coder = Callable[[str, int], list[int]]  # (payload, how many tokens) -> their numbers


def require(holds: bool, what: str) -> None:
    """Raise Damaged unless something holds."""
    if not holds:
        raise Damaged(what)


# ---------------------------------------------------------------- bytes and bits


class Bytes:
    """A place in some bytes, which moves on as they are read."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    @property
    def left(self) -> int:
        """How many are left."""
        return len(self.data) - self.at

    def take(self, size: int) -> bytes:
        """The next so many bytes."""
        require(size <= self.left, "the file ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self) -> int:
        """A varint: seven bits a byte, the lowest seven first; the top bit says that more follow."""
        value = 0
        for place in range(9):
            byte = self.take(1)[0]
            value |= (byte & 127) << (7 * place)
            if byte < 128:
                require(byte > 0 or place == 0, "a number is written with a useless zero")
                return value
        raise Damaged("a number is too long")

    def crc(self, begin: int) -> None:
        """The CRC-32 of the bytes from `begin` to here follows."""
        due = zlib.crc32(self.data[begin : self.at])
        require(int.from_bytes(self.take(4), "little") == due, "a checksum does not match")


def bits_of(data: bytes) -> str:
    """Bytes as bits, the top bit of each first."""
    return "".join(f"{byte:08b}" for byte in data)


class Bits:
    """A place in a string of bits; past its end come zeros, and `taken` tells how many were asked for."""

    def __init__(self, bits: str) -> None:
        self.bits, self.taken = bits, 0

    def take(self, size: int) -> int:
        """The next so many, as a number."""
        piece = self.bits[self.taken : self.taken + size]
        self.taken += size
        return int(piece.ljust(size, "0"), 2) if size else 0

    def end(self) -> None:
        """No more was taken than there is."""
        require(self.taken <= len(self.bits), "a payload ends within its tokens")


# ---------------------------------------------------------------- Q as whole numbers


EQUAL, LENGTHS, COUNTS, PARTS, RECIPE, GIVEN, NAMED, CHOSEN, SHARES = range(9)
TOTAL = 1 << 40


def read_steps(bits: Bits, size: int) -> list[int]:
    """Whole numbers, each as its step from the one before: steps 0, -1, 1, -2, 2 are 1, 2, 3, 4, 5 in Elias's gamma."""
    numbers, before = [], 0
    for _ in range(size):
        zeros = 0
        while not bits.take(1):
            zeros += 1
            require(zeros <= 64 and bits.taken <= len(bits.bits), "a table is cut short")
        gamma = 1 << zeros | bits.take(zeros)
        before += gamma // 2 if gamma % 2 else -(gamma // 2)
        require(before >= 0, "a number of a table is negative")
        numbers.append(before)
    return numbers


def read_table(data: bytes, size: int) -> tuple[int, list[int]]:
    """The form of a table, and its numbers."""
    require(bool(data), "the table is missing")
    form, rest = data[0], Bytes(data[1:])
    require(form <= SHARES, "a table has an unknown form")
    if form == RECIPE:
        count = rest.number()
        require(count <= rest.left, "a recipe is cut short")
        numbers = [rest.number() for _ in range(count)]
        require(not rest.left, "something stands behind a table")
        return form, numbers
    if form == CHOSEN:
        numbers = [rest.number()]
        require(not rest.left, "something stands behind a table")
        return form, numbers
    bits, numbers = Bits(bits_of(data[1:])), []
    if form == LENGTHS:
        # Plus 1: 0 is no word.
        numbers = [number - 1 for number in read_steps(bits, size)]
        require(max(numbers) <= 4096, "a word is too long")
    elif form in (COUNTS, PARTS, SHARES):
        widths = read_steps(bits, size)
        require(max(widths) <= 64, "a number of a table is too large")
        for width in widths:
            # The first bit of a number is a 1; of counts only the upper half of the bits is told.
            kept = (width + 1) // 2 if form == COUNTS else width
            numbers.append((1 << (kept - 1) | bits.take(kept - 1)) << (width - kept) if width else 0)
    bits.end()
    require(len(bits.bits) - bits.taken < 8 and not bits.take(8), "something stands behind a table")
    require(form != PARTS or sum(numbers) == TOTAL, "frequencies do not sum to 2^40")
    return form, numbers


def apportion(weights: Sequence[int], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that sum to `total`; 1 at least where a weight is not 0."""
    present, all_of_it = [symbol for symbol, weight in enumerate(weights) if weight], sum(weights)
    require(0 < 2 * len(present) <= total, "no frequencies can be made of these weights")

    def floors(pool: int) -> dict[int, int]:
        """What each gets of a pool, rounded down, but a 1 at least."""
        return {symbol: weights[symbol] * pool // all_of_it or 1 for symbol in present}

    # Where many are lifted to 1 the pool is smaller than the total: the largest that does not give away too much.
    pools = range(total - len(present), total + 1)
    pool = pools[bisect.bisect_right(pools, total, key=lambda pool: sum(floors(pool).values())) - 1]
    given = floors(pool)
    # What is left goes to the largest remainders; a token that was lifted to 1 has more than is due to it.
    rests = {symbol: divmod(weights[symbol] * pool, all_of_it) for symbol in present}
    waiting = sorted((symbol for symbol in present if rests[symbol][0]), key=lambda symbol: -rests[symbol][1])
    for symbol in waiting[: total - sum(given.values())]:
        given[symbol] += 1
    return [given.get(symbol, 0) for symbol in range(len(weights))]


def weights_told(form: int, numbers: list[int], size: int) -> list[int]:
    """The weights of a table that tells weights."""
    require(form in (EQUAL, PARTS, COUNTS), "a table does not fit its coder")
    return [1] * size if form == EQUAL else numbers


def sums(frequencies: Sequence[int]) -> list[int]:
    """Where each token's part begins, and the end of the last."""
    return [0, *itertools.accumulate(frequencies)]


# ---------------------------------------------------------------- words


def canonical(lengths: Sequence[int]) -> dict[str, int]:
    """Words by length, then by symbol: each is the one before plus 1, with zeros where the length grows."""
    words, value, before = {}, 0, 0
    for length, symbol in sorted((length, symbol) for symbol, length in enumerate(lengths) if length >= 0):
        value <<= length - before
        require(value < 1 << length, "no code has words of these lengths")
        words[f"{value:0{length}b}" if length else ""] = symbol
        value, before = value + 1, length
    require(bool(words), "a code has no word")
    return words


def middles(lengths: Sequence[int]) -> dict[str, int]:
    """Shannon-Fano-Elias: the middles of parts of 2^(1 - length), side by side in the order of the tokens."""
    words, begin = {}, Fraction(0)
    for symbol, length in enumerate(lengths):
        if length >= 0:
            part = Fraction(2, 1 << length)
            require(begin + part <= 1, "no code has words of these lengths")
            words[f"{int((begin + part / 2) * (1 << length)):0{length}b}"] = symbol
            begin += part
    require(bool(words), "a code has no word")
    return words


def huffman_lengths(weights: Sequence[int]) -> list[int]:
    """Put the two lightest together, again and again; of what weighs the same a leaf comes first."""
    leaves = deque(sorted((s for s, weight in enumerate(weights) if weight), key=weights.__getitem__))
    require(bool(leaves), "every weight is 0")
    merged: deque[int] = deque()
    weight_of, children = list(weights), []

    def lightest() -> int:
        if not merged or (leaves and weight_of[leaves[0]] <= weight_of[merged[0]]):
            return leaves.popleft()
        return merged.popleft()

    while len(leaves) + len(merged) > 1:
        pair = lightest(), lightest()
        merged.append(len(weight_of))
        weight_of.append(weight_of[pair[0]] + weight_of[pair[1]])
        children.append(pair)
    depth = [0] * len(weight_of)
    for place in reversed(range(len(children))):
        for child in children[place]:
            depth[child] = depth[len(weights) + place] + 1
    return [depth[symbol] if weight else -1 for symbol, weight in enumerate(weights)]


def read_words(words: dict[str, int]) -> Coder:
    """A payload of words, none of which begins another."""
    longest = max(map(len, words))

    def decode(bits: str, count: int) -> list[int]:
        found, at = [], 0
        for _ in range(count):
            end = at
            while bits[at:end] not in words:
                end += 1
                require(end <= len(bits) and end - at <= longest, "a payload holds no word there")
            found.append(words[bits[at:end]])
            at = end
        return found

    return decode


# The word of each number 0, 1, 2, ...; Elias's and Fibonacci's begin at 1.


def binary(number: int) -> str:
    """A number without zeros in front."""
    return f"{number:b}"


def gamma(number: int) -> str:
    """As many zeros as bits follow the first."""
    return "0" * (number.bit_length() - 1) + binary(number)


def delta(number: int) -> str:
    """How many bits, in gamma; then those behind the first."""
    return gamma(number.bit_length()) + binary(number)[1:]


def omega(number: int) -> str:
    """The number, before it how many bits follow its first, before that the same of this number; at last a zero."""
    word = "0"
    while number > 1:
        word, number = binary(number) + word, number.bit_length() - 1
    return word


def fibonacci(number: int) -> str:
    """Which of 1, 2, 3, 5, 8, ... sum to the number, and a 1 behind the last."""
    parts = [1, 2]
    while parts[-1] <= number:
        parts.append(parts[-2] + parts[-1])
    digits = ""
    for part in reversed(parts[:-1]):
        digits = ("1" if part <= number else "0") + digits
        number -= part if part <= number else 0
    return digits + "1"


def golomb(number: int, step: int) -> str:
    """How many steps fit in, in ones; what is left in as few bits as can be."""
    width = (step - 1).bit_length()
    short, rest = (1 << width) - step, number % step
    tail = (rest, width - 1) if rest < short else (rest + short, width)
    return "1" * (number // step) + "0" + (f"{tail[0]:0{tail[1]}b}" if tail[1] else "")


def exp_golomb(number: int, low: int) -> str:
    """Number + 2^low, after as many zeros as it has bits more than low + 1."""
    number += 1 << low
    return "0" * (number.bit_length() - 1 - low) + binary(number)


NUMBERS: dict[int, Callable[[int, int], str]] = {
    8: lambda number, _: "1" * number + "0",
    9: golomb,
    10: lambda number, low: golomb(number, 1 << low),
    11: exp_golomb,
    12: lambda number, _: gamma(number + 1),
    13: lambda number, _: delta(number + 1),
    14: lambda number, _: omega(number + 1),
    15: lambda number, _: fibonacci(number + 1),
}
# Parameter a file gives where the number was chosen and stands in the table: one beyond the largest.
LARGEST = {9: 1 << 20, 10: 20}


# ---------------------------------------------------------------- intervals

WINDOW = 62


def owner(boundaries: Callable[[int], int], size: int, point: int) -> int:
    """The token whose part holds a point: the last that begins at or before it, and ends beyond."""
    low, high = 0, size
    require(0 <= point < boundaries(size), "a payload names no token")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if boundaries(middle) <= point else (low, middle)
    return low


class Interval:
    """Arithmetic coding, from the decoder's side: how far the payload's point is from the interval's lower end.

    The interval is 2^62 wide at first; where it becomes narrower than 2^54, eight more bits of the point are read.
    """

    def __init__(self, bits: str, move: int = 8) -> None:
        self.bits, self.move, self.width = Bits(bits), move, 1 << WINDOW
        self.offset = self.bits.take(WINDOW)

    def narrow(self, begin: int, end: int) -> None:
        """The token's part of the interval, from its lower end."""
        self.offset, self.width = self.offset - begin, end - begin
        while self.width < 1 << (WINDOW - self.move):
            self.offset = self.offset << self.move | self.bits.take(self.move)
            self.width <<= self.move

    def end(self) -> None:
        """What was read beyond the window is there; of the window the last bits may be missing."""
        require(self.bits.taken - WINDOW <= len(self.bits.bits), "a payload ends within its tokens")


def boundary(width: int, count: int) -> int:
    """Of width, without its last 18 bits, count/2^40, rounded down: in two pieces."""
    return (width >> 40) * count + ((width >> 18 & (1 << 22) - 1) * count >> 22)


def arithmetic(row_of: Callable[[list[int]], list[int]]) -> Coder:
    """Tokens own parts of 2^40; row_of: where these begin, after the tokens so far."""

    def decode(bits: str, count: int) -> list[int]:
        interval, found = Interval(bits), list[int]()
        for _ in range(count):
            row, width = row_of(found), interval.width
            symbol = owner(lambda place: boundary(width, row[place]), len(row) - 1, interval.offset)  # noqa: B023
            interval.narrow(boundary(width, row[symbol]), boundary(width, row[symbol + 1]))
            found.append(symbol)
        interval.end()
        return found

    return decode


def range_coding(frequencies: list[int], total_bits: int) -> Coder:
    """The same with a part of floor(width / T) for each count, and sixteen bits at a time."""
    begins = sums(frequencies)

    def decode(bits: str, count: int) -> list[int]:
        interval, found = Interval(bits, 16), []
        for _ in range(count):
            share = interval.width >> total_bits
            symbol = owner(begins.__getitem__, len(frequencies), interval.offset // share)
            interval.narrow(share * begins[symbol], share * begins[symbol + 1])
            found.append(symbol)
        interval.end()
        return found

    return decode


def textbook(frequencies: list[int], register: int) -> Coder:
    """The interval as its first and last number, in a register, doubled as soon as a bit of it is known."""
    begins, half, quarter = sums(frequencies), 1 << (register - 1), 1 << (register - 2)

    def decode(bits: str, count: int) -> list[int]:
        source, low, high, pending, found = Bits(bits), 0, 2 * half - 1, 0, []
        value = source.take(register)
        for _ in range(count):
            width = high - low + 1
            symbol = owner(begins.__getitem__, len(frequencies), ((value - low + 1) * quarter - 1) // width)
            low, high = low + width * begins[symbol] // quarter, low + width * begins[symbol + 1] // quarter - 1
            found.append(symbol)
            while True:
                if high < half:
                    base, pending = 0, 0
                elif low >= half:
                    base, pending = half, 0
                elif low >= quarter and high < half + quarter:
                    base, pending = quarter, pending + 1
                else:
                    break
                low, high = 2 * (low - base), 2 * (high - base) + 1
                value = 2 * (value - base) + source.take(1)
        # At the end a quarter is named by two bits, if anything is to be named.
        whole = low == 0 and high == 2 * half - 1 and not pending
        require(source.taken - register + (0 if whole else 2) <= len(bits), "a payload ends within its tokens")
        return found

    return decode


# ---------------------------------------------------------------- states


def rans(frequencies: list[int], total_bits: int) -> Coder:
    """A state of 32 bits holds all tokens so far: its lowest bits tell the first of them, and it is taken out."""
    begins, mask = sums(frequencies), (1 << total_bits) - 1

    def decode(bits: str, count: int) -> list[int]:
        if not count:
            return []
        source, found = Bits(bits), []
        state = source.take(32)
        require(state >= 1 << 24, "a payload begins with no state")
        for _ in range(count):
            symbol = owner(begins.__getitem__, len(frequencies), state & mask)
            state = frequencies[symbol] * (state >> total_bits) + (state & mask) - begins[symbol]
            while state < 1 << 24:
                state = state << 8 | source.take(8)
            found.append(symbol)
        source.end()
        require(state == 1 << 24, "a payload does not end in the state in which it began")
        return found

    return decode


def tans(frequencies: list[int], total_bits: int) -> Coder:
    """The same with 2^BITS states and a table: a state tells a token, and how many bits lead on."""
    total = 1 << total_bits
    owners = [0] * total
    places = (place * ((total >> 1) + (total >> 3) + 3) % total for place in range(total))
    for symbol, frequency in enumerate(frequencies):
        for place in itertools.islice(places, frequency):
            owners[place] = symbol
    numbers, next_number = [], list(frequencies)
    for symbol in owners:
        numbers.append(next_number[symbol])
        next_number[symbol] += 1

    def decode(bits: str, count: int) -> list[int]:
        if not count:
            return []
        source, found = Bits(bits), []
        state = source.take(total_bits)
        for _ in range(count):
            found.append(owners[state])
            cut = total_bits + 1 - numbers[state].bit_length()
            state = (numbers[state] << cut | source.take(cut)) - total
        source.end()
        require(state == 0, "a payload does not end in the state in which it began")
        return found

    return decode


# ---------------------------------------------------------------- groups


def block(weights: list[int], group: int) -> Coder:
    """Huffman's words for groups of tokens, the last token changing first; the end has a code of its own."""
    size = len(weights)
    require(size**group <= 1 << 16, "a code has too many groups")

    def words(length: int) -> dict[str, int]:
        return canonical(huffman_lengths([math.prod(each) for each in itertools.product(weights, repeat=length)]))

    def decode(bits: str, count: int) -> list[int]:
        found, at = [], 0
        for length, many in ((group, count // group), (count % group, 1)):
            if length and many:
                code = words(length)
                numbers = read_words(code)(bits[at:], many)
                spelled = {symbol: word for word, symbol in code.items()}
                at += sum(len(spelled[number]) for number in numbers)
                found += [number // size**place % size for number in numbers for place in reversed(range(length))]
        return found

    return decode


def tunstall(weights: list[int], width: int) -> Coder:
    """Words of tokens, the leaves of a tree, each with a number of so many bits; the likeliest leaf is split first."""
    shares = apportion(weights, TOTAL)
    present = [symbol for symbol, share in enumerate(shares) if share]
    require(len(present) <= 1 << width or len(present) == 1, "a tree has too few leaves")
    leaves: list[tuple[int, int, tuple[int, ...]]] = [(-(1 << 62), 0, ())]
    born = itertools.count(1)
    while len(present) > 1 and len(leaves) + len(present) - 1 <= 1 << width:
        chance, _, word = heapq.heappop(leaves)
        for symbol in present:
            heapq.heappush(leaves, (-(-chance * shares[symbol] >> 40), next(born), (*word, symbol)))
    words = sorted(word for _, _, word in leaves)

    def decode(bits: str, count: int) -> list[int]:
        if len(present) == 1:
            return [present[0]] * count
        source, found = Bits(bits), list[int]()
        while len(found) < count:
            number = source.take(width)
            source.end()
            require(number < len(words), "a payload holds no word there")
            found += words[number]
        return found[:count]

    return decode


def typical(weights: list[int], thousandths: int) -> Coder:
    """Sequences of tokens: 0 and the number among those about as surprising as H(Q), or 1 and the number among all."""
    size, shares = len(weights), apportion(weights, TOTAL)

    def surprise(share: int) -> int:
        """-log2(share / 2^40) in units of 2^-32 bits, rounded up: a digit for each squaring."""
        whole, digits = share.bit_length() - 1, 0
        number = share << (62 - whole)
        for _ in range(32):
            number, digits = number * number >> 62, digits << 1
            if number >> 63:
                number, digits = number >> 1, digits | 1
        return (40 - whole << 32) - digits

    def orders(tokens: Sequence[int]) -> int:
        return math.factorial(len(tokens)) // math.prod(map(math.factorial, Counter(tokens).values()))

    surprises = {symbol: surprise(share) for symbol, share in enumerate(shares) if share}
    entropy = sum(shares[symbol] * bits for symbol, bits in surprises.items()) >> 40
    longest = 1
    while size ** (longest + 1) <= 1 << 60 and math.comb(longest + size, longest + 1) <= 1 << 16 and longest < 60:
        longest += 1

    def types(n: int) -> list[tuple[int, tuple[int, ...]]]:
        """Typical types, each with how many typical sequences come before it; last how many there are."""
        found, before = [], 0
        away = (n * thousandths << 32) // 1000
        for tokens in itertools.combinations_with_replacement(surprises, n):
            if abs(sum(surprises[token] for token in tokens) - n * entropy) <= away:
                found.append((before, tokens))
                before += orders(tokens)
        return [*found, (before, ())]

    def spelled(tokens: tuple[int, ...], before: int) -> Iterator[int]:
        """The order of these tokens that has so many before it in the dictionary."""
        left = Counter(tokens)
        while left:
            for token in sorted(left):
                rest = Counter(left)
                rest[token] -= 1
                begin_so = orders([*(+rest).elements()])
                if before < begin_so:
                    yield token
                    left = +rest
                    break
                before -= begin_so

    known: dict[int, list[tuple[int, tuple[int, ...]]]] = {}

    def decode(bits: str, count: int) -> list[int]:
        source, found = Bits(bits), list[int]()
        while len(found) < count:
            n = min(longest, count - len(found))
            table = known.setdefault(n, types(n)) if n not in known else known[n]
            many = table[-1][0]
            is_typical = not source.take(1)
            number = source.take(max(many - 1, 0).bit_length() if is_typical else (size**n - 1).bit_length())
            source.end()
            require(number < (many if is_typical else size**n), "a payload holds no sequence there")
            if is_typical:
                before, tokens = max(each for each in table[:-1] if each[0] <= number)
                found += spelled(tokens, number - before)
            else:
                found += [number // size**place % size for place in reversed(range(n))]
        return found

    return decode


# ---------------------------------------------------------------- learning


def counting(size: int, order: int, alpha: tuple[int, int]) -> Coder:
    """Counts so far after the last `order` tokens: with alpha a/b, a token owns b·count + a."""
    least, unit = alpha

    def decode(bits: str, count: int) -> list[int]:
        interval, found = Interval(bits), list[int]()
        contexts: dict[tuple[int, ...], list[int]] = {}
        for place in range(count):
            context = tuple(found[max(place - order, 0) : place])
            owned = contexts.setdefault(context, [least] * size)
            begins, part = sums(owned), interval.width // sum(owned)
            symbol = owner(begins.__getitem__, size, interval.offset // part)
            interval.narrow(part * begins[symbol], part * begins[symbol + 1])
            owned[symbol] += unit
            found.append(symbol)
        interval.end()
        return found

    return decode


def chain(size: int, numbers: list[int]) -> Coder:
    """Rows of frequencies over 2^40, one after each token, the last for the first token."""
    rows = [numbers[start : start + size] for start in range(0, len(numbers), size)]
    require(len(numbers) == size * (size + 1), "a chain has another number of rows")
    require(all(sum(row) == TOTAL for row in rows), "a row of a chain does not sum to 2^40")
    begins = [sums(row) for row in rows]
    return arithmetic(lambda found: begins[found[-1] if found else size])


def recipe(size: int, numbers: list[int]) -> Coder:
    """The model that a recipe names."""
    number, told = (numbers[0], numbers[1:]) if numbers else (0, [])
    if number == 1 and not told:
        return counting(size, 0, (1, 2))
    if number == 2 and not told:
        return counting(size, 0, (1, 1))
    if number == 3 and len(told) == 3:
        order, a, b = told
        proper = 0 <= order <= 5 and 0 < a <= 1000 and 0 < b <= 1000 and math.gcd(a, b) == 1
        require(proper, "a recipe has impossible numbers")
        return counting(size, order, (a, b))
    if number == 4:
        return chain(size, told)
    if number == 5 and not told:
        require(size == 256, "mix takes bytes, and all of them")
        return mixing
    raise Damaged("no model has this recipe")


def vitter(size: int) -> Coder:
    """Huffman's tree of the tokens so far, which grows with each: two falling lists of weights are all of it.

    Nodes are numbered from the root down, no node heavier than one before it, of equal weights inner nodes first; the
    children of the i-th inner node are the nodes 2i + 1 and 2i + 2.  The last leaf is that of all that have not come.
    """

    def ahead(falling: list[int], least: int) -> int:
        """How many weights are `least` or more."""
        return sum(weight >= least for weight in falling)

    def decode(bits: str, count: int) -> list[int]:
        source, found = Bits(bits), []
        inner, leaf, symbols, waiting = list[int](), list[int](), list[int](), list(range(size))
        for _ in range(count):
            everything = [*leaf, 0] if waiting else leaf
            kinds = sorted(
                [(-weight, 0, place) for place, weight in enumerate(inner)]
                + [(-weight, 1, place) for place, weight in enumerate(everything)]
            )
            node = 0
            while kinds[node][1] == 0:
                node = 2 * kinds[node][2] + 2 - source.take(1)
                source.end()
            place = kinds[node][2]
            if place < len(symbols):
                symbol = symbols[place]
            else:
                width = (len(waiting) - 1).bit_length()
                short = (1 << width) - len(waiting)
                number = source.take(width - 1) if width else 0
                if width and number >= short:
                    number = (number << 1 | source.take(1)) - short
                source.end()
                symbol = waiting[number]
            found.append(symbol)
            grow(symbol, inner, leaf, symbols, waiting)
        return found

    def grow(symbol: int, inner: list[int], leaf: list[int], symbols: list[int], waiting: list[int]) -> None:
        node, is_late = 0, False
        if symbol in waiting:
            # The last of those that wait gets the number of this one.
            place = waiting.index(symbol)
            waiting[place] = waiting[-1]
            waiting.pop()
            at = len(leaf)
            symbols.append(symbol)
            leaf.append(0)
            if waiting:
                node, is_late = len(inner), True
                inner.append(0)
        else:
            at = symbols.index(symbol)
            first = ahead(leaf, leaf[at] + 1)
            symbols[at], symbols[first] = symbols[first], symbols[at]
            at = first
            if waiting and at + ahead(inner, leaf[at]) == 2 * len(inner) - 1:
                node, is_late = len(inner) - 1, True
        if not is_late:
            leaf[at] += 1
            node = (at + ahead(inner, leaf[at]) - 1) // 2
        while node >= 0:
            above = (node + ahead(leaf, inner[node] + 1) - 1) // 2
            inner[node] += 1
            node = above
        if is_late:
            leaf[at] += 1

    return decode


# ---------------------------------------------------------------- mixing

# The last kind of Q: what comes next is foretold bit by bit, by thirteen contexts that each remember what followed in
# them, and by where the same bytes stood before.  Their beliefs are added up as odds, with weights that learn.


def clipped(value: int, least: int, most: int) -> int:
    """The nearest number between two."""
    return min(max(value, least), most)


def logistic() -> tuple[list[int], list[int]]:
    """The chance 1/(1 + e^-x) of 2^16 for x from -3072 to 3072 of 1/256, and the way back for the 12 highest bits."""
    unit = 1 << 60
    base = sum(itertools.accumulate(range(1, 20), lambda term, k: term // (256 * k), initial=unit))
    powers = [unit]
    for _ in range(3072):
        powers.append(powers[-1] * base // unit)
    above = [(power << 16) // (unit + power) for power in powers]
    squash = [clipped(chance, 1, 65535) for chance in [*(65536 - chance for chance in above[:0:-1]), *above]]
    return squash, [bisect.bisect_right(squash, 16 * part + 8) - 1 - 3072 for part in range(4096)]


def histories() -> tuple[list[int], list[int]]:
    """What came in a context, in a byte: about how many 0s and 1s, and the last of them; what each becomes by a bit.

    Returns the number of the history after each history and bit, and the chance of a 1 that each begins with.
    """
    most = (35, 30, 12, 6, 5)

    def after(history: tuple[int, int, str], bit: int) -> tuple[int, int, str]:
        same, other = (history[1], history[0]) if bit else (history[0], history[1])
        other = min(other - 1, other // 4 + 4) if other > 2 else other
        same = min(same + 1, most[other] if other < 5 else 4)
        last = (history[2] + str(bit))[-(3 if same + other <= 4 else 1) :]
        return (other, same, last) if bit else (same, other, last)

    every = {(0, 0, ""): 0}
    waiting = list(every)
    for history in waiting:
        for each in (after(history, 0), after(history, 1)):
            if each not in every:
                every[each] = len(every)
                waiting.append(each)
    chances = [((2 * ones + 1) << 16) // (2 * (zeros + ones) + 2) for zeros, ones, _ in every]
    return [every[after(history, bit)] for history in every for bit in (0, 1)], chances


MASK62 = (1 << 62) - 1


class Mix:
    """What was counted of a message of n bytes."""

    kinds = 13

    def __init__(self, n: int) -> None:
        self.squash, self.stretch = logistic()
        self.after, begin = histories()
        self.bits = clipped(n.bit_length() - 1, 8, 18)
        # Buckets of sixteen numbers: a tag, and one for each beginning of half a byte.
        self.slots = [array("i", bytes(64 << self.bits)) for _ in range(self.kinds)]
        row = [*begin, *[32768] * (256 - len(begin))]
        self.chances = [chance << 14 for chance in [*row * self.kinds, *[32768] * 64]]
        self.inputs = [0] * (2 * self.kinds + 1)
        self.weights = [6500] * ((512 + 5 * (self.kinds + 1)) * len(self.inputs))
        self.balance = [65536 // 3] * 768
        self.refined = array("H", [self.squash[256 * place] for place in range(25)]) * 65536
        self.positions = [0] * (1 << clipped(n.bit_length(), 8, 20))
        self.message = bytearray()
        self.shares = [5 * 65536 // (5 * count + 8) for count in range(256)]
        self.past = self.word = self.word_before = self.row = self.looked = self.found = self.matched = 0
        self.due, self.alike = 256, [0] * 1025
        self.expected = 0

    def byte(self, place: int) -> int:
        """The byte at a place; 0 before the first."""
        return self.message[place] if place >= 0 else 0

    def turn(self) -> None:
        """The bytes so far are known: what each context is, and what is expected."""
        place = len(self.message)
        if place == self.due:
            self.look(max(self.looked, place - 1024), place)
            self.looked, self.due = place, place + min(place, 8192)
        last = self.byte(place - 1)
        self.past = (self.past << 8 | last) & (1 << 48) - 1
        self.partial = self.node = 1
        lower = last | 32
        if 97 <= lower <= 122 or last >= 128:
            self.word = (self.word * 0x2F0B4C47 + (lower if last < 128 else last) + 1) & 0xFFFFFFFF
        elif self.word:
            self.word_before, self.word = self.word, 0
        past, row = self.past, self.row
        above = self.byte(place - row) if row else 0
        above_that = self.byte(place - 2 * row) if row else 0
        values = [0, past & 0xFF, past & 0xFFFF, past & 0xFFFFFF, past & 0xFFFFFFFF, past]
        values += [self.word | last << 32, self.word ^ (self.word_before >> 8) * 3, past >> 8 & 0xFFFF]
        values += [past & 0xF0F0F0F0, above | row << 8, above | above_that << 8 | row << 16]
        values += [(place % row if row else 0) | row << 16]
        self.marks = []
        for kind, value in enumerate(values):
            mixed = (value & 0xFFFFFFFF) * 0x2545F491 + ((value >> 32) + (kind << 16)) * 0x3D4D51CB & MASK62
            self.marks.append(mixed ^ mixed >> 31)
        self.follow(place)
        self.rate = 8 + 60 * 256 // (300 + place)

    def look(self, begin: int, end: int) -> None:
        """How long a row is: the distance with the most bytes that are equal to the one so far before."""
        best = 0
        for distance in range(2, min(1024, end - 1) + 1):
            for here in range(max(begin, distance), end):
                is_alike = self.message[here] == self.message[here - distance] != self.message[here - 1]
                self.alike[distance] += is_alike
            if self.alike[distance] > self.alike[best]:
                best = distance
        self.row = best

    def follow(self, place: int) -> None:
        """Go on with what followed where the last six bytes stood before, or look for another place."""
        if self.matched and self.message[self.found] == self.message[place - 1]:
            self.found, self.matched = self.found + 1, min(self.matched + 1, 65536)
        else:
            self.matched = 0
        self.expected = 0
        if place < 6:
            return
        mark = (self.past & 0xFFFFFFFF) * 0x2F0B4C4B + (self.past >> 32) * (0x2F0B4C4B >> 3)
        at = mark >> 24 & len(self.positions) - 1
        if not self.matched:
            self.found = there = self.positions[at]
            most = min(there, 32)
            while self.matched < most and self.byte(there - 1 - self.matched) == self.byte(place - 1 - self.matched):
                self.matched += 1
        self.positions[at] = place
        if self.matched:
            self.expected = 256 | self.message[self.found]

    def bucket(self, kind: int, mark: int) -> int:
        """Where the bucket of a context begins; it is emptied if it was another's."""
        slots, tag = self.slots[kind], (mark >> 40) + 1
        here, there = (16 * (each & (1 << self.bits) - 1) for each in (mark, mark ^ 1))
        if slots[here] == tag:
            return here
        if slots[there] == tag:
            return there
        if slots[there + 1] & 127 < slots[here + 1] & 127:
            here = there
        slots[here : here + 16] = array("i", [tag, *[1 << 30] * 15])
        return here

    def foretell(self) -> int:
        """The chance of 2^16 that the next bit is a 1."""
        if self.node == 1:
            marks = [mark + (self.partial - 1) * 0x1127599BF4325C3 & MASK62 for mark in self.marks]
            self.buckets = [self.bucket(kind, mark) for kind, mark in enumerate(marks)]
        known = 0
        for kind, begin in enumerate(self.buckets):
            number = self.slots[kind][begin + self.node]
            known += number & 127 > 0
            self.inputs[2 * kind] = self.stretch[self.chances[kind << 8 | number >> 7 & 255] >> 18]
            self.inputs[2 * kind + 1] = (number >> 15) - 32768 >> 6
        self.inputs[-1] = told = 0
        if self.expected:
            length = self.matched
            told = 1 + (length >= 8) + (length >= 16) + (length >= 32)
            coarse = length if length < 16 else 14 + (length >> 3) if length < 80 else min(24 + (length >> 7), 31)
            self.match_at = self.kinds << 8 | coarse << 1 | self.expected >> 7 & 1
            self.inputs[-1] = self.stretch[self.chances[self.match_at] >> 18]
        last = self.past & 255
        sets = self.partial, 256 + last, 512 + told * (self.kinds + 1) + known
        self.chosen = [each * len(self.inputs) for each in sets]
        self.said = []
        for begin in self.chosen:
            pairs = zip(self.inputs, self.weights[begin : begin + len(self.inputs)], strict=True)
            self.said.append(clipped(sum(x * weight for x, weight in pairs) >> 16, -3072, 3072))
        balance = self.balance[3 * self.partial : 3 * self.partial + 3]
        self.mixed = clipped(sum(x * weight for x, weight in zip(self.said, balance, strict=True)) >> 16, -3072, 3072)
        place, way = divmod(self.mixed + 3072, 256)
        at = 25 * (last << 8 | self.partial) + place
        beyond = self.refined[at + 1] if way else 0
        better = self.refined[at] * (256 - way) + beyond * way >> 8
        self.refined_at = at + (way >> 7)
        return clipped(self.squash[self.mixed + 3072] + 3 * better >> 2, 1, 65535)

    def learn(self, bit: int) -> None:
        """The bit came."""
        due = (bit << 16) - bit
        wrong = due - self.squash[self.mixed + 3072]
        for place, (x, begin) in enumerate(zip(self.said, self.chosen, strict=True)):
            by = (due - self.squash[x + 3072]) * self.rate >> 8
            for j, value in enumerate(self.inputs):
                moved = self.weights[begin + j] + (value * by + 512 >> 10)
                self.weights[begin + j] = clipped(moved, -1 << 20, 1 << 20)
            at = 3 * self.partial + place
            self.balance[at] = clipped(self.balance[at] + (x * wrong >> 17), -1 << 20, 1 << 20)
        self.refined[self.refined_at] += due - self.refined[self.refined_at] >> 5
        for kind, begin in enumerate(self.buckets):
            number = self.slots[kind][begin + self.node]
            chance, history, count = number >> 15, number >> 7 & 255, number & 127
            chance += (due - chance) * self.shares[count] >> 16
            later = self.after[2 * history + bit]
            self.slots[kind][begin + self.node] = chance << 15 | later << 7 | min(count + 1, 127)
            self.nearer(kind << 8 | history, bit)
        if self.expected:
            self.nearer(self.match_at, bit)
            self.expected = 256 | self.expected << 1 & 255
            if self.match_at & 1 != bit:
                self.expected = self.matched = 0
        self.partial = self.partial << 1 | bit
        self.node = self.node << 1 | bit if self.node < 8 else 1

    def nearer(self, at: int, bit: int) -> None:
        """A chance of 2^22, and how often it was moved: in large steps at first."""
        chance, count = self.chances[at] >> 8, self.chances[at] & 255
        chance += ((bit << 22) - bit - chance) * self.shares[count] >> 16
        self.chances[at] = chance << 8 | min(count + 1, 255)


def mixing(bits: str, count: int) -> list[int]:
    """Bytes, each bit of which owns what was foretold of 2^16: a 0 the first part."""
    interval, model = Interval(bits), Mix(count)
    for _ in range(count):
        model.turn()
        for _ in range(8):
            zero, part = 65536 - model.foretell(), interval.width >> 16
            require(interval.offset >> 16 < part, "a payload names no token")
            bit = int(interval.offset >= part * zero)
            interval.narrow(part * zero if bit else 0, part << 16 if bit else part * zero)
            model.learn(bit)
        model.message.append(model.partial & 255)
    interval.end()
    return list(model.message)


# ---------------------------------------------------------------- frames


def coder_of(number: int, parameter: int | None, form: int, numbers: list[int], size: int) -> Coder:
    """The coder of a header."""
    if form == GIVEN:
        raise NotHere("it was coded with a model's own predictions, which are not in it")
    if form == RECIPE:
        require(number == 1, "only the arithmetic coder takes a model that changes")
        return recipe(size, numbers)
    if number == 1:
        begins = sums(numbers if form == PARTS else apportion(weights_told(form, numbers, size), TOTAL))
        return arithmetic(lambda _: begins)
    if 2 <= number <= 7:
        if form == EQUAL and number == 4:
            return read_words(canonical([(size - 1).bit_length()] * size))
        require(form == LENGTHS, "a table does not fit its coder")
        return read_words(middles(numbers) if number == 7 else canonical(numbers))
    if number in NUMBERS:
        is_chosen = parameter is not None and parameter == LARGEST.get(number, -2) + 1
        require(form == (CHOSEN if is_chosen else NAMED), "a table does not fit its coder")
        chosen = numbers[0] if is_chosen else parameter or 0
        require(
            not is_chosen or ((number == 10 or chosen > 0) and chosen <= LARGEST[number]), "an impossible parameter"
        )
        return read_words({NUMBERS[number](symbol, chosen): symbol for symbol in range(size)})
    if number == 22:
        require(form == NAMED, "a table does not fit its coder")
        return vitter(size)
    assert parameter is not None
    if number in (16, 17, 18, 23):
        total_bits = parameter - 2 if number == 16 else parameter
        if form == SHARES:
            require(sum(numbers) == 1 << total_bits, "shares have another sum")
        else:
            require(form in (EQUAL, COUNTS), "a table does not fit its coder")
            numbers = apportion(weights_told(form, numbers, size), 1 << total_bits)
        return {16: textbook, 17: rans, 18: tans, 23: range_coding}[number](numbers, parameter)
    return {19: block, 20: tunstall, 21: typical}[number](weights_told(form, numbers, size), parameter)


# Of each coder that has one: the least parameter and the largest.
PARAMETERS = {
    6: (1, 64),
    9: (1, (1 << 20) + 1),
    10: (0, 21),
    11: (0, 20),
    16: (8, 32),
    17: (4, 16),
    18: (4, 16),
    19: (1, 16),
    20: (1, 16),
    21: (1, 60_000),
    23: (8, 30),
}


def is_token(kind: int, text: str) -> bool:
    """Whether a text may be a word, a line or a nucleotide: nothing else is ever one token."""
    marks = "".join(letter for letter in text if unicodedata.category(letter)[0] == "M")
    letters = rf"\w[\w{marks}]*"
    patterns = {
        3: rf"{letters}(?:['\u2019]{letters})*|\s+|[^\w\s]",
        4: r"[^\n]+|\n",
        5: r">[^\n]*|[ACGTUNRYSWKMBDHVacgtunryswkmbdhv*\s-]",
    }
    return kind not in patterns or re.fullmatch(patterns[kind], text) is not None


def read_alphabet(header: Bytes, kind: int, size: int) -> list[bytes]:
    """What each token is as bytes."""
    if kind == 0 and size:
        form = header.take(1)[0]
        require(form <= 2, "an alphabet has an unknown form")
        if form == 0:
            values = bytes(range(256))
        elif form == 1:
            values = header.take(size)
        else:
            values = bytes(place for place, bit in enumerate(bits_of(header.take(32))) if bit == "1")
        require(list(values) == sorted(set(values)), "an alphabet is not in order")
        pieces = [bytes([value]) for value in values]
    elif kind == 1:
        pieces = [bytes([digit]) for digit in header.take(size)]
        require(set(pieces) <= {b"0", b"1"}, "an alphabet of bits holds something else")
    elif kind == 7:
        pieces = [b"%d\n" % number for number in range(size)]
    elif kind == 2 and size:
        pieces = [letter.encode() for letter in header.take(header.number()).decode()]
    else:
        pieces = [header.take(header.number()) for _ in range(size)]
        require(all(is_token(kind, piece.decode()) for piece in pieces), "a token is none of its kind")
        if kind == 6:
            pieces = [piece.replace(b"\\", b"\\\\").replace(b"\n", b"\\n") + b"\n" for piece in pieces]
    require(len(pieces) == size == len(set(pieces)), "an alphabet is no list of different tokens")
    return pieces


def read_frame(file: Bytes, most: int) -> bytes:
    """The content of the frame that begins here, of so many bytes at most."""
    begin = file.at
    require(file.take(4) == b"\x8bCLN", "this is no .clen file")
    version = file.take(1)[0]
    require(1 <= version <= 3, "its version is not known")
    header = Bytes(file.take(file.number()))
    file.crc(begin)
    number = header.take(1)[0]
    parameter = header.number() - 1 if version > 1 else -1
    kind, reserved = header.take(2)
    require(1 <= number <= 23 and kind <= 7 and reserved == 0, "a header names what is not known")
    low, high = PARAMETERS.get(number, (-1, -1))
    require(low <= parameter <= high, "a coder has an impossible parameter")
    count, content_bytes = header.number(), header.number()
    require(content_bytes <= most, "its content is larger than this reader is patient")
    label = Bytes(header.take(header.number()))
    for _ in range(3):
        label.take(label.number()).decode()
    require(not label.left, "a label has a wrong size")
    size = header.number()
    require(size <= 1 << 20 and (size > 0 or count == 0), "an impossible alphabet")
    fits = count == 8 * content_bytes if kind == 1 else count == content_bytes if kind == 0 else count <= content_bytes
    require(fits, "so many tokens are not so many bytes")
    alphabet = read_alphabet(header, kind, size)
    form, numbers = read_table(header.take(header.left), size) if size else (EQUAL, [])
    require(not header.left, "something stands behind a header")
    coder: Coder | None = None
    symbols: list[int] = []
    while True:
        begin = file.at
        block_kind = 1 if version == 1 else file.take(1)[0]
        require(block_kind <= (4 if version == 3 else 3), "a block is of an unknown kind")
        tokens = file.number() if block_kind else 0
        if not tokens:
            require(version == 1 or not block_kind, "a block has no tokens")
            break
        require(tokens <= count - len(symbols), "a block claims more tokens than are left")
        require((block_kind == 3) == (form == GIVEN), "a block does not go with its model")
        if block_kind == 3:
            raise NotHere("it was coded with a model's own predictions, which are not in it")
        sizes = [file.number() for _ in range(4 if block_kind == 4 else 1)]
        payloads = [bits_of(file.take((bits + 7) // 8)) for bits in sizes]
        file.crc(begin)
        for bits, payload in zip(sizes, payloads, strict=True):
            require("1" not in payload[bits:], "the padding of a block is not zero")
        if block_kind == 2:
            width = (size - 1).bit_length()
            require(sizes[0] == tokens * width, "a stored block has another size")
            symbols += read_words(canonical([width] * size))(payloads[0][: sizes[0]], tokens)
            continue
        coder = coder or coder_of(number, parameter if parameter >= 0 else None, form, numbers, size)
        found = [0] * tokens
        for lane, (bits, payload) in enumerate(zip(sizes, payloads, strict=True)):
            mine = range(lane, tokens, len(sizes))
            for place, symbol in zip(mine, coder(payload[:bits], len(mine)), strict=True):
                found[place] = symbol
        symbols += found
    require(len(symbols) == count, "tokens are missing")
    content = b"".join(alphabet[symbol] for symbol in symbols)
    if kind == 1:
        content = int(content or b"0", 2).to_bytes(len(content) // 8, "big")
    require(len(content) == content_bytes, "the content has another size")
    require(int.from_bytes(file.take(4), "little") == zlib.crc32(content), "the content's checksum does not match")
    return content


def decode(data: bytes, most: int = 1 << 26) -> bytes:
    """The content of all frames of a file, of so many bytes at most.  Raises Damaged or NotHere."""
    file, content = Bytes(data), b""
    require(bool(data), "the file is empty")
    try:
        while file.left:
            content += read_frame(file, most - len(content))
    except UnicodeDecodeError:
        raise Damaged("a text is not UTF-8") from None
    return content


def main() -> None:
    """Decode a file, or standard input, to standard output."""
    try:
        with open(sys.argv[1], "rb") if len(sys.argv) > 1 else sys.stdin.buffer as file:
            sys.stdout.buffer.write(decode(file.read()))
    except (Damaged, NotHere, OSError) as error:
        sys.exit(f"decoder.py: {error}")


if __name__ == "__main__":
    main()
