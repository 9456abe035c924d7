"""Labelled rows: a table of which one column is to be told from the others; read, or drawn from a known P.

    place   season   sky    wind   bird
    shore   winter   clear  7      gull        features ──▶ numbers, shape (n, d)      label ──▶ 0..K-1

A column whose cells are all numbers is one number, less its mean over its standard deviation; any other is one number
for each word that it has, 1 where it is that.  Means, deviations and words are those of the rows to learn from: what
is held out is not looked at, and who decodes is told them with the model.

The rows of birds are drawn from a P of our own, so that H(Y|X), what no model saves, is known.

Next: `totals` (what a model costs to be told).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from compress.errors import DataError, quoted
from compress.inputs import csv_rows, read_whole
from compress.probability.distribution import Distribution
from compress.sources.iid import IidSource
from compress.sources.protocol import generator
from compress.symbols import Symbols, smallest_dtype
from compress.training.network import Inputs, orders

__all__ = [
    "BIRDS",
    "LARGEST_TABLE",
    "Labelled",
    "LabelledTable",
    "Matrix",
    "birds",
    "birds_floor",
    "learn_birds",
    "read_table",
    "split",
]

Matrix = npt.NDArray[np.float64]

# What is read, bytes, and what it may hold.
LARGEST_TABLE = 1 << 26
# Birds that are learned from and tried, unless somebody says otherwise.
BIRDS = 4_000
_FEWEST_ROWS = 10
_MOST_WORDS = 200
# Of a column of numbers, the share of other cells that is a slip of the pen and no column of words.
_MOST_ODD = 0.1
_HELD_OUT = 5

# What each thing weighs for each bird; a row's weights are their product, and wind bends them.
_BIRDS = ("gull", "heron", "lark")
_PLACES = {"hill": (1, 1, 6), "marsh": (1, 6, 2), "shore": (6, 2, 1)}
_SEASONS = {"spring": (2, 3, 4), "summer": (3, 2, 5), "autumn": (3, 3, 2), "winter": (5, 2, 1)}
_SKIES = {"clear": (2, 2, 3), "cloudy": (3, 3, 2)}
_WINDS = range(10)


@dataclass(frozen=True)
class LabelledTable:
    """The names of the columns, and the rows, a line of the file each; lines: which, if there is a file."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    lines: Sequence[int] = ()


@dataclass(frozen=True, eq=False)
class Labelled:
    """Rows to learn from and rows held out: what is known, shape (n, d), and labels 0..K-1, shape (n,).

    floor: H(Y|X), bits a label, and truth: P of each class for the held-out rows, shape (n, K); None where P is not
    known.  words: the columns that are words and no numbers, and how many different ones each has.
    """

    classes: tuple[str, ...]
    x: Inputs
    y: Symbols
    held_x: Inputs
    held_y: Symbols
    floor: float | None = None
    truth: Matrix | None = None
    words: Mapping[str, int] = field(default_factory=dict)


def _bird_weights() -> dict[str, tuple[int, ...]]:
    """The weights of each bird for each row without its label."""
    cells = itertools.product(_PLACES, _SEASONS, _SKIES, _WINDS)
    return {
        f"{place},{season},{sky},{wind}": tuple(
            a * b * c * bend
            for a, b, c, bend in zip(
                _PLACES[place], _SEASONS[season], _SKIES[sky], (10 + wind, 15, 20 - wind), strict=True
            )
        )
        for place, season, sky, wind in cells
    }


