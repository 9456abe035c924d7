"""What a frame says before its first block: coder, tokens, Q̂, and how much follows.

Next: `reader` (a file that is read forwards).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from compress.coders.catalog import chosen_by_number
from compress.coders.family import Choice
from compress.coders.protocol import Coder, Form, Table
from compress.errors import CorruptError, DataError, SpecError
from compress.frames.packing import Cursor, pack_alphabet, pack_table, pack_varint, unpack_alphabet, unpack_table
from compress.models.catalog import sequential
from compress.models.sequential import SequentialCoder
from compress.probability.families import MAX_TOKENS
from compress.probability.zeros import ZeroPolicy
from compress.sources.tokens import Tokeniser, by_number
from compress.specs import is_self_contained, without_folders
from compress.symbols import smallest_dtype

__all__ = [
    "BLOCK_TOKENS",
    "LARGEST_LABEL",
    "NOT_HELD",
    "NO_LIMITS",
    "NO_TABLE",
    "Header",
    "Label",
    "Limits",
]

MIB = 1 << 20
BLOCK_TOKENS = 1 << 18
SEQUENTIAL_BLOCK_TOKENS = 1 << 25


@dataclass(frozen=True, eq=False)
class Limits:
    """What a decoder may be asked for, bytes: checked before anything is allocated.

    max_output None means the larger of 1 GiB and 1000 times the compressed size.
    """

    max_output: int | None = None
    max_memory: int = 2048 * MIB

    def output(self, compressed_size: int | None) -> int:
        """The most bytes of content that a file of this size may claim."""
        if self.max_output is not None:
            return self.max_output
        return max(1024 * MIB, 1000 * (compressed_size or 0))


# For what was written a moment ago, by ourselves.
NO_LIMITS = Limits(max_output=2**63, max_memory=2**63)

# A label is a convenience: weights that would need more bytes than this are left out of it, and of a spec with more
# tokens than this (and than the frame has bytes of alphabet) nothing is computed.
LARGEST_LABEL = 1 << 16


class Label(NamedTuple):
    """The assumed Q in words, for the ledger of a file; weights only if the spec alone does not say them."""

    spec: str = ""
    zeros: str = "error"
    weights: tuple[int, ...] = ()

    @classmethod
    def of(cls, spec: str, zeros: ZeroPolicy, weights: tuple[int, ...]) -> Label:
        """What a file may tell of Q: no folder, and weights only where the spec needs a file to say them.

        >>> Label.of("file:/home/me/prose.txt", ZeroPolicy.parse("error"), (5, 2, 1))
        Label(spec='file:prose.txt', zeros='error', weights=(5, 2, 1))
        """
        bare = cls(without_folders(spec), zeros.spec)
        whole = bare if is_self_contained(spec) else bare._replace(weights=weights)
        return whole if len(whole.pack()) <= LARGEST_LABEL else bare

    def pack(self) -> bytes:
        """Three fields, each with its size in front."""
        texts = (
            self.spec,
            "" if self.zeros == "error" else self.zeros,
            " ".join(f"{weight:x}" for weight in self.weights),
        )
        data = [text.encode("utf-8", "backslashreplace") for text in texts]
        return b"".join(pack_varint(len(text)) + text for text in data)

    @classmethod
    def unpack(cls, data: bytes) -> Label:
        """The label that fills `data`.  Raises CorruptError."""
        cursor = Cursor(data)
        fields = [cursor.take(cursor.varint()) for _ in range(3)]
        if cursor.left:
            raise CorruptError("the label has a wrong size")
        try:
            spec, zeros, numbers = (text.decode("utf-8") for text in fields)
        except UnicodeDecodeError:
            raise CorruptError("the label is not UTF-8") from None
        weights = numbers.split(" ") if numbers else []
        if not all(number and set(number) <= set("0123456789abcdef") for number in weights):
            raise CorruptError("the label's weights are not numbers")
        return cls(spec, zeros or "error", tuple(int(number, 16) for number in weights))


# Why a frame of given predictions is not decoded.
NOT_HELD = (
    "it was coded with a model's own predictions, which are not in it; give both to compress.decode_with or to codelen "
    "weigh"
)

# Of a frame without tokens.
NO_TABLE = Table(Form.EQUAL, 0)


_NO_LABEL = Label()


@dataclass(frozen=True)
class Header:
    """What a decoder knows before the first block."""

    coder: Choice
    kind: Tokeniser
    tokens: tuple[str, ...]
    table: Table
    count: int
    content_bytes: int
    label: Label = _NO_LABEL

    @property
    def is_sequential(self) -> bool:
        """Whether its Q changes from token to token."""
        return self.table.form == Form.RECIPE

    @property
    def is_given(self) -> bool:
        """Whether its tokens were coded with probabilities that it does not hold."""
        return self.table.form == Form.GIVEN

    @property
    def block_tokens(self) -> int:
        """As many tokens as a block has: a Q that changes begins anew with each."""
        if not self.is_sequential:
            return BLOCK_TOKENS
        return min(SEQUENTIAL_BLOCK_TOKENS, max(self._sequential().model.longest, 1))

    @property
    def has_lanes(self) -> bool:
        """Whether it may be written in lanes where a block is long enough."""
        is_apart = self.is_given or self.is_sequential
        most = 0 if is_apart else self.coder.family.lanes_up_to
        return 1 < len(self.tokens) <= most and self.count >= self.coder.family.lanes_from

    def room(self, n: int) -> int:
        """Bytes of memory that a block of n tokens can need beside its tokens and its payload."""
        if self.is_sequential:
            return self._sequential().model.room(n)
        return 0 if self.is_given else self.coder.family.room_of_token * n

    def room_to_price(self, n: int) -> int:
        """Bytes of memory that it takes to find what a block of n tokens should cost, with the tokens."""
        if not self.is_sequential:
            return 0
        return smallest_dtype(len(self.tokens)).itemsize * n + self._sequential().model.room_to_price(n)

    @property
    def tables(self) -> int:
        """Bytes of memory that the coder can need for all blocks together."""
        if self.is_sequential or self.is_given or not self.tokens:
            return 0
        return self.coder.family.room(len(self.tokens), self.coder.parameter)

    def build(self) -> Coder:
        """The coder of this frame; encoder and decoder both build it here, from the same integers.

        Raises CorruptError for a table that describes no code; DataError for one that it does not hold.
        """
        if self.is_given:
            raise DataError(NOT_HELD)
        if self.is_sequential:
            return self._sequential()
        try:
            return self.coder.build(self.table)
        except DataError as error:
            raise CorruptError(f"the model is impossible: {error}") from None

    def _sequential(self) -> SequentialCoder:
        """The coder of a frame whose Q changes.  Raises CorruptError."""
        try:
            if not self.coder.family.drives_models:
                raise DataError(f"{self.coder.name} takes none that changes")
            return sequential(self.table)
        except DataError as error:
            raise CorruptError(f"the model is impossible: {error}") from None

    def pack(self) -> bytes:
        """The header's bytes, without size and CRC."""
        label = self.label.pack()
        fields = [
            bytes([self._coder_number]),
            # 0: none.
            pack_varint(0 if self.coder.parameter is None else self.coder.parameter + 1),
            bytes([self._kind_number, 0]),
            pack_varint(self.count),
            pack_varint(self.content_bytes),
            pack_varint(len(label)),
            label,
            pack_varint(len(self.tokens)),
            pack_alphabet(self.kind, self.tokens),
            pack_table(self.table) if self.tokens else b"",
        ]
        return b"".join(fields)

    @property
    def _coder_number(self) -> int:
        if self.coder.family.number is None:
            raise DataError(f"{self.coder.name} is not one of ours and is not written into files")
        return self.coder.family.number

    @property
    def _kind_number(self) -> int:
        if self.kind.number is None:
            raise DataError(f"tokens of kind {self.kind.name} are for analysis and are not written into files")
        return self.kind.number

    @classmethod
    def unpack(cls, data: bytes, version: int) -> tuple[Header, dict[str, int]]:
        """The header that fills `data`, and the bytes of its parts.  Raises CorruptError."""
        cursor = Cursor(data)
        [number] = cursor.take(1)
        parameter = cursor.varint() if version > 1 else 0
        [kind_number, reserved] = cursor.take(2)
        coder, kind = _coder(number, parameter - 1 if parameter else None), by_number(kind_number)
        if coder is None or kind is None or reserved:
            raise CorruptError("the header names a coder or token kind that this version does not know")
        count, content_bytes = cursor.varint(), cursor.varint()
        label = Label.unpack(cursor.take(cursor.varint()))
        size = cursor.varint()
        if size > MAX_TOKENS or (count and not size):
            raise CorruptError(f"the header claims {count} tokens of an alphabet of {size}")
        if not kind.fits(count, content_bytes):
            raise CorruptError(f"the header claims {count} tokens of kind {kind.name} in {content_bytes} bytes")
        alphabet_begin = cursor.at
        tokens = unpack_alphabet(kind, size, cursor)
        parts = {"header": alphabet_begin, "alphabet": cursor.at - alphabet_begin, "model": cursor.left}
        if not size and cursor.left:
            raise CorruptError("an empty alphabet has a model")
        table = unpack_table(cursor.take(cursor.left), size) if size else NO_TABLE
        return cls(coder, kind, tokens, table, count, content_bytes, label), parts


def _coder(number: int, parameter: int | None) -> Choice | None:
    try:
        return chosen_by_number(number, parameter)
    except SpecError as error:
        raise CorruptError(f"the header names an impossible coder: {error}") from None
