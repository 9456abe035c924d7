"""A coder from outside: where it is.

    FILE.py:NAME  module:NAME       a Python object; a name without a colon is an entry point of `codelen.coders`
    exec:COMMAND                    a program in any language, as `programs` says

Next: `wire` (values as data).
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import shlex
import sys
from pathlib import Path
from typing import Any

from compress.foreign.programs import Program
from compress.foreign.shapes import UnfitError

__all__ = ["GROUP", "found", "name_of"]

GROUP = "codelen.coders"


def found(spec: str) -> Any:
    """The object of a spec, imported.  Raises UnfitError where there is none; what its import raises goes on.

    >>> found("zlib:compress")(b"") != b""
    True
    """
    if spec.startswith("exec:"):
        try:
            return Program(shlex.split(spec.removeprefix("exec:")))
        except ValueError as error:
            raise UnfitError(f"its command cannot be read: {error}") from None
    place, colon, name = spec.rpartition(":")
    if not colon:
        # Only whoever is asked by such a name waits for it.
        from importlib.metadata import entry_points

        entries = entry_points(group=GROUP, name=spec)
        if not entries:
            what = f"no entry point of {GROUP} is called {spec!r}"
            raise UnfitError(f"{what}; for what is in a file write {spec}:NAME" if spec.endswith(".py") else what)
        return next(iter(entries)).load()
    if place.endswith(".py"):
        path = Path(place).absolute()
        if not path.is_file():
            raise UnfitError(f"{place}: no such file")
        # What stands beside it may be imported by it.
        sys.path.insert(0, str(path.resolve().parent))
        module_spec = importlib.util.spec_from_file_location(path.stem, path)
        assert module_spec is not None
        assert module_spec.loader is not None
        module = importlib.util.module_from_spec(module_spec)
        sys.modules[path.stem] = module
        module_spec.loader.exec_module(module)
    else:
        try:
            module = importlib.import_module(place)
        except ModuleNotFoundError as error:
            # It may be there, and not find a module of its own.
            if error.name is None or not place.startswith(error.name):
                raise
            raise UnfitError(f"there is no module {place}") from None
    thing: Any = module
    for part in name.split(".") if name else []:
        if not hasattr(thing, part):
            raise UnfitError(f"{place} has no {name}")
        thing = getattr(thing, part)
    return thing


def name_of(thing: Any) -> str:
    """What a thing is called that is handed in as it is: a module, a class, a function, or an object.

    >>> import zlib
    >>> name_of(zlib), name_of(zlib.compress), name_of(zlib.compressobj()), name_of(lambda q: zlib)
    ('zlib:', 'zlib:compress', 'zlib:Compress', 'compress.foreign.places:<lambda>')
    """
    if inspect.ismodule(thing):
        return f"{thing.__name__}:"
    known = thing if inspect.isclass(thing) or inspect.isroutine(thing) else type(thing)
    return f"{known.__module__}:{known.__qualname__}"