def birds(n: int, seed: int) -> LabelledTable:
    """n rows of birds, drawn from their P: places, seasons, skies and winds alike, the bird by what they weigh.

    >>> birds(2, seed=0).rows
    [['shore', 'autumn', 'cloudy', '7', 'heron'], ['marsh', 'spring', 'cloudy', '2', 'gull']]
    """
    weights = _bird_weights()
    whole = math.lcm(*map(sum, weights.values()))
    cells = [
        (f"{row},{bird}", weight * (whole // sum(of_row)))
        for row, of_row in weights.items()
        for bird, weight in zip(_BIRDS, of_row, strict=True)
    ]
    source = IidSource(Distribution.from_weights(cells))
    drawn = source.sample(n, generator(seed)).tolist()
    return LabelledTable(
        ("place", "season", "sky", "wind", "bird"), [source.distribution.tokens[symbol].split(",") for symbol in drawn]
    )


def birds_floor() -> float:
    """H(Y|X) of the birds, bits a label.

    >>> round(birds_floor(), 4)
    1.1393
    """
    rows = [Distribution(_BIRDS, weights).entropy for weights in _bird_weights().values()]
    return math.fsum(rows) / len(rows)


def read_table(file: BinaryIO) -> LabelledTable:
    r"""The table of a CSV file with a row of names.  Raises DataError, naming the line; LimitError.

    >>> import io
    >>> read_table(io.BytesIO(b"a,b\n1,x\n")).columns
    ('a', 'b')
    """
    try:
        text = read_whole(file, LARGEST_TABLE).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"not UTF-8 text (byte {error.start})") from None
    lines = csv_rows(text)
    _, names = next(lines, (0, []))
    columns = tuple(name.strip() for name in names)
    if not columns:
        raise DataError("has no row of column names")
    twice = next((name for name in columns if columns.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"two columns are called {quoted(twice)}")
    rows, where = [], []
    for line, cells in lines:
        if len(cells) != len(columns):
            raise DataError(f"line {line} has {len(cells)} cells, and there are {len(columns)} columns")
        row = [cell.strip() for cell in cells]
        if "" in row:
            raise DataError(f"line {line} has nothing in column {quoted(columns[row.index('') :][0])}")
        rows.append(row)
        where.append(line)
    return LabelledTable(columns, rows, where)


def learn_birds(n: int, seed: int) -> Labelled:
    """Rows of birds, split, with what their P says of those held out.

    >>> learn_birds(100, seed=0).truth.shape
    (20, 3)
    """
    table, weights = birds(n, seed), _bird_weights()
    made = split(table, "bird", seed)
    chances = [weights[",".join(row[:-1])] for row in table.rows]
    rows = np.array([chances[row] for row in _held_out(n, seed)[0].tolist()], np.float64)
    return replace(made, floor=birds_floor(), truth=rows / rows.sum(axis=1, keepdims=True))


def split(table: LabelledTable, label: str, seed: int) -> Labelled:
    """One row of five held out, by chance; the others are what is learned from.

    Raises DataError for a column that is not there, too few rows, one class only, or a column of too many words.

    >>> made = split(birds(100, seed=0), "bird", seed=0)
    >>> made.x.shape, made.held_y.size, made.classes
    ((80, 10), 20, ('gull', 'heron', 'lark'))
    """
    if label not in table.columns:
        raise DataError(f"no column is called {quoted(label)}; there are {', '.join(map(quoted, table.columns))}")
    if len(table.rows) < _FEWEST_ROWS:
        raise DataError(f"{len(table.rows)} rows are too few to learn from and to test on; {_FEWEST_ROWS} are needed")
    place = table.columns.index(label)
    names = [row[place] for row in table.rows]
    classes = tuple(sorted(set(names)))
    if len(classes) < 2:
        raise DataError(f"column {quoted(label)} has one class only, {quoted(classes[0])}: there is nothing to learn")
    index = {name: number for number, name in enumerate(classes)}
    y = np.array([index[name] for name in names], smallest_dtype(len(classes)))
    held, own = _held_out(y.size, seed)
    columns, words = [], {}
    for at, name in enumerate(table.columns):
        if at == place:
            continue
        cells = [row[at] for row in table.rows]
        values = _as_numbers(name, cells, table.lines)
        if values is None:
            words[name] = len(set(cells))
            columns.append(_words(name, cells, own))
        else:
            spread = float(values[own].std())
            columns.append(((values - values[own].mean()) / (spread if spread > 0 else 1.0))[:, None])
    x = np.concatenate([np.zeros((y.size, 0)), *columns], axis=1)
    return Labelled(classes, x[own], y[own], x[held], y[held], words=words)


def _held_out(n: int, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The rows that are held out, and the others."""
    # A stream of its own: that which drew the rows would choose them by what they are.
    order = next(orders(np.random.PCG64([seed, 1]), n))
    return order[: n // _HELD_OUT], order[n // _HELD_OUT :]


def _as_numbers(name: str, cells: Sequence[str], lines: Sequence[int]) -> Matrix | None:
    """A column as numbers, shape (n,); None for one of words.

    Raises DataError for a column of numbers with something else among them, naming the first such line: as words every
    number would be a word of its own.
    """
    values = np.array([_number(cell) for cell in cells])
    odd = np.flatnonzero(~np.isfinite(values))
    if odd.size == 0:
        return values
    if odd.size > _MOST_ODD * values.size:
        return None
    first = int(odd[0])
    where = f"line {lines[first]}" if lines else f"row {first}"
    share = f"{values.size - odd.size:,} of {values.size:,} rows"
    raise DataError(
        f"{where}: column {quoted(name)} is a number in {share}, and here it is {quoted(cells[first])}; mend the "
        "cell, or leave the row or the column out"
    )


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return math.nan


def _words(name: str, cells: Sequence[str], own: npt.NDArray[np.int64]) -> Matrix:
    """A column of words, shape (n, words): 1 for the one that it is; own: the rows to learn from."""
    words = sorted({cells[row] for row in own.tolist()})
    if len(words) > _MOST_WORDS:
        raise DataError(
            f"column {quoted(name)} has {len(words):,} different words, and {_MOST_WORDS} are allowed: it names "
            "rows, and says nothing about other rows; leave it out"
        )
    return np.array([[float(cell == word) for word in words] for cell in cells])
