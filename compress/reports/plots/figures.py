"""How a picture is made: paper, colours, and the bytes of a file; what is on it is for others to say.

Pictures are drawn without a screen and without pyplot's state, and a picture is the same bytes twice.  The colours
are those of M. Okabe and K. Ito (2008), told apart by the colour-blind; no two things differ by colour alone.
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from compress.errors import OutputError, SpecError, quoted

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "BLUE",
    "ENDINGS",
    "GREEN",
    "GREY",
    "ORANGE",
    "ORDER",
    "SKY",
    "Paint",
    "has_matplotlib",
    "in_plain_numbers",
    "picture",
    "picture_format",
    "quiet_grid",
]

BLUE, ORANGE, GREEN, SKY, PINK, GREY = "#0072B2", "#D55E00", "#009E73", "#56B4E9", "#CC79A7", "#666666"
# One after the other, each with a mark of its own.
ORDER = (
    (BLUE, "o"),
    (ORANGE, "s"),
    (GREEN, "^"),
    (PINK, "D"),
    (SKY, "v"),
    (GREY, "P"),
    ("#E69F00", "X"),
    ("#000000", "*"),
    (BLUE, "<"),
    (ORANGE, ">"),
    (GREEN, "h"),
    (PINK, "p"),
)

# What a name may end in, with what makes a file the same twice.
ENDINGS = {
    ".svg": {"Date": None, "Creator": None},
    ".png": {"Software": None},
    ".pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}

_SETTINGS = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.labelsize": 9,
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "axes.formatter.use_mathtext": False,
    "axes.unicode_minus": True,
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "codelen",
    "savefig.dpi": 160,
}

# Paints on a figure that is as large as it asked for.
Paint = Callable[["Figure"], None]


def picture_format(name: str) -> str:
    """The format that a file's name asks for.  Raises SpecError for another ending."""
    ending = Path(name).suffix.lower()
    if ending not in ENDINGS:
        raise SpecError(f"{quoted(name)}: a picture's name ends in {', '.join(ENDINGS)}")
    return ending.removeprefix(".")


def has_matplotlib() -> bool:
    """Whether pictures can be drawn."""
    try:
        return importlib.util.find_spec("matplotlib") is not None
    except ValueError:
        return False


def picture(paint: Paint, size: tuple[float, float], form: str) -> bytes:
    """The file of what is painted: svg, png or pdf; size: width and height, inches."""
    if not has_matplotlib():
        raise OutputError("a picture needs matplotlib; pip install 'codelen[plot]'")
    import matplotlib
    from matplotlib.figure import Figure

    output = io.BytesIO()
    with matplotlib.rc_context(_SETTINGS), warnings.catch_warnings():  # type: ignore[arg-type]  # names of settings
        # A letter that the font lacks is a box on the picture; the user can do nothing about it.
        warnings.filterwarnings("ignore", "Glyph")
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.savefig(output, format=form, metadata=ENDINGS[f".{form}"])
    made = output.getvalue()
    # The letters are text, which a screen without this font sets in another one.
    return made.replace(b"font-family: 'DejaVu Sans'", b"font-family: 'DejaVu Sans', Verdana, sans-serif")


def quiet_grid(axes: Axes, axis: str) -> None:
    """Faint lines that lead the eye along one axis."""
    axes.grid(axis=axis, color="#DDDDDD", linewidth=0.6)  # type: ignore[arg-type]  # x or y
    axes.set_axisbelow(True)


def in_plain_numbers(axes: Axes, axis: str) -> None:
    """A logarithmic axis whose numbers are written as they are: 1, 2, 5, 10, and 1k, 10k, 1M where it is long."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    getattr(axes, f"set_{axis}scale")("log")
    line = getattr(axes, f"{axis}axis")
    low, high = line.get_view_interval()
    line.set_major_locator(LogLocator(subs=(1, 2, 5) if high < 100 * low else (1,)))
    line.set_major_formatter(FuncFormatter(lambda value, _: short(value)))
    line.set_minor_formatter(NullFormatter())


def short(value: float) -> str:
    """A round number as an axis has it.

    >>> short(0.5), short(2000), short(1e6)
    ('0.5', '2k', '1M')
    """
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def panels(figure: Figure, number: int) -> list[Axes]:
    """So many axes, two abreast if they are several."""
    if number == 0:
        return []
    columns = 1 if number == 1 else 2
    rows = -(-number // columns)
    every = figure.subplots(rows, columns, squeeze=False).ravel().tolist()
    for unused in every[number:]:
        unused.remove()
    return list(every[:number])


def panel_size(number: int, height: float, abreast: float = 6.4) -> tuple[float, float]:
    """How large a figure of so many panels is, inches; abreast: how wide two of them are."""
    return (5.2 if number <= 1 else abreast), height * max(-(-number // (1 if number <= 1 else 2)), 1) + 0.3


def nothing(figure: Figure, why: str) -> None:
    """Say that there is nothing to be seen, and why."""
    figure.text(0.5, 0.5, why, ha="center", va="center")
