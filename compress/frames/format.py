r"""The file format, byte by byte.

A `.clen` file is one frame, or several one after the other.  A frame:

    field          size    content                                             counted as
    ------------------------------------------------------------------------------------
    magic             4    8B 43 4C 4E  (\x8b C L N)                           header
    version           1    02                                                  header
    header size  varint    bytes of the header that follows, without its CRC   header
    header                 see below
    header CRC        4    CRC-32 of all bytes so far                          checksums
    block ...              see below, as often as the tokens need
    end               1    00: a block that is none                            index
    content CRC       4    CRC-32 of the decoded bytes                         checksums

    header
    coder             1    its number in the catalog                           header
    parameter    varint    the coder's parameter plus 1 (the 4 of golomb:4     header
                           is 5); 0: it has none
    token kind        1    0 bytes 1 bits 2 chars 3 words 4 lines              header
                           5 nucleotides 6 tokens (one a line) 7 numbers (one a line)
    reserved          1    00                                                  header
    tokens n     varint                                                        header
    content      varint    bytes of the decoded content                        header
    label        varint    size of what follows, three fields:                 header
                           the assumed Q's spec (size, UTF-8), the zero policy (size, UTF-8;
                           empty: error), Q's weights (size, hexadecimal; empty: the spec says all)
    K            varint    tokens of the alphabet                              header
    alphabet               `packing.pack_alphabet`                             alphabet
    model                  `packing.pack_table`, up to the header's end; none if K = 0   model

    block
    kind              1    01 coded: the coder's bits                          index
                           02 stored: each symbol in ceil(log2 K) bits
                           03 given: coded with rows that the file does not hold
    tokens       varint    1 or more                                           index
    fingerprint       4    of kind 03 only: the CRC-32 of Σ w·(2j+1) mod 2^62  index
                           over the rows' whole numbers w of 2^40, in 8 bytes
    payload bits varint                                                        index
    payload                the first bit is the top bit of the first byte
    padding                zero bits up to a whole byte                        padding
    block CRC         4    CRC-32 of the block so far                          checksums

Numbers of fixed size have their lowest byte first.  The label is for people and for the
ledger: no decoder looks at it.  How many tokens a block has is written beside its
payload, which needs no end of its own.

Blocks of kind 03 are those of a model of the form `given`, and no others: their tokens were
coded with a model's own probabilities, a row of whole numbers a token (`models.rows`), which
the file does not hold.  The fingerprint tells a receiver whose rows differ.

A model of the form `recipe` is a Q that changes from token to token; each block begins with it
anew.  Its numbers: 1 for kt; 2 for laplace; 3, K, a, b for order:K with
α = a/b; 4 for a chain, then K + 1 rows of K frequencies over 2^40 (`models.catalog`).

A worked example: the three bytes "aab", Huffman, Q = P̂ (counts a 2, b 1), in 48 bytes.

    8B 43 4C 4E  02  19                    magic, version, a header of 25 bytes
    02  00  00  00                         huffman, no parameter, bytes, reserved
    03  03                                 3 tokens, 3 bytes of content
    0C                                     a label of 12 bytes:
      09 65 6D 70 69 72 69 63 61 6C        "empirical"
      00  00                               the policy is "error"; no weights
    02                                     K = 2
    01 61 62                               the alphabet, listed: a b
    01 2C                                  lengths 1 1, plus 1 each: steps +2 0 = gamma 5, 1 = 00101 1, 00
    .. .. .. ..                            CRC-32 of all above
    01  03  03                             a coded block of 3 tokens in 3 bits:
    20                                     0 0 1, and five zeros of padding
    .. .. .. ..                            CRC-32 of the block
    00                                     no more blocks
    .. .. .. ..                            CRC-32 of "aab"

Version 1, which is read for ever, has no parameter in its header and no kind before a
block's tokens: all blocks are coded, and 0 tokens are the end.

Next: `packing` (numbers, alphabets and tables as bytes).
"""

from __future__ import annotations

from enum import IntEnum

__all__ = ["MAGIC", "PARTS", "VERSION", "BlockKind"]

MAGIC = b"\x8bCLN"
VERSION = 2

# The parts of the container, in the order of the ledger.
PARTS = ("header", "alphabet", "model", "index", "checksums", "padding")


class BlockKind(IntEnum):
    """How a block's tokens are written."""

    END = 0  # no block: the frame's end
    CODED = 1
    STORED = 2
    GIVEN = 3
