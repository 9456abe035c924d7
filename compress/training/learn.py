"""Training, weighed: the cross-entropy that falls epoch by epoch is the size of a file that shrinks.

    rows to learn from ──descent──▶ model ──its q for the held-out rows──▶ encode their labels ──▶ bits, decoded

The sender has the labels, the receiver the features and the model.  After each epoch the labels that were held out
are really encoded with what the model believes of them, and decoded; the payload has the loss in bits.

A model that is certain and wrong would make an infinite file.  A floor (`Manner`) makes no belief less than it,
and what that costs is said.

Next: `measures` (what holds of all of them).
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, ZeroProbabilityError
from compress.frames.given import decode_rows, encode_rows, rows_of
from compress.models.catalog import recipe_named
from compress.models.predictions import Asked, Manner
from compress.probability.distribution import Distribution
from compress.probability.information import entropy
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.sources.tokens import tokeniser
from compress.surveys.baselines import baselines_named
from compress.symbols import Stream, Symbols, histogram
from compress.training.characters import CharacterNetwork, windows
from compress.training.epochs import FEW, FLOOR, Epoch, Learning, Plan, calibration
from compress.training.labelled import Labelled
from compress.training.network import Believed, Descent, Inputs, L, Learner, Network, orders
from compress.training.totals import totals
from compress.training.weigh import weigh

__all__ = ["FLOOR", "PLANS", "Matrix", "Plan", "learn_coin", "learn_labels", "learn_text", "trained"]

# Of a text: how short it may be, and how many characters are decoded by asking for each.
_SHORTEST_TEXT = 100
Matrix = npt.NDArray[np.float64]
Watch = Callable[[Iterable[int]], Iterable[int]]


# How each task is learned, unless somebody says otherwise.
PLANS = {
    "coin": Plan(rate=0.5, batch=10_000, momentum=0.0),
    "labels": Plan(),
    "text": Plan(rate=0.02, epochs=12, hidden=96),
}


def learn_coin(p: float = 0.7, n: int = 10_000, plan: Plan | None = None, *, watch: Watch = iter) -> Learning:
    """One logit learns how a coin falls, from n flips, and is tried on as many others.

    >>> made = learn_coin(n=1000, plan=Plan(rate=0.5, epochs=10))
    >>> made.verdict, made.last.held_out.payload_bits < made.epochs[0].held_out.payload_bits
    ('pass', True)
    """
    plan = plan or PLANS["coin"]
    coin = Distribution.from_weights({"T": 1 - p, "H": p})
    flips = IidSource(coin).sample(2 * n, generator(plan.seed))
    nothing = np.zeros((n, 0))
    truth = np.tile(coin.probabilities, (n, 1))
    data = Labelled(coin.tokens, nothing, flips[:n], nothing, flips[n:], coin.entropy, truth)
    # No features, and one class against the other: two logits of which only the difference counts.
    return _learn("coin", data, Network.drawn(0, 0, 2, np.random.PCG64([plan.seed, 2])), plan, watch)[0]


def learn_labels(data: Labelled, plan: Plan | None = None, *, watch: Watch = iter) -> Learning:
    """A network learns to tell labels, and is tried on the rows that were held out.

    >>> from compress.training.labelled import learn_birds
    >>> made = learn_labels(learn_birds(500, seed=0), Plan(epochs=3))
    >>> made.verdict, made.last.held_out.bits_per_token < math.log2(3)
    ('pass', True)
    """
    plan = plan or PLANS["labels"]
    start = Network.drawn(data.x.shape[1], plan.hidden, len(data.classes), np.random.PCG64([plan.seed, 2]))
    made, network = _learn("labels", data, start, plan, watch)
    return replace(made, totals=totals(data, network, partial(trained, start, plan), Manner(zeros=plan.zeros)))


def learn_text(
    text: str | bytes, plan: Plan | None = None, *, window: int = 5, dimensions: int = 12, watch: Watch = iter
) -> Learning:
    """A network reads the first four fifths of a text, and is tried on the rest, character by character.

    Raises DataError for bytes that are no UTF-8 text, and for a text that is too short to be divided.

    >>> made = learn_text("the cat sat on the mat, and the rat sat on that. " * 20, Plan(epochs=2, hidden=16))
    >>> made.verdict, made.task
    ('pass', 'text')
    """
    plan = plan or PLANS["text"]
    stream = tokeniser("chars").split(text.encode() if isinstance(text, str) else text)
    n, size = stream.symbols.size, len(stream.tokens)
    if n < _SHORTEST_TEXT:
        raise DataError(f"{n} characters are too few to learn from and to test on; {_SHORTEST_TEXT} are needed")
    cut = n - n // 5
    known = windows(stream.symbols, window, size)
    own, held = stream.symbols[:cut], stream.symbols[cut:]
    data = Labelled(stream.tokens, known[:cut], own, known[cut:], held)
    rng = np.random.PCG64([plan.seed, 2])
    start = CharacterNetwork.drawn(size, window, dimensions, plan.hidden, rng)
    made, network = _learn("text", data, start, plan, watch)

    def next_one(past: Symbols) -> Matrix:
        # Who decodes knows the first part, and what has come of the second.
        seen = np.concatenate((own[-window:], past))[-window:]
        return np.asarray(network.probabilities(seen.astype(np.int64)[None, :])[0])

    few = held[:FEW]
    manner = Manner(zeros=plan.zeros)
    made_of = encode_rows(rows_of(Asked(next_one, few), manner), few)
    back = decode_rows(io.BytesIO(made_of.data), next_one, manner)
    return replace(made, baselines=_beside_text(stream, cut), decodes_alone=np.array_equal(back, few))


def _beside_text(stream: Stream, cut: int) -> dict[str, float]:
    """What others need for the second part after the first, bits: all of it less the first."""
    found = {"uniform": (stream.symbols.size - cut) * math.log2(len(stream.tokens))}
    for name in ("order:0", "order:1", "order:2", "order:3"):
        recipe = recipe_named(name)
        assert recipe is not None
        model = recipe.build(len(stream.tokens))
        found[name] = model.ideal_bits(stream.symbols) - model.ideal_bits(stream.symbols[:cut])
    kind = tokeniser("chars")
    whole, first = kind.join(stream), kind.join(Stream(stream.tokens, stream.symbols[:cut]))
    for each in baselines_named("zlib,bz2,lzma"):
        found[each.name] = 8.0 * (len(each.compress(whole)) - len(each.compress(first)))
    return found


def trained(start: Network, plan: Plan, x: Inputs, y: Symbols) -> Network:
    """The network after all epochs of a plan on these rows, and nothing else.

    >>> net = Network.drawn(0, 0, 2, np.random.PCG64(0))
    >>> made = trained(net, Plan(rate=0.5, epochs=50, momentum=0.0), np.zeros((4, 0)), np.array([0, 0, 0, 1], np.uint8))
    >>> made.probabilities(np.zeros((1, 0))).round(2).tolist()
    [[0.75, 0.25]]
    """
    descent, order = Descent(start, plan.rate, plan.momentum), orders(np.random.PCG64([plan.seed, 3]), y.size)
    for _ in range(plan.epochs):
        descent.epoch(x, y, next(order), plan.batch)
    return descent.network


def _learn(task: str, data: Labelled, start: L, plan: Plan, watch: Watch) -> tuple[Learning, L]:
    rng = np.random.PCG64([plan.seed, 3])
    descent, order = Descent(start, plan.rate, plan.momentum), orders(rng, data.y.size)
    epochs = [_epoch(0, start, start.loss(data.x, data.y), data, plan)]
    least, since, ended = epochs[0].held_out.loss or 0.0, 0, f"all {plan.epochs} epochs"
    for number in watch(range(1, plan.epochs + 1)):
        descent.epoch(data.x, data.y, next(order), plan.batch)
        loss = descent.network.loss(data.x, data.y)
        if not math.isfinite(loss) or loss > 10 * epochs[0].training_loss + 1:
            raise DataError(f"the loss grew to {loss:g} nats in epoch {number}; try a smaller step than {plan.rate:g}")
        epochs.append(_epoch(number, descent.network, loss, data, plan))
        now = epochs[-1].held_out.loss or 0.0
        least, since = (now, 0) if now < least else (least, since + 1)
        if plan.patience is not None and since >= plan.patience:
            ended = f"epoch {number}: no smaller held-out loss for {since} epochs"
            break
    most, whose = Believed(descent.network, data.held_x).likeliest()
    made = Learning(
        task,
        plan,
        data.y.size,
        data.classes,
        start.size,
        tuple(epochs),
        data.floor,
        _baselines(data),
        ended,
        calibration(most, whose == data.held_y),
        None if data.truth is None else weigh(data.truth, data.held_y),
        words=data.words,
    )
    return made, descent.network


def _epoch(number: int, network: Learner, loss: float, data: Labelled, plan: Plan) -> Epoch:
    q = Believed(network, data.held_x)
    try:
        made = weigh(q, data.held_y, manner=Manner(zeros=plan.zeros))
    except ZeroProbabilityError as error:
        row = int(np.argmax(q.of(data.held_y) * 2.0**40 < 1))
        name = data.classes[int(error.token)]
        raise ZeroProbabilityError(name, f"it is held-out row {row}, after epoch {number}") from None
    accuracy = float((q.likeliest()[1] == data.held_y).mean()) if data.held_y.size else 0.0
    return Epoch(number, loss, accuracy, made)


def _baselines(data: Labelled) -> dict[str, float]:
    """What the held-out labels cost by no model at all, and by how often each came in the rows to learn from."""
    size, n = len(data.classes), data.held_y.size
    counts: Sequence[Any] = (histogram(data.y, size) + 0.5).tolist()
    known = np.array(counts) / sum(counts)
    held = histogram(data.held_y, size)
    return {
        "uniform": n * math.log2(size),
        "order 0": float(-(held * np.log2(known)).sum()),
        "own counts": n * entropy(held / max(n, 1)) if n else 0.0,
    }
