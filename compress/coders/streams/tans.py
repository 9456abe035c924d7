"""tANS: rANS with every step in one table, so that to code a token is to look it up.

The state is one of T numbers, T <= x < 2·T.  Each belongs to a token, f of the T to a token of q = f/T, spread as
evenly as can be.  The j-th state of a token, counted from f on, is where the token leads from every x that is j when
its lowest bits are cut off; these bits go out.

    x ──▶ cut off bits until f <= x < 2·f; write them ──▶ the state number x of the token's own

To decode is to go back: the state says which token, which number, and how many bits bring that to T or more again.
What comes out first went in last, so the encoder takes the message from its end.  The payload is the last state, less
T, in BITS bits, and what was cut off, the last first.  The encoder begins with x = T, and the decoder has to end there.

From one state a token costs so many bits, from another one bit more: on average -log2 q or a little more, if the
states are as often taken as they are in the long run.  That average is the price of a token, `surprises`, found by
following the shares of all states under Q̂ = f/T until they stay.  A single message has a walk of its own, which
`walks.walked_bits` repeats without the tables, and the difference is the ledger's `coder`.  Tokens that do not come
independently may make it large, either way: the coder has a memory.

Next: `tans_lanes` (four of them at a time).
Source: J. Duda 2013, "Asymmetric numeral systems"; Y. Collet 2013 (FSE, whose spread it is).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from bitarray import bitarray

from compress.coders import walks
from compress.coders.family import Parameter
from compress.coders.lanes import LANES, each_decoded, each_encoded, first_highest, fit_in_a_row, in_one_row, lane_size
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.interval import Bytes
from compress.coders.streams.shares import ShareCoder, family_of_shares, last_bits, require_possible
from compress.coders.streams.tans_lanes import cuts_of, decode_four_tans, encode_four_tans, packed_states
from compress.errors import CorruptError
from compress.kernel import kernel
from compress.probability.distribution import Pair
from compress.symbols import Counts, Symbols, histogram, smallest_dtype

__all__ = ["FAMILY", "TansCoder", "spread"]

# The shares of states are followed so many steps, or until none changes by more than this.
_STEPS, _STILL = 300, 1e-15

Vector = npt.NDArray[np.float64]


def spread(frequencies: Counts, bits: int) -> Counts:
    """Whose each of the T = 2^bits states is: the tokens in order, each step 5/8·T + 3 states further on.

    The step is odd, so that every state is met once.

    >>> spread(np.array([10, 4, 2]), 4).tolist()
    [0, 0, 1, 2, 0, 0, 2, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    """
    total = 1 << bits
    places = np.arange(total) * ((total >> 1) + (total >> 3) + 3) & (total - 1)
    owners = np.zeros(total, np.int64)
    owners[places] = np.repeat(np.arange(frequencies.size), frequencies)
    return owners


@kernel
def encode_tans(
    symbols: Symbols, frequencies: Counts, cumulative: Counts, states: Counts, total_bits: int, out: Bytes
) -> int:
    """Walk from state to state, from the last token on; `out` is filled from its end.  Returns the payload's bits.

    states: for each token its own, in order, at cumulative[token].
    """
    state, window, held, at, written = 1 << total_bits, 0, 0, out.size, 0
    for i in range(symbols.size - 1, -1, -1):
        symbol = int(symbols[i])
        frequency = int(frequencies[symbol])
        cut = 0
        while state >> cut >= 2 * frequency:
            cut += 1
        # The window's lowest bits are those that are read last.
        window |= (state & ((1 << cut) - 1)) << held
        held += cut
        written += cut
        while held >= 8:
            at -= 1
            out[at] = window & 255
            window >>= 8
            held -= 8
        state = int(states[int(cumulative[symbol]) + (state >> cut) - frequency])
    window |= (state - (1 << total_bits)) << held
    held += total_bits
    while held > 0:
        at -= 1
        out[at] = window & 255
        window >>= 8
        held -= 8
    return written + total_bits


@kernel
def decode_tans(data: Bytes, owners: Symbols, cuts: Bytes, bases: Counts, total_bits: int, symbols: Symbols) -> int:
    """Walk back: returns the bits that were read, or -1 if the walk did not end where it began.

    For each state whose it is, how many bits lead on from it, and where those of zeros lead, all less T.
    data: the payload, and bytes of zeros, the last of which is read again past the end.
    """
    last, state, window, held, at, read = data.size - 1, 0, 0, 0, 0, total_bits
    while held < total_bits:
        window = (window << 8) | int(data[min(at, last)])
        at += 1
        held += 8
    held -= total_bits
    state = window >> held
    for i in range(symbols.size):
        symbols[i] = int(owners[state])
        cut = int(cuts[state])
        # Below the held bits nothing is left, and above them what was read.
        window &= (1 << held) - 1
        while held < cut:
            window = (window << 8) | int(data[min(at, last)])
            at += 1
            held += 8
        held -= cut
        read += cut
        state = int(bases[state]) + (window >> held)
    return read if state == 0 else -1


@dataclass(frozen=True, eq=False)
class TansCoder(ShareCoder):
    """A coder with a table of 2^bits states; its Q̂ is what a token costs on average over them."""

    @cached_property
    def owners(self) -> Counts:
        """Whose each state is."""
        return spread(self.frequencies.values, self.bits)

    @cached_property
    def stationary(self) -> Vector:
        """How often each state is taken in the long run, if tokens come independently with f/T: shape (T,)."""
        begins, ends = self._befores
        chances = (self.frequencies.values / 2.0**self.bits)[self.owners]
        # Numbers begin with small digits more often: 1/x is near what becomes of them.
        shares = 1 / np.arange(1 << self.bits, 2 << self.bits)
        shares /= shares.sum()
        for _ in range(_STEPS):
            before, shares = shares, chances * _within(shares, begins, ends)
            if np.abs(shares - before).max() < _STILL:
                break
        return shares

    @cached_property
    def surprises(self) -> Vector:
        """What each symbol costs on average over the states, bits: shape (K,); inf for frequency 0."""
        _, cuts, _ = self._back
        prices = np.bincount(self.owners, cuts * _within(self.stationary, *self._befores), self.frequencies.values.size)
        return np.where(self.frequencies.values > 0, prices, np.inf)

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload.  Raises DataError for a symbol of frequency 0."""
        require_possible(self.frequencies, symbols)
        if not symbols.size:
            return bitarray(endian="big")
        values, begins = self.frequencies.values, self.frequencies.cumulative
        counts = histogram(symbols, values.size)
        most = np.where(counts > 0, np.ceil(self.frequencies.surprises), 0)
        out = np.zeros((int(counts @ most) + self.bits + 7) // 8 + 1, np.uint8)
        total = encode_tans(symbols, values, begins, self._states, self.bits, out)
        return last_bits(out[out.size - (total + 7) // 8 :].tobytes(), total)

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        if not count:
            return symbols
        data = np.frombuffer(bitarray(bits, endian="big").tobytes() + bytes(3), np.uint8)
        owners, (_, cuts, bases) = self.owners.astype(symbols.dtype), self._back
        read = decode_tans(data, owners, cuts, bases, self.bits, symbols)
        _require_end(bits, count, read, read >= 0)
        return symbols

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The payloads of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        if symbols.size < LANES:
            return each_encoded(self, symbols)
        require_possible(self.frequencies, symbols)
        # A token cuts off as many bits as a state has at most; 64 are written beyond.
        room = (lane_size(symbols.size, 0) + 1) * self.bits // 32 + 3
        outs = [np.empty(room, np.uint32) for _ in range(LANES)]
        values, begins = self.frequencies.values, self.frequencies.cumulative[:-1]
        cuts, own = cuts_of(values, self.bits), begins - values
        lengths = encode_four_tans(symbols, cuts, own, self._states, self.bits, *outs)
        return [
            last_bits(out[room - (bits + 31) // 32 :].astype(">u4").tobytes(), bits)
            for out, bits in zip(outs, lengths, strict=True)
        ]

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        if count < LANES or not fit_in_a_row(payloads):
            return each_decoded(self, payloads, count, self.frequencies.values.size)
        data, begins = in_one_row([first_highest(bits) for bits in payloads], 8)
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        positions, states = 8 * begins, np.zeros(LANES, np.int64)
        decode_four_tans(data, positions, states, *self._packed, self.bits, symbols)
        for lane, bits in enumerate(payloads):
            _require_end(bits, lane_size(count, lane), int(positions[lane] - 8 * begins[lane]), not states[lane])
        return symbols

    @cached_property
    def _packed(self) -> tuple[npt.NDArray[np.integer], int]:
        _, cuts, bases = self._back
        return packed_states(self.owners, cuts, bases, self.frequencies.values.size, self.bits)

    @cached_property
    def _states(self) -> Counts:
        """The states of each token in order, one token after the other."""
        return np.argsort(self.owners, kind="stable") + (1 << self.bits)

    @cached_property
    def _back(self) -> tuple[Counts, Bytes, Counts]:
        """For each state its number among the token's own, how many bits lead on, and the least state they lead to."""
        places = self._states - (1 << self.bits)
        numbers = np.zeros(places.size, np.int64)
        values = self.frequencies.values
        firsts = np.repeat(self.frequencies.cumulative[:-1], values)
        numbers[places] = np.arange(places.size) - firsts + np.repeat(values, values)
        # floor(log2 of the number): frexp is exact.
        cuts = self.bits + 1 - np.frexp(numbers)[1]
        return numbers, cuts.astype(np.uint8), (numbers << cuts) - (1 << self.bits)

    @property
    def _befores(self) -> tuple[Counts, Counts]:
        """For each state, where the states begin that lead to it if its token comes, and where they end."""
        _, cuts, bases = self._back
        return bases, bases + (1 << cuts.astype(np.int64))


def _within(shares: Vector, begins: Counts, ends: Counts) -> Vector:
    """The sum of the shares from each beginning to its end."""
    before = np.concatenate(([0.0], np.cumsum(shares)))
    return before[ends] - before[begins]


def _require_end(bits: bitarray, count: int, read: int, is_back: bool) -> None:
    """Raise CorruptError unless so many tokens took the bits that there are, on a walk that ends where it began."""
    if read > len(bits):
        raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
    if not is_back:
        raise CorruptError(f"the payload is not one of {count} tokens: its walk does not end where it began")


def _law(coder: TansCoder, _: Pair, symbols: Symbols) -> Bounds:
    """The bits of a walk of its own."""
    owners = spread(coder.frequencies.values, coder.bits)
    bits = walks.walked_bits(symbols, coder.frequencies.values, owners, coder.bits) if symbols.size else 0
    return Bounds(bits, bits + 1)


def _steps(coder: TansCoder, symbols: Symbols) -> Steps:
    """The state at each step, and the bits that move."""
    values, begins, total = coder.frequencies.values.tolist(), coder.frequencies.cumulative.tolist(), 1 << coder.bits
    state, out = total, ""
    sent: list[tuple[int, dict[str, str]]] = []
    for symbol in reversed(symbols.tolist()):
        before, number = state, state
        while number >= 2 * values[symbol]:
            number >>= 1
        cut = f"{before:b}"[number.bit_length() :]
        state, out = int(coder._states[begins[symbol] + number - values[symbol]]), cut + out
        at_hand = {"state": str(before), "bits out": cut, "its number": str(number), "next state": str(state)}
        sent.append((symbol, at_hand))
    payload = bitarray(f"{state - total:0{coder.bits}b}{out}")
    numbers, cuts, _ = coder._back
    found: list[tuple[int, dict[str, str]]] = []
    for _ in range(symbols.size):
        before, number = state, int(numbers[state - total])
        read, out = out[: int(cuts[before - total])], out[int(cuts[before - total]) :]
        state = int(f"{number:b}{read}", 2)
        at_hand = {"state": str(before), "its number": str(number), "bits in": read, "next state": str(state)}
        found.append((int(coder.owners[before - total]), at_hand))
    return Steps(sent, payload, found)


FAMILY = family_of_shares(
    "tans",
    18,
    "on average near surprise for q rounded to 2^-BITS; a table of 2^BITS states",
    TansCoder,
    _law,
    _steps,
    has_states=True,
    has_lanes=True,
    parameter=Parameter.whole("BITS", 4, 16, 14),
    use="the fastest decoding of fractions of a bit (zstandard)",
    year=2013,
)
