"""How many tokens answer a question: the number, where it comes from, and what to run."""

from __future__ import annotations

import math
import shlex
import textwrap
from typing import Any

from rich.console import Group, RenderableType

from compress.errors import printable
from compress.experiments.power import Answer, Plan
from compress.reports.record import record
from compress.reports.table import counted, in_bits, spec_name, summary_table

__all__ = ["plan_record", "plan_report"]

_TEXT_WIDTH = 80


def plan_report(plan: Plan) -> RenderableType:
    """P and Q, then each answer."""
    parts: list[RenderableType] = []
    if plan.p is not None and plan.q is not None:
        said = [
            ("true P", f"{spec_name(plan.p)}   H(P) = {in_bits(plan.p.entropy)} bits/token"),
            ("assumed Q", f"{spec_name(plan.q)}   D(P||Q) = {in_bits(plan.p.divergence(plan.q))} bits/token"),
        ]
        parts += [summary_table(said), ""]
    for answer in plan.answers:
        parts += [*_answer(plan, answer), ""]
    return Group(*parts[:-1])


def _answer(plan: Plan, answer: Answer) -> list[RenderableType]:
    asked = f", power {plan.asked.power:.4g}, level {plan.asked.level:.4g}" if answer.reached else ""
    lines = [f"{answer.question}{asked}: {counted(answer.n, 'token')}", f"  {answer.formula}"]
    if answer.normal is not None and answer.reached is not None:
        power, level = answer.reached.power, answer.reached.level
        lines.append(
            f"  reached: power {power:.4f}, level {level:.4f}; the normal approximation says {answer.normal:,}"
        )
    if _decides_at_once(plan):
        lines.append("  refuse Q where a token comes that it excludes")
    elif answer.limit is not None:
        lines.append(f"  refuse Q where its code is more than {answer.limit:,.2f} bits longer than one for P")
    command = _command(plan, answer)
    # Whole, so that it can be copied.
    told = [] if command is None else [f"  {command}"]
    return [*(textwrap.fill(line, _TEXT_WIDTH, subsequent_indent="  ") for line in lines), *told]


def _decides_at_once(plan: Plan) -> bool:
    return plan.p is not None and plan.q is not None and math.isinf(plan.p.divergence(plan.q))


def _command(plan: Plan, answer: Answer) -> str | None:
    """What draws so many tokens, and shows what the answer is about."""
    if plan.p is None or plan.q is None or _decides_at_once(plan):
        return None
    both = ["--assumed", "true"] if answer.limit is not None else []
    words = ["codelen", "validate", "--true", plan.p.spec, *both, "--assumed", plan.q.spec, "-n", str(answer.n)]
    return printable(shlex.join(words))


def plan_record(plan: Plan) -> dict[str, Any]:
    """The JSON of `codelen plan`."""
    return record(
        "plan",
        {
            "true": None if plan.p is None else plan.p.spec,
            "assumed": None if plan.q is None else plan.q.spec,
            "power": plan.asked.power,
            "alpha": plan.asked.level,
            "answers": [
                {
                    "question": answer.question,
                    "n": answer.n,
                    "formula": answer.formula,
                    "normal": answer.normal,
                    "power": None if answer.reached is None else answer.reached.power,
                    "alpha": None if answer.reached is None else answer.reached.level,
                    "limit_bits": answer.limit,
                    "command": _command(plan, answer),
                }
                for answer in plan.answers
            ],
        },
    )
