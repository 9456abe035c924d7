"""Who else codes bytes: compressors and entropy coders that Python can call, each if its package is installed.

Each says what it is told: the shares of the bytes beforehand (Q), as a coder here is, or nothing, so that it counts for
itself and sends what it counted.  A compressor that also looks for repetition is asked for its entropy coder alone
where it has a setting for that.

To add a peer: a function that takes a workload and gives its `Work`, and a line of `PEERS`.

Next: `bench` (taking turns).
"""

from __future__ import annotations

import bz2
import importlib
import importlib.util
import lzma
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from compress.benching.workloads import Workload
from compress.errors import SpecError, quoted

__all__ = ["PEERS", "Contender", "Work", "peers_named"]

GIVEN, COUNTED = "Q", "counts"


@dataclass(frozen=True)
class Work:
    """What is timed: encode() gives a payload, decode(payload) the bytes or symbols; bits(payload): its length.

    content(decoded): the bytes.
    """

    encode: Callable[[], Any]
    decode: Callable[[Any], Any]
    bits: Callable[[Any], int]
    content: Callable[[Any], bytes] = bytes


@dataclass(frozen=True)
class Contender:
    """A coder that is measured; told: Q, or counts, if it counts for itself.  package: what has to be installed."""

    name: str
    told: str
    begin: Callable[[Workload], Work]
    package: str | None = None

    @property
    def is_here(self) -> bool:
        """Whether its package is installed."""
        return self.package is None or importlib.util.find_spec(self.package) is not None


def _module(name: str) -> Any:
    """A peer's module, which is not everybody's."""
    return importlib.import_module(name)


def _bits(payload: Any) -> int:
    return 8 * len(payload)


def _deflated(module: Any) -> Callable[[Workload], Work]:
    """Huffman's code of zlib, without its search for repetition; module(): zlib, or what has the same functions."""

    def begin(workload: Workload) -> Work:
        chosen = module()

        def encode() -> bytes:
            packer = chosen.compressobj(6, zlib.DEFLATED, -15, 8, zlib.Z_HUFFMAN_ONLY)
            return bytes(packer.compress(workload.content) + packer.flush())

        return Work(encode, lambda payload: chosen.decompress(payload, -15), _bits)

    return begin


def _codec(compress: Callable[[bytes], bytes], decompress: Callable[[bytes], bytes]) -> Callable[[Workload], Work]:
    return lambda workload: Work(lambda: compress(workload.content), decompress, _bits)


def _zstandard(workload: Workload) -> Work:
    """zstd where nearly nothing repeats for it: four lanes of Huffman's code, of words of at most 11 bits."""
    zstandard = _module("zstandard")
    setting = zstandard.ZstdCompressionParameters(
        strategy=zstandard.STRATEGY_FAST, min_match=7, hash_log=6, window_log=17
    )
    packer, unpacker = zstandard.ZstdCompressor(compression_params=setting), zstandard.ZstdDecompressor()
    return Work(lambda: packer.compress(workload.content), unpacker.decompress, _bits)


def _isal(workload: Workload) -> Work:
    isal_zlib = _module("isal.isal_zlib")
    return Work(lambda: isal_zlib.compress(workload.content, 1), isal_zlib.decompress, _bits)


def _constriction(workload: Workload, *, is_stack: bool) -> Work:
    stream = _module("constriction").stream
    symbols = workload.stream.symbols.astype(np.int32)
    model = stream.model.Categorical(workload.counts.probabilities.copy(), perfect=False)

    def stacked() -> Any:
        coder = stream.stack.AnsCoder()
        coder.encode_reverse(symbols, model)
        return coder.get_compressed()

    def queued() -> Any:
        coder = stream.queue.RangeEncoder()
        coder.encode(symbols, model)
        return coder.get_compressed()

    return Work(
        stacked if is_stack else queued,
        lambda words: (stream.stack.AnsCoder if is_stack else stream.queue.RangeDecoder)(words).decode(
            model, symbols.size
        ),
        lambda words: 32 * words.size,
        workload.content_of,
    )


def _simple_ans(workload: Workload) -> Work:
    simple_ans = _module("simple_ans")
    # Its size is that of the state, the words, and what it counted.
    return Work(
        lambda: simple_ans.ans_encode(workload.array),
        simple_ans.ans_decode,
        lambda made: 8 * int(made.size()),
        lambda decoded: np.asarray(decoded).tobytes(),
    )


def _pcodec(workload: Workload) -> Work:
    pcodec = _module("pcodec")
    return Work(
        lambda: pcodec.standalone.simple_compress(workload.array, pcodec.ChunkConfig(enable_8_bit=True)),
        pcodec.standalone.simple_decompress,
        _bits,
        lambda decoded: np.asarray(decoded).tobytes(),
    )


def _bitarray(workload: Workload) -> Work:
    from bitarray import bitarray, decodetree
    from bitarray.util import canonical_huffman

    symbols = workload.stream.symbols.tolist()
    words, _, _ = canonical_huffman(dict(enumerate(workload.counts.weights)))
    tree = decodetree(words)

    def encode() -> bitarray:
        bits = bitarray()
        bits.encode(words, symbols)
        return bits

    return Work(encode, lambda bits: list(bits.decode(tree)), len, workload.content_of)


PEERS = {
    peer.name: peer
    for peer in (
        Contender("zstandard, literals", COUNTED, _zstandard, "zstandard"),
        Contender("zlib-ng, Huffman", COUNTED, _deflated(lambda: _module("zlib_ng.zlib_ng")), "zlib_ng"),
        Contender("zlib, Huffman", COUNTED, _deflated(lambda: zlib)),
        Contender("isal, level 1", COUNTED, _isal, "isal"),
        Contender("zlib, level 6", COUNTED, _codec(lambda data: zlib.compress(data, 6), zlib.decompress)),
        Contender("bz2, level 9", COUNTED, _codec(bz2.compress, bz2.decompress)),
        Contender("lzma, level 6", COUNTED, _codec(lzma.compress, lzma.decompress)),
        Contender(
            "constriction, range", GIVEN, lambda workload: _constriction(workload, is_stack=False), "constriction"
        ),
        Contender("constriction, ANS", GIVEN, lambda workload: _constriction(workload, is_stack=True), "constriction"),
        Contender("simple-ans", COUNTED, _simple_ans, "simple_ans"),
        Contender("pcodec", COUNTED, _pcodec, "pcodec"),
        Contender("bitarray, Huffman", GIVEN, _bitarray),
    )
}


def peers_named(names: str) -> list[Contender]:
    """The peers of these packages that are installed, with commas between them; all, or none.

    Raises SpecError for another name, and for one that is not installed.

    >>> [peer.name for peer in peers_named("bz2,lzma")], peers_named("none")
    (['bz2, level 9', 'lzma, level 6'], [])
    """
    if names in ("all", "none"):
        return [peer for peer in PEERS.values() if peer.is_here and names == "all"]
    found = []
    for name in names.split(","):
        own = [peer for peer in PEERS.values() if peer.name.partition(",")[0] == name]
        if not own:
            packages = dict.fromkeys(peer.partition(",")[0] for peer in PEERS)
            raise SpecError(f"no peer is called {quoted(name)}; choose from {', '.join(packages)}, or all, or none")
        if not own[0].is_here:
            raise SpecError(f"{name} is not installed: pip install 'codelen[peers]' has all peers")
        found += own
    return found
