"""What Python calls as the command line does: plain arguments, with the names that the options have.

    compress.weigh(p, tokens, logits=True)          codelen weigh
    compress.inspect("prose.clen")                  codelen inspect
    compress.learn("labels", data="t.csv", label="y")       codelen learn
    compress.laws("kraft")                          codelen laws
    compress.sweep("bernoulli:{0.1..0.9:9}")        codelen sweep

What they give is a record: it shows its tables when it is printed, and has to_json().
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, SpecError, quoted
from compress.frames.header import Limits
from compress.frames.inspections import Inspections
from compress.frames.inspections import inspect as inspections
from compress.inputs import about, open_input, read_whole
from compress.models.predictions import Manner
from compress.models.sparse import Listing
from compress.probability.zeros import ZeroPolicy
from compress.sweeps.grid import Grid
from compress.sweeps.sweep import Sweep, journal_of, kept_rows
from compress.sweeps.sweep import sweep as swept
from compress.theorems.catalog import Laws, laws_named, try_laws
from compress.training.epochs import Learning
from compress.training.labelled import BIRDS, LARGEST_TABLE, learn_birds, read_table, split
from compress.training.learn import FLOOR, PLANS, Plan, learn_coin, learn_labels, learn_text
from compress.training.weigh import Weighing, weigh_file

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from compress.running.helpers import Helpers

__all__ = ["inspect", "laws", "learn", "learned", "prose", "sweep", "weigh"]


def weigh(
    probabilities: npt.ArrayLike,
    tokens: npt.ArrayLike,
    *,
    logits: bool = False,
    base: float | None = None,
    zeros: str = "error",
    top_k: npt.NDArray[Any] | None = None,
    vocabulary: int | None = None,
    content_bytes: int | None = None,
) -> Weighing:
    """Encode tokens with a model's predictions, decode them, and compare the payload with the cross-entropy loss.

    probabilities: shape (n, K), one row per token. tokens: whole numbers from 0 to K-1, shape (n,).
    logits: apply a softmax to the rows first; base: the base of these logarithms, e by default.
    zeros: floor:EPS or escape:EPS, for tokens that their row excludes.
    top_k: the tokens that the columns stand for, shape (n, k), if only the likeliest of `vocabulary` tokens are listed.
    content_bytes: the size of the text, to get bits per byte.

    Raises DataError, naming the row, if a row is not a distribution, and ZeroProbabilityError for an excluded token.

    >>> weigh([[0.75, 0.25]] * 8, [0, 0, 1, 0, 0, 1, 0, 0]).payload_bits
    7
    """
    manner = Manner(logits, np.e if base is None else base, ZeroPolicy.parse(zeros))
    rows, numbers, listing = np.asarray(probabilities), np.asarray(tokens), Listing.of(top_k, vocabulary)
    return weigh_file(rows, numbers, manner=manner, listing=listing, content_bytes=content_bytes)[0]


def inspect(
    file: str | Path | bytes, *, max_output: int | None = None, max_memory: int = Limits.max_memory
) -> Inspections:
    """Decode a .clen file, given by its name or as bytes, and return where every bit of it went.

    Raises CorruptError if it is damaged, LimitError beyond the limits, OSError if it cannot be read.

    >>> from compress import encode
    >>> [frame] = inspect(encode(b"to be or not to be")).frames
    >>> frame.payload_bits, sum(frame.ledger.terms.values()) == 8 * frame.file_bytes
    (48, True)
    """
    limits = Limits(max_output, max_memory)
    if isinstance(file, bytes):
        return Inspections("bytes", inspections(io.BytesIO(file), limits, compressed_size=len(file)))
    with about(str(file)), open_input(file) as opened:
        size = Path(file).stat().st_size
        return Inspections(str(file), inspections(opened, limits, compressed_size=size))


def learn(
    task: str = "coin",
    *,
    data: str | Path | None = None,
    label: str | None = None,
    file: str | Path | None = None,
    rate: float | None = None,
    epochs: int | None = None,
    batch: int | None = None,
    hidden: int | None = None,
    patience: int | None = None,
    zeros: str = FLOOR.spec,
    seed: int = 0,
) -> Learning:
    """Train a small model; after each epoch the held-out tokens are encoded with what the model believes.

    task: "coin"; "labels", of birds or of the column `label` of the table `data`; or "text", of `file` or of the prose
    that comes with codelen.
    The other arguments say how to learn; None means what is usual for the task.

    Raises SpecError for arguments that make no sense, DataError for a file that is not a table or not a text.

    >>> learn("coin", epochs=2).verdict
    'pass'
    """
    if task not in PLANS:
        raise SpecError(f"{quoted(task)} is nothing to learn; there are {', '.join(PLANS)}")
    if (data is None) != (label is None):
        raise SpecError("data and label go together: a table, and its column")
    if (data is not None and task != "labels") or (file is not None and task != "text"):
        raise SpecError(f"data and label are for labels, and file is for text; the task is {task}")
    given = {"rate": rate, "epochs": epochs, "batch": batch, "hidden": hidden, "patience": patience}
    chosen = {name: value for name, value in given.items() if value is not None}
    plan = replace(PLANS[task], **chosen, zeros=ZeroPolicy.parse(zeros), seed=seed)  # type: ignore[arg-type]  # by name
    name = file if task == "text" else data
    if name is None:
        return learned(task, None, label, plan)
    with about(str(name)), open_input(name) as opened:
        return learned(task, opened, label, plan)


def learned(
    task: str,
    file: BinaryIO | None,
    label: str | None,
    plan: Plan,
    *,
    watch: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> Learning:
    """What came of a task, from a file that is open, or from what is learned where there is none.

    >>> learned("labels", None, None, Plan(epochs=1)).task
    'labels'
    """
    if task == "coin":
        return learn_coin(plan=plan, watch=watch)
    if task == "text":
        return learn_text(prose() if file is None else read_whole(file, LARGEST_TABLE), plan, watch=watch)
    if file is None:
        return learn_labels(learn_birds(BIRDS, plan.seed), plan, watch=watch)
    return learn_labels(split(read_table(file), str(label), plan.seed), plan, watch=watch)


def prose() -> bytes:
    """The prose that comes with codelen: in the package where it is installed, among the samples of a checkout.

    Raises DataError where it is in neither.

    >>> prose()[:9]
    b'THE WINTE'
    """
    package = Path(__file__).parent
    for place in (package / "prose.txt", package.parent / "samples" / "prose.txt"):
        if place.exists():
            return place.read_bytes()
    raise DataError("the prose that comes with codelen is missing; give file")


def laws(*names: str, seed: int = 0) -> Laws:
    """Test theorems by experiment: the laws of these names, or all laws.

    Raises SpecError for a name that is not a law.

    >>> laws("surprise-adds", "gibbs").verdict
    'pass'
    """
    return try_laws(laws_named(names), seed)


def sweep(
    true: str | Iterable[str],
    assumed: str | Iterable[str] = "true",
    coder: str | Iterable[str] = "arithmetic",
    n: str | int | Iterable[int] = 10_000,
    *,
    repeat: int = 10,
    seed: int = 0,
    zeros: str = "error",
    tokens: str = "bytes",
    normalize: bool = False,
    keep: str | Path | None = None,
    resume: bool = False,
    executor: Executor | Helpers | None = None,
) -> Sweep:
    """The experiment in every cell of a grid: each P with each Q, coder and number of tokens.

    true, assumed, coder: words, which may have ranges, or several of them.  n: a number, several, or words with ranges.
    keep: a file that has each row as soon as it is there; resume: whether to go on where it ended.  executor: where
    most of the work is done, as `concurrent.futures` has them; what comes out does not depend on it.
    Raises SpecError for words that mean nothing, OutputError or DataError for a file that cannot be gone on with.

    >>> made = sweep("bernoulli:0.7", "bernoulli:{0.5..0.9:3}", n=[1000], repeat=5)
    >>> [row.at["assumed"] for row in made.rows], made.verdict
    ([0.5, 0.7, 0.9], 'pass')
    """

    def several(words: str | Iterable[str]) -> tuple[str, ...]:
        return (words,) if isinstance(words, str) else tuple(words)

    counts = n if isinstance(n, str) else str(n) if isinstance(n, int) else ",".join(map(str, n))
    how: dict[str, Any] = {"zeros": zeros, "tokens": tokens, "normalize": normalize}
    grid = Grid(several(true), several(assumed), several(coder), counts, repeat, seed, **how)
    if keep is None:
        return swept(grid, executor=executor)
    with journal_of(grid, Path(keep), resume=resume) as journal:
        kept = kept_rows(grid, journal)
        return swept(grid, kept=kept, heard=lambda row: journal.add(row.plain), executor=executor)
