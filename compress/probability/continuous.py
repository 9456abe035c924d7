"""Densities: what becomes of entropy when tokens become points of a line.

    h(X) = -∫ f log f dx          the differential entropy of a density f
    H(cells of width s) ≈ h(X) - log2 s       what it says of tokens: `families.normal`

The integral needs f where f is large, and nobody says where that is.  So the line is
searched first, on a grid that is dense around 0, around the bounds and evenly between; panels
around whatever mass was met are then halved until two rules agree.  A narrow peak may still lie
between two points of the grid: `points` says where to look, and what was not found is
reported as not found, never as the density's fault.

Next: `decimals` (the same digits on every machine).  Source: Cover & Thomas, sec. 8.1 to 8.3;
P. Davis and P. Rabinowitz, Methods of Numerical Integration (1984), sec. 2.5.5 (Clenshaw and Curtis),
6.2 (adaptive rules).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from compress.errors import DataError
from compress.probability.information import bits_per_unit

__all__ = ["differential_entropy", "exponential_entropy", "laplace_entropy", "normal_entropy", "uniform_entropy"]

Function = Callable[[float], float]
# Points in [-1, 1] and their weights.
Rule = list[tuple[float, float]]

# Steps of the search: evenly over the bounds, and per decade of distance from a point of interest.
_EVEN_STEPS = 512
# A normal is above 0, for a float, up to 38 standard deviations from its middle.
_STEPS_PER_DECADE = 320
# Nearest and furthest distance from a point of interest, in decades.
_DECADES = (-12, 15)
# Panels that a stretch of mass is cut into before any is halved.
_PANELS = 64
_MASS_TOLERANCE = 1e-6


def differential_entropy(
    density: Function,
    low: float,
    high: float,
    *,
    points: Sequence[float] = (),
    base: float = 2,
    tolerance: float = 1e-10,
) -> float:
    """h(X) = -∫ f log f dx over [low, high], in bits: the sum of entropy become an integral.

    Unlike H it may be negative, and it moves with the unit of x: h(aX) = h(X) + log|a|.
    Cells of width step turn X into tokens of entropy near h(X) - log2(step).
    density: f(x) >= 0, integrating to 1 within 1e-6 over the bounds, which may be infinite.
    points: where else to search for mass, such as narrow peaks far from 0.
    tolerance: what two rules may differ by over all panels, where f is smooth.  Where f grows without
    bound at a point other than 0, floats beside that point are too coarse for it: 1e-6 is what to
    expect of 1/sqrt(1 - x) at 1.
    Raises ValueError if the mass that was found is not 1.  Cover & Thomas, sec. 8.1 and 8.3.

    >>> round(differential_entropy(lambda x: 0.25, 0, 4), 9)
    2.0
    """
    if not low < high:
        raise DataError(f"the bounds [{low!r}, {high!r}] hold no interval")

    first, last = math.nextafter(low, high), math.nextafter(high, low)

    def checked(x: float) -> float:
        # The bounds themselves are never asked: a density may have no value there.
        f = density(min(max(x, first), last))
        if not 0 <= f < math.inf:
            raise DataError(f"the density at {x:g} is {f}, not a finite number of 0 or more")
        return f

    panels = _panels(checked, low, high, points)
    mass = _integrate(checked, panels, tolerance)
    if not abs(mass - 1) <= _MASS_TOLERANCE:
        raise DataError(
            f"the density integrates to {mass:.6g} where mass was found in [{low:g}, {high:g}], not to 1; "
            "if it has narrow peaks elsewhere, points=[...] says where"
        )

    def surprise_density(x: float) -> float:
        f = checked(x)
        return -f * math.log2(f) if f > 0 else 0.0

    return _integrate(surprise_density, panels, tolerance) / bits_per_unit(base)


def normal_entropy(sd: float, *, base: float = 2) -> float:
    """h = log(sd·sqrt(2πe)), in bits, of a normal of standard deviation sd > 0.  Cover & Thomas, ex. 8.1.2.

    >>> round(normal_entropy(1), 4)
    2.0471
    """
    return math.log2(_positive(sd, "sd") * math.sqrt(2 * math.pi * math.e)) / bits_per_unit(base)


def uniform_entropy(width: float, *, base: float = 2) -> float:
    """h = log(width), in bits, of a uniform on an interval of that width > 0.  Cover & Thomas, ex. 8.1.1.

    >>> uniform_entropy(8)
    3.0
    """
    return math.log2(_positive(width, "width")) / bits_per_unit(base)


def exponential_entropy(rate: float, *, base: float = 2) -> float:
    """h = log(e/rate), in bits, of an exponential with density rate·exp(-rate·x), rate > 0.

    >>> round(exponential_entropy(1), 4)
    1.4427
    """
    return math.log2(math.e / _positive(rate, "rate")) / bits_per_unit(base)


def laplace_entropy(scale: float, *, base: float = 2) -> float:
    """h = log(2e·scale), in bits, of a Laplace with density exp(-|x|/scale)/(2·scale), scale > 0.

    >>> round(laplace_entropy(0.5), 4)
    1.4427
    """
    return math.log2(2 * math.e * _positive(scale, "scale")) / bits_per_unit(base)


def _positive(value: float, name: str) -> float:
    if not value > 0:
        raise DataError(f"{name} must be above 0, not {value!r}")
    return value


def _grid(low: float, high: float, points: Iterable[float]) -> list[float]:
    """Where to search: evenly over finite bounds, and ever more finely towards 0, the bounds and the points."""
    decades = np.arange(_DECADES[0], _DECADES[1], 1 / _STEPS_PER_DECADE)
    distances = 10.0**decades
    centres = {0.0, low, high, *map(float, points)}
    grid = {x for x in (low, high) if math.isfinite(x)}
    for centre in centres:
        if math.isfinite(centre):
            grid |= {centre, *(centre + distances).tolist(), *(centre - distances).tolist()}
    if math.isfinite(high - low):
        grid |= set(np.linspace(low, high, _EVEN_STEPS + 1).tolist())
    return sorted(x for x in grid if low <= x <= high)


def _panels(f: Function, low: float, high: float, points: Sequence[float]) -> list[tuple[float, float]]:
    """Intervals that hold all the mass that the grid met, about as many as are needed to begin with."""
    grid = _grid(low, high, points)
    has_mass = [f(x) > 0 for x in grid]
    edges: list[float] = []
    panels: list[tuple[float, float]] = []
    for place in range(len(grid) - 1):
        # A panel with mass at neither end may hold the foot of a peak that the next one shows.
        near = any(has_mass[max(place - 1, 0) : place + 3])
        if near:
            edges.append(grid[place])
        if edges and (not near or place == len(grid) - 2):
            edges.append(grid[place + 1] if near else grid[place])
            stride = max(1, len(edges) // (_PANELS * 4))
            kept = [*edges[:-1:stride], edges[-1]]
            panels += zip(kept, kept[1:], strict=False)
            edges = []
    return panels


def _integrate(f: Function, panels: Sequence[tuple[float, float]], tolerance: float) -> float:
    """∫ f over the panels by Clenshaw and Curtis's rules, halved where 9 points and 17 disagree.

    Both rules ask the ends of a panel, so that no jump hides between an end and its first point.
    """
    coarse_rule, fine_rule = _clenshaw_curtis(8), _clenshaw_curtis(16)

    def panel(rule: Rule, a: float, b: float) -> float:
        middle, half = (a + b) / 2, (b - a) / 2
        return half * math.fsum(w * f(middle + half * x) for x, w in rule)

    allowed = tolerance / max(len(panels), 1)
    waiting, parts = list(panels), []
    while waiting:
        a, b = waiting.pop()
        fine = panel(fine_rule, a, b)
        middle = (a + b) / 2
        if abs(fine - panel(coarse_rule, a, b)) <= allowed or not a < middle < b:
            parts.append(fine)
        else:
            waiting += [(a, middle), (middle, b)]
    return math.fsum(parts)


def _clenshaw_curtis(n: int) -> Rule:
    """The points cos(πk/n), k = 0..n, n even, with weights that integrate polynomials of degree n over [-1, 1]."""
    rule = []
    for k in range(n + 1):
        angle = math.pi * k / n
        series = math.fsum(
            (1 if 2 * j == n else 2) / (4 * j * j - 1) * math.cos(2 * j * angle) for j in range(1, n // 2 + 1)
        )
        rule.append((math.cos(angle), (1 if k in (0, n) else 2) / n * (1 - series)))
    return rule
