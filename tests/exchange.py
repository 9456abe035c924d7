"""Other code for the functions of the package where they stand, loaded: nothing is written to the disk."""

from __future__ import annotations

import ast
import functools
import gc
import importlib
import pkgutil
from pathlib import Path
from types import CodeType, FunctionType

__all__ = ["PACKAGE", "codes", "exchange", "exchange_functions", "functions", "load", "module_of"]

PACKAGE = Path(__file__).resolve().parent.parent / "compress"


def load() -> None:
    """Load every module of the package: what is loaded later would not be found by `functions`."""
    for module in pkgutil.walk_packages([str(PACKAGE)], "compress."):
        importlib.import_module(module.name)


@functools.cache
def functions() -> dict[str, list[FunctionType]]:
    """Every function that a module of the package has made, methods and those within others too, by the module."""
    made: dict[str, list[FunctionType]] = {}
    for value in gc.get_objects():
        if type(value) is FunctionType and str(value.__module__).startswith("compress."):
            made.setdefault(value.__module__, []).append(value)
    return made


def module_of(file: str) -> str:
    """The module of a file of the package."""
    return "compress." + file.removesuffix(".py").replace("/", ".")


def codes(code: CodeType) -> dict[str, CodeType]:
    """The code of each function of a module, nested ones and methods too, by its qualified name."""
    found: dict[str, CodeType] = {}
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            found |= {constant.co_qualname: constant} | codes(constant)
    return found


def exchange(file: str, before: str, after: str) -> None:
    """Give the functions of a loaded module the code that they would have, and its constants their values."""
    module = importlib.import_module(module_of(file))
    changed = exchange_functions(file, compile(before, file, "exec"), compile(after, file, "exec"))
    for name, value in _constants(after).items():
        if _constants(before)[name] != value:
            put = eval(value, vars(module))
            # The Python of a kernel has a copy of its module's names.
            for names in [vars(module), *(function.__globals__ for function in functions()[module.__name__])]:
                names[name] = put
            changed += 1
    if not changed:
        raise RuntimeError(f"{file}: no function and no constant has changed")


def exchange_functions(file: str, before: CodeType, after: CodeType) -> int:
    """Give the functions of a loaded module the code that they would have; returns how many have changed."""
    old, new, changed = codes(before), codes(after), 0
    for function in functions()[module_of(file)]:
        code = new.get(function.__code__.co_qualname)
        if code is not None and code != old.get(function.__code__.co_qualname):
            function.__code__ = code
            changed += 1
    return changed


def _constants(source: str) -> dict[str, str]:
    """What a module gives names to, as it is written."""
    return {
        node.targets[0].id: ast.unparse(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
