"""Every example in a docstring says what happens."""

from __future__ import annotations

import ast
import doctest
import importlib
from pathlib import Path

import pytest

import compress
from compress.kernel import compilation

PACKAGE = Path(compress.__file__).parent
WITH_EXAMPLES = [path for path in sorted(PACKAGE.rglob("*.py")) if ">>>" in path.read_text("utf-8")]


# What has no example: it compiles, writes to the disk, or takes what is longer than it.
WITHOUT = {
    "cluster",  # tests/test_cluster.py
    "kernel",
    "step",
    "compiled",
    "family_of_words",
    "family_of_shares",
    "refuse_to_destroy",
    "write_atomically",
    "check_target",
    "encode_each",
    "decode_each",
}
# Rooms whose functions talk to people, the screen and the system.
PRACTICAL = ("cli", "foreign", "lab", "reports", "errors", "inputs", "interrupts")


def public_functions(path: Path) -> dict[str, str]:
    """The docstring of each function that a module offers."""
    body = ast.parse(path.read_text("utf-8")).body
    named = [node.value for node in body if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"]
    offered = ast.literal_eval(named[0]) if named else []
    found = [node for node in body if isinstance(node, ast.FunctionDef) and node.name in offered]
    return {node.name: ast.get_docstring(node) or "" for node in found}


def test_every_public_function_has_an_example() -> None:
    lacking = set()
    for path in PACKAGE.rglob("*.py"):
        if path.relative_to(PACKAGE).parts[0].removesuffix(".py") not in PRACTICAL:
            lacking |= {name for name, text in public_functions(path).items() if ">>>" not in text}
    assert lacking == WITHOUT


@pytest.mark.parametrize("path", sorted(WITH_EXAMPLES), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_the_examples_of_a_module_are_true(path: Path) -> None:
    name = ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    # An example is too little to be worth machine code, though it may not be the first of its process.
    with compilation("never" if {"coders", "models"} & set(path.parts) else "auto"):
        failed, tried = doctest.testmod(importlib.import_module(name))
    assert tried > 0
    assert failed == 0


@pytest.mark.both_forms(slow=True)
def test_the_examples_of_steps_are_true_in_both_forms() -> None:
    assert doctest.testmod(importlib.import_module("compress.coders.streams.interval")) == (0, 18)
