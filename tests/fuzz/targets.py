"""What is fuzzed: each target takes bytes, and may raise nothing but what it says it raises.

    decode  inspect        a .clen file; checksums are mended, so that damage gets past them
    tables                 the table of a model, in each of its forms, and the coder that it makes
    payloads               a payload, for each coder and recipe: an error, or a message that its encoder takes
    specs  grids           words for P, Q, coders, zeros, ranges; a grid in TOML
    tokenisers             bytes that are cut into tokens of each kind, and joined again
    json  csv  toml        tables of weights; chains        a chain
    reports                a report that is compared
    arrays                 a .npy file
    answers                what the process of a judged coder sends
    rows                   lines of a journal

    messages  given  lanes     what is encoded is decoded again (`rounds`)

A target is given seeds, which are mutated (`mutation`).
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
from bitarray import bitarray
from rounds import ROUNDS
from target import LIMITS, Target, may_raise

import compress
from compress.coders.catalog import CODERS, choose
from compress.errors import CompressError, CorruptError, DataError, SpecError
from compress.foreign.messages import Encode, Make, answer_read, answer_told
from compress.foreign.shapes import Payload
from compress.foreign.wire import NoDataError
from compress.frames.files import decode_to
from compress.frames.inspections import inspect
from compress.frames.packing import pack_table, unpack_table
from compress.models.catalog import recipe_named, sequential
from compress.probability.zeros import ZeroPolicy
from compress.running.journal import Journal
from compress.sources.tokens import KINDS, tokeniser
from compress.specs import BARE, Reading
from compress.surveys.compare import compare
from compress.surveys.kept import Kept
from compress.sweeps.grid import read_grid
from compress.sweeps.ranges import counts_of, settings
from compress.symbols import smallest_dtype
from compress.training.arrays import array_of

__all__ = ["TARGETS", "Target"]

TEXT = b"to be, or not to be: \xc3\xa9\n"
PLACE = Path(tempfile.mkdtemp(prefix="codelen-fuzz-"))


# ---------------------------------------------------------------- frames


def frames() -> Iterable[bytes]:
    """Frames of every coder, recipe and kind of token."""
    for name in CODERS:
        yield compress.encode(TEXT, coder=name)
    for spec in ("kt", "laplace", "order:2,1/3", "mix"):
        yield compress.encode(TEXT, assumed=spec)
    for kind in ("bits", "chars", "words", "lines"):
        yield compress.encode(TEXT, tokens=kind, coder="huffman")
    yield compress.encode(b"ACGT\n" * 9, tokens="nucleotides")
    yield compress.encode(bytes(range(256)) * 20, coder="huffman")
    yield compress.encode(TEXT) + compress.encode(b"")


@may_raise(CompressError)
def try_decode(data: bytes) -> None:
    """A frame decodes, or is refused."""
    decode_to(io.BytesIO(data), io.BytesIO(), LIMITS)


@may_raise(CompressError)
def try_inspect(data: bytes) -> None:
    """What is told of a frame sums to its size."""
    for frame in inspect(io.BytesIO(data), LIMITS):
        total = frame.ledger.total
        assert total != total or abs(total - 8 * frame.file_bytes) < 1e-3, (total, frame.file_bytes)


# ---------------------------------------------------------------- tables and payloads


def tables() -> Iterable[bytes]:
    """The coder's place, the size, and the table of each coder."""
    for place, name in enumerate(CODERS):
        choice = choose(name)
        for weights in ([5, 3, 2, 1, 1], [1] * 5, [9, 1], [1]):
            try:
                table = choice.fit(weights)
            except CompressError:
                continue
            yield bytes([place, len(weights)]) + pack_table(table)


@may_raise(CompressError)
def try_tables(data: bytes) -> None:
    """A table that is read is written again as it was, and makes a coder or is refused."""
    if len(data) < 3 or not data[1]:
        return
    table = unpack_table(data[2:], data[1])
    assert pack_table(table) == data[2:]
    choice = choose([*CODERS][data[0] % len(CODERS)])
    try:
        coder = choice.build(table)
        coder.decode(bitarray("0110100110010110"), 3)
    except (DataError, CorruptError):
        pass


CODED = [*CODERS]
RECIPES = ("kt", "laplace", "order:1", "order:2,1/3")


