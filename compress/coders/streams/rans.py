"""rANS: a message is one whole number, which grows by a factor of 1/q̂ with each token.

Let each token own f of T places, from c on.  The state x takes a token in, and gives it back, in one step:

    in     x' = T·(x div f) + c + (x mod f)         of every T numbers, the token has f, and x says which
    out    the place x' mod T lies in the token's part; x = f·(x' div T) + x' mod T - c

What comes out first is what went in last, as from a stack.  So the encoder takes the message from its end, and the
decoder, who reads forward, finds it from its beginning.

The state is kept in 2^24 <= x < 2^32.  Before a token goes in, low bytes move out until the step keeps x below 2^32,
that is, until x < f·2^32/T; after it came out, they move in again.  The payload is the last state, 32 bits, and the
bytes, the last one first.  The encoder begins with x = 2^24, and the decoder has to end there.

What it costs.  With k = x div f and r = x mod f the step multiplies x by T/f, and by 1 + δ:

    δ = (f·(c + r) - T·r) / (T·(f·k + r))          which falls with r, from c / (T·k) at r = 0

And k is 2^24/T at least, for so the bytes are moved.  What moves out takes off less than log2(1 + 1/m) bits, m = x
afterwards, f·2^24/T at least.  So each token has two bounds of its own around its surprise, a thousandth of a bit away
for T = 2^14, and δ is as often above 0 as below: most of it cancels.  At the ends are 32 bits for a state of 24 to 32,
less the 24 of the first one.  The law of a message is its own walk, counted by `walks.moved_bytes`, which lies
within these bounds.

Next: `rans_lanes` (four of them at a time).  Source: J. Duda 2013, "Asymmetric numeral systems"; F. Giesen 2014.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from bitarray import bitarray

from compress.coders import walks
from compress.coders.family import Parameter
from compress.coders.lanes import LANES, each_decoded, each_encoded, first_highest, in_one_row, lane_size
from compress.coders.protocol import Bounds, Steps
from compress.coders.streams.interval import Bytes
from compress.coders.streams.rans_lanes import (
    MOST_TOKENS,
    decode_four_rans,
    encode_four_rans,
    has_no_rare,
    parts_of,
    steps_of,
)
from compress.coders.streams.shares import ShareCoder, family_of_shares, last_bits, require_possible
from compress.errors import CorruptError
from compress.kernel import kernel, step
from compress.probability.distribution import Pair
from compress.symbols import Counts, Symbols, code_length, histogram, smallest_dtype

__all__ = ["FAMILY", "RansCoder", "taken_in", "taken_out"]

STATE_BITS, LEAST_BITS = 32, 24
LEAST = 1 << LEAST_BITS


@step
def taken_in(state: int, begin: int, frequency: int, total_bits: int) -> int:
    """The state with a token that owns [begin, begin + frequency) of T = 2^total_bits.

    >>> taken_in(10, 5, 3, 3)
    30
    """
    return ((state // frequency) << total_bits) + begin + state % frequency


@step
def taken_out(state: int, begin: int, frequency: int, total_bits: int) -> int:
    """The state without it.

    >>> taken_out(30, 5, 3, 3)
    10
    """
    return frequency * (state >> total_bits) + (state & ((1 << total_bits) - 1)) - begin


@kernel
def encode_rans(symbols: Symbols, frequencies: Counts, cumulative: Counts, total_bits: int, out: Bytes) -> int:
    """Take the tokens in, the last one first; `out` is filled from its end.  Returns where the payload begins."""
    state, at = LEAST, out.size
    # Invariant: 2^24 <= state < 2^32.
    for i in range(symbols.size - 1, -1, -1):
        symbol = int(symbols[i])
        frequency = int(frequencies[symbol])
        while state >= frequency << (STATE_BITS - total_bits):
            at -= 1
            out[at] = state & 255
            state >>= 8
        state = taken_in(state, int(cumulative[symbol]), frequency, total_bits)
    for _ in range(STATE_BITS // 8):
        at -= 1
        out[at] = state & 255
        state >>= 8
    return at


@kernel
def decode_rans(
    data: Bytes, frequencies: Counts, cumulative: Counts, owners: Symbols, total_bits: int, symbols: Symbols
) -> tuple[int, int]:
    """Take the tokens out; returns the bytes that were read, and the state that was left.

    owners: whose each place is, shape (T,).  data: the payload, whose first four bytes are a state of 2^24 or more,
    and a byte of zeros, which is read again past the end.
    """
    state, at, last = 0, STATE_BITS // 8, data.size - 1
    for i in range(STATE_BITS // 8):
        state = (state << 8) | int(data[i])
    # Invariant: 2^24 <= state < 2^32.
    for i in range(symbols.size):
        symbol = int(owners[state & ((1 << total_bits) - 1)])
        symbols[i] = symbol
        state = taken_out(state, int(cumulative[symbol]), int(frequencies[symbol]), total_bits)
        while state < LEAST:
            state = (state << 8) | int(data[min(at, last)])
            at += 1
    return at, state


@dataclass(frozen=True, eq=False)
class RansCoder(ShareCoder):
    """A coder with a state of 32 bits; its Q̂ is frequencies over 2^bits."""

    def bounds(self, symbols: Symbols) -> Bounds:
        """What the payload may have: Σ -log2 q̂, 24 to 32 bits for the ends, and what each token's steps are off."""
        if not symbols.size:
            return Bounds(0, 1)
        counts = histogram(symbols, self.frequencies.values.size)
        occurs = counts > 0
        times, f, c = counts[occurs], self.frequencies.values[occurs], self.frequencies.cumulative[:-1][occurs]
        total, least = 2.0**self.bits, 2.0 ** (LEAST_BITS - self.bits)
        above = np.log2(1 + c / (total * least))
        # At r = f - 1, if δ is below 0 there.
        below = np.minimum(0, (f * (c + f - 1.0) - total * (f - 1)) / (total * (f * least + f - 1)))
        moved = np.log2(1 + 1 / (f * least))
        ideal = code_length(counts, self.surprises)
        rounding = 1e-9 + 1e-14 * ideal
        return Bounds(
            ideal + LEAST_BITS + float(times @ (np.log2(1 + below) - moved)) - rounding,
            ideal + STATE_BITS + float(times @ above) + rounding,
        )

    def encode(self, symbols: Symbols) -> bitarray:
        """The payload, whole bytes.  Raises DataError for a symbol of frequency 0."""
        require_possible(self.frequencies, symbols)
        bits = bitarray(endian="big")
        if symbols.size:
            out = np.zeros(int(self.bounds(symbols).below) // 8 + 1, np.uint8)
            frequencies = self.frequencies
            bits.frombytes(
                out[encode_rans(symbols, frequencies.values, frequencies.cumulative, self.bits, out) :].tobytes()
            )
        return bits

    def encode_lanes(self, symbols: Symbols) -> list[bitarray]:
        """The payloads of every fourth symbol from the first on, from the second on, and so on.  Raises DataError."""
        if not LANES <= symbols.size <= MOST_TOKENS:
            return each_encoded(self, symbols)
        require_possible(self.frequencies, symbols)
        values = self.frequencies.values
        # Two bytes at most move for a token, and two more are written before they count.
        outs = [np.empty(2 * lane_size(symbols.size, lane) + STATE_BITS // 8 + 2, np.uint8) for lane in range(LANES)]
        begins = encode_four_rans(symbols, steps_of(values, self.bits), self.bits, *outs)
        return [
            last_bits(out[begin:].tobytes(), 8 * (out.size - begin)) for out, begin in zip(outs, begins, strict=True)
        ]

    def decode_lanes(self, payloads: Sequence[bitarray], count: int) -> Symbols:
        """Every fourth token from each of four payloads: the first `count` of all.  Raises CorruptError."""
        size = self.frequencies.values.size
        if not LANES <= count <= MOST_TOKENS:
            return each_decoded(self, payloads, count, size)
        values = self.frequencies.values
        # Two bytes at most move for a token, and two more are read before they count.
        behind = STATE_BITS // 8 + 2 * lane_size(count, 0) + 2
        data, begins = in_one_row([first_highest(bits) for bits in payloads], behind)
        symbols, positions, states = np.zeros(count, smallest_dtype(size)), begins.copy(), np.zeros(LANES, np.int64)
        for begin in begins.tolist():
            _require_state(data[begin])
        is_simple = has_no_rare(values, self.bits)
        decode_four_rans(data, positions, states, self._owners, parts_of(values), self.bits, is_simple, symbols)
        for lane, bits in enumerate(payloads):
            _require_end(bits, lane_size(count, lane), int(positions[lane] - begins[lane]), int(states[lane]))
        return symbols

    def decode(self, bits: bitarray, count: int) -> Symbols:
        """The `count` symbols of the payload.  Raises CorruptError if it cannot be one of that many."""
        symbols = np.zeros(count, smallest_dtype(self.frequencies.values.size))
        if not count:
            return symbols
        data = np.frombuffer(bitarray(bits, endian="big").tobytes() + bytes(STATE_BITS // 8 + 1), np.uint8)
        _require_state(data[0])
        read, state = decode_rans(
            data, self.frequencies.values, self.frequencies.cumulative, self._owners, self.bits, symbols
        )
        _require_end(bits, count, read, state)
        return symbols

    @cached_property
    def _owners(self) -> Symbols:
        """Whose each of the T places is."""
        values = self.frequencies.values
        return np.repeat(np.arange(values.size), values).astype(smallest_dtype(values.size))


def _require_state(byte: int) -> None:
    """Raise CorruptError for the first byte of a payload that begins with no state."""
    if not byte:
        raise CorruptError("the payload begins with a state that is too small")


def _require_end(bits: bitarray, count: int, read: int, state: int) -> None:
    """Raise CorruptError unless so many tokens took the bytes that there are, and left the state that was the first."""
    if 8 * read > len(bits):
        raise CorruptError(f"the payload of {len(bits)} bits ends within its {count} tokens")
    if state != LEAST:
        raise CorruptError(f"the payload is not one of {count} tokens: its last state is not the first one")


def _law(coder: RansCoder, _: Pair, symbols: Symbols) -> Bounds:
    """The bits of a walk that no byte is written for."""
    values = coder.frequencies.values
    bits = STATE_BITS + 8 * walks.moved_bytes(symbols, values, coder.bits) if symbols.size else 0
    return Bounds(bits, bits + 1)


def _steps(coder: RansCoder, symbols: Symbols) -> Steps:
    """The state at each step as a hexadecimal number, and the bytes that move."""
    values, begins, bits = coder.frequencies.values.tolist(), coder.frequencies.cumulative.tolist(), coder.bits
    state, out = LEAST, b""
    sent: list[tuple[int, dict[str, str]]] = []
    for symbol in reversed(symbols.tolist()):
        before, moved = state, b""
        while state >= values[symbol] << (STATE_BITS - bits):
            moved, state = bytes([state & 255]) + moved, state >> 8
        state, out = taken_in.plain(state, begins[symbol], values[symbol], bits), moved + out
        sent.append((symbol, {"state": f"{before:08x}", "bytes out": moved.hex(" "), "state with it": f"{state:08x}"}))
    payload = bitarray(endian="big")
    payload.frombytes(state.to_bytes(STATE_BITS // 8, "big") + out)
    found: list[tuple[int, dict[str, str]]] = []
    for symbol in symbols.tolist():
        before, place = state, state & ((1 << bits) - 1)
        state, read = taken_out.plain(state, begins[symbol], values[symbol], bits), b""
        while state < LEAST:
            state, read, out = state << 8 | out[0], read + out[:1], out[1:]
        at_hand = {
            "state": f"{before:08x}",
            "place": str(place),
            "bytes in": read.hex(" "),
            "state without": f"{state:08x}",
        }
        found.append((int(coder._owners[place]), at_hand))
    return Steps(sent, payload, found)


FAMILY = family_of_shares(
    "rans",
    17,
    "a message costs its surprise for q rounded to 2^-BITS, and about 28 bits",
    RansCoder,
    _law,
    _steps,
    has_lanes=True,
    # Half a byte of zeros behind its lanes.
    room_of_token=1,
    parameter=Parameter.whole("BITS", 4, 16, 14),
    use="nearly arithmetic coding's size, decoded by a table",
    year=2013,
)
