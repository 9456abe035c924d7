"""How a hot loop is written, and when it is compiled.

A kernel is plain Python over numpy arrays and integers, clear enough for a slide.  The code that is
read is the code that runs: as Python while there is little to do, and as machine code, which numba
makes from it, when there is much.  Numba needs about half a second to load, in which Python codes some
hundred thousand tokens, so it is loaded when the process has coded that many, and not before.  Both
ways give the same bits.  For that to hold, a kernel keeps to six habits:

1. Integers are nonnegative and below 2^63, so that nothing wraps around; or they are bits of which those above the
   63rd are masked away before the number is used, for machine code has lost them and Python has not.
2. What is read from an array goes through int(), so that it is as wide as int64.
3. What is stored into a narrow array is masked first.
4. Comparisons are arranged so that no side can overflow: `a <= b - c`, not `a + c <= b`.
5. Unsigned numbers appear for one division at a time, converted in and out.
6. A step is a small function that returns a tuple; @step puts it into the loop that calls it.  Where a step is called
   with a constant, its machine code is made for that one, and asks no more which it is.

A compiled kernel checks no bounds: its caller has made sure of every index.  Four things help a processor and change
no bit: a mask that tells that an index is not counted from the end (`NO_SIGN`, `IN_32_BITS`), arrays that are apart
from each other, so that several of their numbers are seen to at once (`is_apart`), memory that is asked for early
(`prefetch`), and products of 128 bits, which a processor has and numba has not (`high_product`).

The environment may choose: CODELEN_COMPILE=never, always, or auto (the default).

Next: `compiling` (machine code, made and kept).
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from functools import cached_property, update_wrapper
from types import FunctionType
from typing import Any, Generic, ParamSpec, Protocol, TypeVar, overload

import numpy as np
import numpy.typing as npt

from compress.errors import SpecError, quoted

__all__ = [
    "ENOUGH",
    "IN_32_BITS",
    "NO_SIGN",
    "Kernel",
    "compilation",
    "divided",
    "high_product",
    "kernel",
    "prefetch",
    "step",
]

P = ParamSpec("P")
R = TypeVar("R")

# Tokens that are coded in about a third of the time that numba takes to load.
ENOUGH = 1 << 17
# A number with this mask has no sign, so that an index needs no test whether it counts from the end.
NO_SIGN = (1 << 60) - 1
# The same for arrays of fewer than 2^32 numbers: a processor has this mask in one step, and the wider one in two.
IN_32_BITS = (1 << 32) - 1
_MODES = ("never", "always", "auto")


class _Process:
    """How much this process has done without numba, and whether it may have numba."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.done = 0

    def has_enough(self) -> bool:
        """Whether all work is done compiled, however little it is."""
        return self.mode == "auto" and self.done >= ENOUGH

    def compiles(self, work: int) -> bool:
        """Whether so much more work is done compiled.  Raises SpecError if the mode is none of the three."""
        if self.mode == "auto":
            self.done += work
            return self.has_enough()
        if self.mode not in _MODES:
            raise SpecError(f"CODELEN_COMPILE={quoted(self.mode)} is not one of {', '.join(_MODES)}")
        return self.mode == "always"

    def give_up(self, error: Exception) -> None:
        """Do without numba from now on: it does not work here."""
        import logging

        self.mode = "never"
        logging.getLogger(__name__).debug(
            "nothing is compiled, for numba fails: %s", " ".join(str(error).split()) or repr(error)
        )


_process = _Process(os.environ.get("CODELEN_COMPILE", "auto"))


@contextlib.contextmanager
def compilation(mode: str, done: int = 0) -> Iterator[None]:
    """Within this, kernels are compiled never, always, or automatically, with so much work done already.

    >>> with compilation("never"):
    ...     kernel(lambda x: x + 1)(2**100) == 2**100 + 1
    True
    """
    before = _process.mode, _process.done
    _process.mode, _process.done = mode, done
    try:
        yield
    finally:
        _process.mode, _process.done = before