def payloads() -> Iterable[bytes]:
    """The coder's place, how many tokens, and the payload of some."""
    symbols = np.array([0, 1, 0, 2, 3, 0, 0, 1, 4, 0], np.uint8)
    for place, name in enumerate(CODED):
        yield bytes([place, symbols.size]) + choose(name).of([5, 3, 2, 1, 1]).encode(symbols).tobytes()
    for place, spec in enumerate(RECIPES, len(CODED)):
        recipe = recipe_named(spec)
        assert recipe is not None
        yield bytes([place, symbols.size]) + sequential(recipe.table(5)).encode(symbols).tobytes()


@may_raise(CorruptError)
def try_payloads(data: bytes) -> None:
    """A payload is a message of so many tokens, or refused; the message can be encoded."""
    if len(data) < 2:
        return
    place, count = data[0] % (len(CODED) + len(RECIPES)), data[1]
    recipe = recipe_named(RECIPES[place - len(CODED)]) if place >= len(CODED) else None
    coder = choose(CODED[place]).of([5, 3, 2, 1, 1]) if recipe is None else sequential(recipe.table(5))
    bits = bitarray(endian="big")
    bits.frombytes(data[2:])
    found = coder.decode(bits, count)
    assert found.size == count
    assert found.dtype == smallest_dtype(5)
    again = coder.encode(found)
    assert np.array_equal(coder.decode(again, count), found)


# ---------------------------------------------------------------- words

SPECS = (
    *("H=0.7,T=0.3", "bernoulli:0.7", "dice:2", "zipf:k=20,s=1.1", "geometric:p=0.2", "poisson:4", "normal:m=3,s=2"),
    *("binomial:n=9,p=1/3", "uniform:12", "benford", "a=1/3,b=2/3", "kt", "order:2,1/3", "huffman", "golomb:best"),
    *("typical:0.1", "floor:1e-9", "escape:0.01", "laplace:1/2", "bernoulli:{0.5..0.9:5}", "zipf:{1..9:3:log},1.1"),
    *("1e2..1e6:9", "100,1000", "block:{1..4}"),
)


# What words may be asked to mean.
READS: tuple[Callable[[bytes], object], ...] = (
    lambda words: Reading(normalize=True).distribution(words.decode()),
    lambda words: BARE.believed(words.decode()),
    lambda words: choose(words.decode()),
    lambda words: ZeroPolicy.parse(words.decode()),
    lambda words: tokeniser(words.decode()),
    lambda words: settings(words.decode()) if words.count(b"{") < 3 else None,
    lambda words: counts_of(words.decode()),
)


@may_raise(SpecError, DataError)
def try_specs(data: bytes) -> None:
    """Words mean something or are refused, whatever they are asked for."""
    words = data.decode("utf-8", "replace")[:200]
    # Nor is any file of this machine read.
    if words.startswith(("file:", "@", "markov:")):
        return
    for read in READS:
        may_raise(SpecError, DataError)(read)(words.encode("utf-8", "replace"))


@may_raise(SpecError, DataError)
def try_grids(data: bytes) -> None:
    """A file is a grid or is refused."""
    # A grid of a hundred thousand beliefs takes as long as it takes.
    many = any(float(number) > 300 for number in re.findall(rb"\d+(?:e\d)?", data)) or re.search(rb"e\d\d|\de\D", data)
    if many or b"file:" in data or b"@" in data:
        return
    (PLACE / "grid.toml").write_bytes(data)
    read_grid(PLACE / "grid.toml")


@may_raise(DataError)
def try_tokenisers(data: bytes) -> None:
    """Bytes that are cut are joined again to what they were."""
    for name in KINDS[:-1]:
        kind = tokeniser(name)
        try:
            stream = kind.split(data)
        except DataError:
            continue
        assert stream.symbols.size == 0 or int(stream.symbols.max()) < len(stream.tokens)
        if kind.restores:
            assert kind.join(stream) == data, name


# ---------------------------------------------------------------- files of others


def try_table_of(ending: str) -> Callable[[bytes], None]:
    """A table of weights in a file of this ending."""

    @may_raise(SpecError, DataError)
    def try_table(data: bytes) -> None:
        (PLACE / f"table{ending}").write_bytes(data)
        Reading(normalize=True).distribution(f"@{PLACE / f'table{ending}'}")

    return try_table


