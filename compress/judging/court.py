"""The asking of a coder: there and back, a message that fails made smaller, and what a coder should always do.

Each message is encoded in one process and decoded in another, which has only Q, the payload and the count.

Next: `judge` (all of it, and what it costs).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from compress.experiments.checks import keeps_to
from compress.foreign.messages import Call, Decode, Encode, Make, Trouble
from compress.foreign.shapes import Payload
from compress.foreign.workshop import Outcome, Workshop
from compress.judging.cases import Case, Message, Vector
from compress.probability.information import ROUNDING

__all__ = ["PRACTICES", "Court", "Practice", "Ruling", "Wrong", "troubled"]

# How often a message is tried to be made smaller.
_TRIES = 60
_DAMAGED = 40
# How often it is waited for a coder that does not answer.
_MOST_HUNG = 3
# What an argument is refused with; another exception is a mistake.
_REFUSALS = ("ValueError", "NotImplementedError", "OverflowError")


@dataclass(frozen=True)
class Wrong:
    """What was expected and what came.

    kind: of what sort it is, the same for a smaller message that shows the same.  is_slow: whether to see it again
    takes long.  refused: it was turned down.
    """

    expected: str
    got: str
    kind: str = ""
    is_slow: bool = False
    refused: bool = False


@dataclass(frozen=True)
class Ruling:
    """A case: pass, fail or refused; for the last two what was expected, what came, and the smallest message."""

    case: str
    verdict: str
    expected: str = ""
    got: str = ""
    smallest: str = ""


@dataclass(frozen=True, eq=False)
class _Failed:
    wrong: Wrong
    message: Message | None


@dataclass(frozen=True)
class Practice:
    """What a coder should always do; look: what is wrong with how it does that, None for nothing."""

    name: str
    look: Callable[[Court], Wrong | None]


class Court:
    """A court asks a coder in processes of its own, and remembers what it printed and how often it hung."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self._printed = ""
        self._hung = 0
        self._sizes: set[int] = set()

    def run(self, *calls: Call) -> Outcome:
        """The calls in a process that nobody has used."""
        if self._hung >= _MOST_HUNG:
            return Outcome(trouble=Trouble("hung", f"not tried, for it has hung {_MOST_HUNG} times"))
        outcome = self._workshop.run(calls)
        self._hung += outcome.trouble is not None and outcome.trouble.kind == "hung"
        self._printed = self._printed or outcome.printed
        return outcome

    @property
    def granule(self) -> int | None:
        """The largest of 1, 8, 16, 32 and 64 that divides the bits of all payloads that came back; None for no bits."""
        whole = math.gcd(*self._sizes)
        return max(size for size in (1, 8, 16, 32, 64) if whole % size == 0) if whole else None

    # ------------------------------------------------------------ there and back

    def ruled(self, case: Case) -> tuple[Ruling, tuple[Payload, ...]]:
        """A case: all its messages there and back; and their payloads, if it passes."""
        came = self._round_trip(case)
        if not isinstance(came, _Failed):
            return Ruling(case.name, "pass"), came
        wrong, message = came.wrong, came.message
        if wrong.refused:
            return Ruling(case.name, "refused", wrong.expected, wrong.got), ()
        if message is not None:
            message, wrong = self._smallest(case, message, wrong)
        return Ruling(case.name, "fail", wrong.expected, wrong.got, _described(case.q, message)), ()

    def _round_trip(self, case: Case) -> tuple[Payload, ...] | _Failed:
        """The payloads of all messages; or what is wrong, and with which."""
        sent = self.run(Make(0, case.q), *(Encode(0, message, case.view) for message in case.messages))
        if sent.trouble is not None:
            at = len(sent.answers) - 1
            wrong = troubled(sent.trouble, "a payload" if at >= 0 else "a coder", may_refuse=at < 0 or case.is_large)
            return _Failed(wrong, None if at < 0 else case.messages[at])
        pairs = list(zip(sent.answers[1:], case.messages, strict=True))
        back = self.run(Make(0, case.q), *(Decode(0, payload, message.size) for payload, message in pairs))
        if back.trouble is not None:
            at = max(len(back.answers) - 1, 0)
            wrong = troubled(back.trouble, "the message, for what was encoded must be decoded")
            return _Failed(wrong, case.messages[at])
        for (_, message), came in zip(pairs, back.answers[1:], strict=True):
            if not np.array_equal(came, message):
                return _Failed(Wrong(_listed(message, came), _listed(came, message)), message)
        self._sizes |= {payload.bits for payload in sent.answers[1:]}
        return tuple(sent.answers[1:])

    def _smallest(self, case: Case, message: Message, wrong: Wrong) -> tuple[Message, Wrong]:
        """A small part of the message that still fails, with what is wrong then: shorter beginnings, then gaps."""

        def failing(part: Message) -> Wrong | None:
            came = self._round_trip(replace(case, messages=(part,)))
            if isinstance(came, _Failed) and not came.wrong.refused and came.wrong.kind == kind:
                return came.wrong
            return None

        kind = wrong.kind
        if wrong.is_slow:
            return message, wrong
        tries = 0
        for length in (0, 1, 2, 3, 4, *(1 << power for power in range(3, message.size.bit_length()))):
            if length >= message.size:
                break
            tries += 1
            if (found := failing(message[:length])) is not None:
                message, wrong = message[:length], found
                break
        piece = message.size // 2
        while piece and tries < _TRIES and not wrong.is_slow:
            for start in range(0, message.size, piece):
                shorter = np.concatenate((message[:start], message[start + piece :]))
                tries += 1
                if tries > _TRIES:
                    break
                if (found := failing(shorter)) is not None:
                    message, wrong = shorter, found
                    break
            else:
                piece //= 2
            piece = min(piece, max(message.size // 2, 1)) if message.size else 0
        return message, wrong

    # ------------------------------------------------------------ practices

    def practised(self, practice: Practice) -> Ruling:
        """Return the ruling of a practice, which looks at more than a round trip."""
        wrong = practice.look(self)
        if wrong is None:
            return Ruling(practice.name, "pass")
        return Ruling(practice.name, "refused" if wrong.refused else "fail", wrong.expected, wrong.got)

    def repeats(self) -> Wrong | None:
        """The same message twice, and once more in another process."""
        once = self.run(Make(0, _Q), Encode(0, _MESSAGE), Encode(0, _MESSAGE))
        again = self.run(Make(0, _Q), Encode(0, _MESSAGE))
        for outcome in (once, again):
            if outcome.trouble is not None:
                return troubled(outcome.trouble, "a payload")
        payloads = {payload.data for payload in (*once.answers[1:], *again.answers[1:])}
        return None if len(payloads) == 1 else Wrong("one payload", f"{len(payloads)} of the same message")

    def alternates(self) -> Wrong | None:
        """Two coders at once: neither may know of the other."""
        other = _Q[::-1].copy()
        alone = self.run(Make(0, _Q), Encode(0, _MESSAGE))
        both = self.run(Make(0, _Q), Make(1, other), Encode(1, _MESSAGE), Encode(0, _MESSAGE))
        for outcome in (alone, both):
            if outcome.trouble is not None:
                return troubled(outcome.trouble, "a payload")
        if both.answers[3].data != alone.answers[1].data:
            return Wrong("the payload that it makes alone", "another one beside a second coder")
        second, first = both.answers[2:]
        n = _MESSAGE.size
        back = self.run(Make(1, other), Make(0, _Q), Decode(0, first, n), Decode(1, second, n), Decode(0, first, n))
        if back.trouble is not None:
            return troubled(back.trouble, "both messages")
        if all(np.array_equal(came, _MESSAGE) for came in back.answers[2:]):
            return None
        return Wrong("both messages", "another one, with a second coder beside it")

    def survives(self) -> Wrong | None:
        """Payloads with one byte wrong: an exception and wrong symbols are both allowed."""
        sent = self.run(Make(0, _Q), Encode(0, _MESSAGE))
        if sent.trouble is not None:
            return troubled(sent.trouble, "a payload")
        payload: Payload = sent.answers[1]
        for at in range(0, len(payload.data), max(1, len(payload.data) // _DAMAGED)):
            data = payload.data[:at] + bytes([payload.data[at] ^ 0x55]) + payload.data[at + 1 :]
            back = self.run(Make(0, _Q), Decode(0, replace(payload, data=data), _MESSAGE.size))
            if back.trouble is not None and back.trouble.kind in ("hung", "died"):
                return Wrong("an exception, or wrong symbols", back.trouble.message)
        return None

    def states(self) -> Wrong | None:
        """A coder that states its lengths or probabilities keeps to them."""
        sent = self.run(Make(0, _Q), Encode(0, _MESSAGE))
        if sent.trouble is not None:
            return troubled(sent.trouble, "a payload")
        told, payload = sent.answers
        stated = told.stated
        if stated is None:
            return None
        kraft, due = float(np.exp2(-stated).sum()), float(stated[_MESSAGE].sum())
        if kraft > 1 + ROUNDING:
            return Wrong("lengths that a code can have, with Σ 2^-length <= 1", f"Σ 2^-length = {kraft:.4g}")
        if keeps_to(due, payload.bits, _MESSAGE.size):
            return None
        return Wrong(f"{due:,.1f} bits, as it states its lengths or probabilities", f"{payload.bits:,} bits")

    def silence(self) -> Ruling:
        """Rule whether the coder wrote nothing to standard output."""
        if not self._printed:
            return Ruling("silent", "pass")
        return Ruling("silent", "fail", "nothing on standard output", repr(self._printed[:60]))

    def is_self_delimiting(self) -> bool | None:
        """Whether bits behind a payload do not matter."""
        sent = self.run(Make(0, _Q), Encode(0, _MESSAGE[:200]))
        if sent.trouble is not None:
            return None
        payload: Payload = sent.answers[1]
        for longer in payload.followed():
            back = self.run(Make(0, _Q), Decode(0, longer, 200))
            if back.trouble is not None or not np.array_equal(back.answers[1], _MESSAGE[:200]):
                return False
        return True


# What a coder does is looked at with these.
_Q: Vector = np.array([0.5, 0.3, 0.15, 0.05])
_MESSAGE: Message = np.array([0, 1, 0, 2, 0, 1, 3, 0, 1, 0] * 100, np.int64)
PRACTICES = (
    Practice("the same message twice", Court.repeats),
    Practice("two coders at once", Court.alternates),
    Practice("a damaged payload", Court.survives),
    Practice("keeps to what it states", Court.states),
)


def troubled(trouble: Trouble, expected: str, *, may_refuse: bool = False) -> Wrong:
    """A trouble where something was expected; may_refuse: whether the coder was free to turn it down.

    >>> troubled(Trouble("hung", "it did not answer"), "a payload").is_slow
    True
    """
    refused = may_refuse and trouble.kind == "raised" and any(name in trouble.what for name in _REFUSALS)
    kind = f"{trouble.kind} {trouble.what.partition(' ')[0]}"
    return Wrong(expected, trouble.message, kind, is_slow=trouble.kind == "hung", refused=refused)


def _listed(symbols: Message, other: Message) -> str:
    """The symbols, or where they are first another's and how many there are."""
    if symbols.size <= 12:
        return " ".join(map(str, symbols.tolist())) or "no symbol"
    most = min(symbols.size, other.size)
    differ = np.flatnonzero(symbols[:most] != other[:most])
    at = int(differ[0]) if differ.size else most
    here = str(symbols[at]) if at < symbols.size else "the end"
    return f"{symbols.size:,} symbols, at {at:,}: {here}"


def _described(q: Vector, message: Message | None = None) -> str:
    shares = " ".join(f"{share:.4g}" for share in q[:6].tolist()) + (" ..." if q.size > 6 else "")
    told = f"K = {q.size:,}, q = {shares}"
    if message is None:
        return told
    symbols = " ".join(map(str, message[:24].tolist())) + (" ..." if message.size > 24 else "")
    return f"{told}; message {symbols or '(empty)'}" + (f" ({message.size:,} symbols)" if message.size > 24 else "")