class Kernel(Generic[P, R]):
    """A function that has two forms: `plain`, which is Python, and `compiled`, which numba makes.

    In each form the kernels that it calls have the same form.
    """

    def __init__(
        self,
        function: Callable[P, R],
        work: Callable[..., int] | None,
        *,
        is_step: bool,
        allocates: bool = False,
        is_apart: bool = False,
    ) -> None:
        assert isinstance(function, FunctionType)
        update_wrapper(self, function)
        self._function = function
        self._options = {"is_step": is_step, "allocates": allocates, "is_apart": is_apart}
        self._work = work or _length_of_symbols(function)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the form that is the quicker one now."""
        # Once there was enough to do, nobody counts any longer.
        if _process.has_enough() or _process.compiles(self._work(*args, **kwargs)):
            if _process.mode == "always":
                return self.compiled(*args, **kwargs)
            try:
                return self.compiled(*args, **kwargs)
            except _faults_of_numba() as error:
                _process.give_up(error)
        # A scalar of numpy may warn where the same number in machine code would not.
        with np.errstate(all="ignore"):
            return self.plain(*args, **kwargs)

    @cached_property
    def plain(self) -> Callable[P, R]:
        """The Python of it, with the Python of the kernels that it calls."""
        made: Callable[P, R] = self._naming(lambda called: called.plain)
        return made

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The machine code of it, made at its first call with arguments of some types."""
        from compress.compiling import compiled

        made: Callable[P, R] = compiled(self._naming(lambda called: called.inlined), **self._options)
        return made

    @cached_property
    def inlined(self) -> Callable[P, R]:
        """The machine code of it that is put into that of other kernels; Python cannot call that of a step."""
        if not self._options["is_step"]:
            return self.compiled
        from compress.compiling import compiled

        made: Callable[P, R] = compiled(self._naming(lambda called: called.inlined), **self._options, is_inlined=True)
        return made

    def _naming(self, form: Callable[[Kernel[..., Any]], object]) -> Any:
        """The function, for which the names of other kernels mean one form of them."""
        of = self._function
        named: dict[str, object] = {name: of.__globals__.get(name) for name in of.__code__.co_names}
        forms = {name: form(called) for name, called in named.items() if isinstance(called, Kernel)}
        made = FunctionType(of.__code__, {**of.__globals__, **forms}, of.__name__, of.__defaults__, of.__closure__)
        return update_wrapper(made, of)


def _length_of_symbols(function: FunctionType) -> Callable[..., int]:
    """How many symbols are among the arguments of a function: what its work is, unless it says another."""
    code = function.__code__
    if "symbols" not in code.co_varnames[: code.co_argcount]:
        return lambda *_, **__: 0
    place = code.co_varnames.index("symbols")
    return lambda *args, **named: int((named["symbols"] if "symbols" in named else args[place]).size)


def _faults_of_numba() -> tuple[type[Exception], ...]:
    """What is raised where numba cannot be loaded, or cannot compile."""
    try:
        from compress.compiling import FAULTS
    except Exception:
        # Whatever keeps it from being loaded is what was raised.
        return (Exception,)
    return FAULTS


class _Decorator(Protocol):
    def __call__(self, function: Callable[P, R], /) -> Kernel[P, R]: ...


@overload
def kernel(function: Callable[P, R]) -> Kernel[P, R]: ...
@overload
def kernel(
    *, work: Callable[..., int] | None = None, allocates: bool = False, is_apart: bool = False
) -> _Decorator: ...
def kernel(
    function: Callable[P, R] | None = None,
    *,
    work: Callable[..., int] | None = None,
    allocates: bool = False,
    is_apart: bool = False,
) -> Any:
    """Make a hot loop of `function`.

    work: from its arguments, how much it does, in tokens of the simplest loop; it is the length of its `symbols`
    unless this is given.  allocates: it makes or copies arrays, and counts who holds them.  is_apart: what is written
    to one of its arrays is never read from another, so that reading need not wait for writing.
    """
    if function is None:
        return lambda function: Kernel(function, work, is_step=False, allocates=allocates, is_apart=is_apart)
    return Kernel(function, work, is_step=False, allocates=allocates, is_apart=is_apart)


def step(function: Callable[P, R]) -> Kernel[P, R]:
    """A step of a hot loop: compiled into the loop that calls it, as if it were written there."""
    return Kernel(function, None, is_step=True)


class _Instruction(Kernel[P, R]):
    """A step whose machine code is one instruction, which Python has not; `compiling` has it by the step's name."""

    def __init__(self, function: Callable[P, R]) -> None:
        super().__init__(function, None, is_step=True)

    @cached_property
    def compiled(self) -> Callable[P, R]:
        """The Python of it: only a kernel can have the instruction."""
        return self.plain

    @cached_property
    def inlined(self) -> Callable[P, R]:
        from compress.compiling import INSTRUCTIONS

        instruction: Callable[P, R] = INSTRUCTIONS[self._function.__name__]
        return instruction


@_Instruction
def prefetch(array: npt.NDArray[Any], index: int) -> None:
    """Ask memory for a number that is read later: it is slow, and there is something to do until then.

    It changes nothing, so the index may be any.

    >>> prefetch(np.zeros(3), 1 << 40)
    """


@_Instruction
def high_product(a: int, b: int) -> int:
    """a·b div 2^64 of numbers below 2^64: the upper half of a product of 128 bits.

    >>> high_product(3 << 62, 1 << 62) == 3 << 60
    True
    """
    return (a * b) >> 64


@step
def divided(a: int, b: int) -> int:
    """a div b of numbers below 2^63, which a processor divides sooner if it need not look for a sign.

    >>> divided(2**62, 3) == 2**62 // 3
    True
    """
    return int(np.int64(np.uint64(a) // np.uint64(b)))