@may_raise(SpecError, DataError)
def try_chains(data: bytes) -> None:
    """A chain in a file."""
    (PLACE / "chain.json").write_bytes(data)
    Reading(normalize=True).chain(f"markov:@{PLACE / 'chain.json'}")


def reports() -> Iterable[bytes]:
    """Reports and experiments as JSON."""
    (PLACE / "a").write_bytes(TEXT)
    yield compress.report([str(PLACE / "a")], speed=False, baselines="zlib").to_json().encode()
    yield compress.report([str(PLACE / "a")], coders=["fixed"], baselines="none").to_json().encode()


@may_raise(DataError, SpecError)
def try_reports(data: bytes) -> None:
    """A report is compared with itself, or refused."""
    kept = Kept.of(data)
    compare(kept, kept)


def arrays() -> Iterable[bytes]:
    """Arrays of several types and shapes."""
    for array in (np.eye(3), np.arange(5, dtype=np.int16), np.zeros((2, 3), np.float32), np.array(["a"])):
        file = io.BytesIO()
        np.save(file, array)
        yield file.getvalue()


@may_raise(DataError)
def try_arrays(data: bytes) -> None:
    """A file is an array or refused."""
    (PLACE / "x.npy").write_bytes(data)
    array_of(PLACE / "x.npy")


MAKE = Make(0, np.array([0.5, 0.5]))
ENCODE = Encode(0, np.array([0, 1, 0]))


@may_raise(NoDataError)
def try_answers(data: bytes) -> None:
    """What a coder's process sends is an answer to its call, or none."""
    for call in (MAKE, ENCODE):
        try:
            answer_read(data, call)
        except NoDataError:
            continue


def try_rows(data: bytes) -> None:
    """A journal goes on or is refused; it never loses a whole line."""
    path = PLACE / "rows.jsonl"
    path.write_bytes(data)
    try:
        with Journal(path, "rows", {"of": 1}, resume=True) as journal:
            many = len(list(journal.kept()))
            journal.add({"a": 1})
    except DataError:
        return
    assert path.read_bytes().count(b"\n") == many + 2


ROWS = json.dumps({"schema": "codelen.rows/1", "version": compress.__version__, "of": 1}).encode()

TARGETS = {
    target.name: target
    for target in (
        *ROUNDS,
        Target("decode", try_decode, frames, is_frame=True),
        Target("inspect", try_inspect, frames, is_frame=True),
        Target("tables", try_tables, tables),
        Target("payloads", try_payloads, payloads),
        Target(
            "specs", try_specs, lambda: [spec.encode() for spec in SPECS], words=(b"..", b"{", b"}", b":log", b"1/3")
        ),
        Target("grids", try_grids, lambda: [b'true = "bernoulli:{0.1..0.5:5}"\nn = [10, "1e2..1e3:2"]\nrepeat = 2\n']),
        Target("tokenisers", try_tokenisers, lambda: [TEXT, b"1,2 3\n-4", b">seq\nACGT"], words=("é".encode(), b"\n")),
        Target("json", try_table_of(".json"), lambda: [b'{"a": 0.5, "b": 1e-3}'], words=(b"NaN", b"1e999", b"{", b"[")),
        Target("csv", try_table_of(".csv"), lambda: [b"token,weight\na,0.5\nb,1/3\n"], words=(b'"', b",", b"\r\n")),
        Target("toml", try_table_of(".toml"), lambda: [b"a = 0.5\nb = 2\n'c d' = 1e-3\n"], words=(b"[", b".", b'"""')),
        Target("chains", try_chains, lambda: [b'{"a": {"a": 0.5, "b": 0.5}, "b": {"a": 1}}']),
        Target("reports", try_reports, reports, words=(b"null", b"-1", b"[]", b'""', b"1e999")),
        Target("arrays", try_arrays, arrays, words=(b"'descr': '|O'", b"(9999999999,)")),
        Target("answers", try_answers, lambda: [answer_told(Payload(b"ab", 16)), answer_told(np.array([0, 1, 0]))]),
        Target("rows", try_rows, lambda: [ROWS + b'\n{"b": 2}\n', ROWS + b'\n{"b":'], words=(b"\n", b"{}")),
    )
}
