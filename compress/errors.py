"""What can go wrong, each with the message that a person needs.

A message says what is wrong and what to do, in one line, without a trailing
full stop; a remedy is written as Python has it (`normalize=True`).  The command
line prints it after `codelen: `, remedies as options (`--normalize`), and exits
with the kind's `exit_status`.
"""

from __future__ import annotations

# Not from `typing`, which takes longer to load than all that stands here.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = [
    "CompressError",
    "CorruptError",
    "DataError",
    "LimitError",
    "NoDistributionError",
    "OutputError",
    "PlacedError",
    "SpecError",
    "ZeroProbabilityError",
    "echoed",
    "printable",
    "quoted",
]

# Of foreign text in a message.
LONGEST_ECHO = 200


def printable(text: str) -> str:
    """Foreign text (a name, a label, a token) as it may be shown: what could steer a terminal is spelled out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text)


def quoted(text: object) -> str:
    """Foreign text in a message: printable, in quotes, 200 letters at most; no backslash is written twice."""
    return f"'{echoed(text)}'"


def echoed(text: object) -> str:
    """Foreign text in a message: printable, and where it is longer than 200 letters its two ends."""
    words = printable(str(text))
    return words if len(words) <= LONGEST_ECHO else f"{words[: LONGEST_ECHO - 40]}...{words[-37:]}"


class CompressError(Exception):
    """Any error that codelen raises on purpose."""

    exit_status = 1

    def __reduce__(self) -> tuple[Any, ...]:
        """To another process it goes as it is, whatever it was made from."""
        return _as_it_was, (type(self), self.args, vars(self))


def _as_it_was(kind: type[CompressError], told: tuple[Any, ...], known: dict[str, Any]) -> CompressError:
    made = kind.__new__(kind, *told)
    vars(made).update(known)
    return made


class SpecError(CompressError, ValueError):
    """A distribution, coder, tokeniser or policy asked for in words that mean nothing."""

    exit_status = 2


class NoDistributionError(SpecError):
    """Words for a distribution that look like none."""


class DataError(CompressError, ValueError):
    """Input that is not what it was said to be: a bad table, text that is no text, an unknown token."""


class PlacedError(DataError):
    """What is wrong at one byte of an input."""

    def __init__(self, what: str, byte: int, remedy: str = "") -> None:
        self.what, self.byte, self.remedy = what, byte, remedy
        super().__init__(f"{what} (byte {byte}){remedy}")

    def behind(self, size: int) -> PlacedError:
        """Return the same behind so many other bytes."""
        return PlacedError(self.what, self.byte + size, self.remedy)


class ZeroProbabilityError(DataError):
    """Q(x) = 0 for a token x that occurs or may occur: the surprise is infinite, no code word exists."""

    def __init__(self, token: str, where: str) -> None:
        self.token = token
        super().__init__(
            f"Q gives token {quoted(token)} probability 0, yet {where}: its surprise is infinite; choose another Q "
            "or a policy: zeros='floor:EPS'"
        )


class CorruptError(DataError):
    """A compressed stream that is damaged, cut short, or no codelen stream at all."""


class LimitError(CompressError):
    """A stream that claims more output or memory than was allowed."""


class OutputError(CompressError):
    """A target that cannot be written as asked."""
