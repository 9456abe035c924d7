"""The lab's pages, served to this machine alone: the notebooks of this folder, each with a real engine behind it."""

from __future__ import annotations

import base64
import errno
import functools
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compress.errors import OutputError, SpecError, quoted
from compress.lab.guard import Guard
from compress.notation import nearest

__all__ = ["HOST", "LAST_PORT", "NOTEBOOKS", "notebook_named", "serve"]

HOST = "127.0.0.1"
LAST_PORT = 65_535
# By their names, which are those of their files.
NOTEBOOKS = {
    "beliefs": "Beliefs and bits: move P and Q with sliders, and see what a wrong belief costs.",
    "words": "Words and intervals: type a word, and see it as a walk down a tree and as a point in an interval.",
    "losses": "A loss is a file size: go through a training, and watch the file shrink with the loss.",
}

_MISSING = "the lab needs marimo; pip install 'codelen[lab]'"


def notebook_named(name: str) -> str:
    """The notebook of that name.  Raises SpecError, with the nearest, where there is none.

    >>> notebook_named("beliefs")
    'beliefs'
    """
    if name not in NOTEBOOKS:
        raise SpecError(f"no page of the lab is called {quoted(name)}; did you mean {nearest(name, NOTEBOOKS)}?")
    return name


def serve(port: int, ready: Callable[[str], object], page: str = "") -> None:
    """Serve the pages until a signal ends it; ready: called with the address when they can be asked for.

    The address has a token, which is drawn anew each time: whoever does not have it is not answered (`guard`).
    page: which of them is in the address, by default the one that lists the others.  port: 0 for any that is free.
    Raises OutputError for a port that is taken, and where marimo is not installed.
    """
    try:
        import uvicorn
    except ImportError:
        raise OutputError(_MISSING) from None
    pages = _pages()
    with _listening(port) as listener:
        port, token = listener.getsockname()[1], secrets.token_urlsafe(16)
        ready(f"http://{HOST}:{port}/{page}?token={token}")
        config = uvicorn.Config(Guard(pages, port, token), log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


def _listening(port: int) -> socket.socket:
    listener = socket.socket()
    # A port that was left a moment ago may be taken again.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise OutputError(f"port {port} is in use; name another, or 0 for any that is free") from None
        raise OutputError(f"port {port}: {error.strerror}") from None
    return listener


def _pages() -> Any:
    """The page that lists the others, and the others."""
    try:
        import marimo
        from starlette.applications import Starlette
        from starlette.responses import HTMLResponse
        from starlette.routing import Mount, Route
    except ImportError:
        raise OutputError(_MISSING) from None
    builder = marimo.create_asgi_app(quiet=True, include_code=True)
    for name in NOTEBOOKS:
        builder = builder.with_app(path=f"/{name}", root=str(Path(__file__).with_name(f"{name}.py")))

    async def index(_: object) -> HTMLResponse:
        return HTMLResponse(_first_page())

    return Starlette(routes=[Route("/", index), Mount("/", builder.build())])


@functools.cache
def _first_page() -> str:
    """The page that lists the others, with a small picture of each, drawn when it is first asked for."""
    from compress.lab import pieces

    p, q = pieces.beliefs((7, 3), (9, 1))
    drawn = {
        "beliefs": pieces.stack(pieces.experiment(p, q, "arithmetic", 1_000, 0)),
        "words": pieces.intervals(pieces.spelled("abba", "empirical")),
        "losses": pieces.epochs(pieces.learned("coin", 0, 0), 4),
    }
    items = []
    for name, text in NOTEBOOKS.items():
        title, _, what = text.partition(": ")
        svg = drawn[name][drawn[name].index("<svg") : drawn[name].index("</svg>") + 6]
        source = base64.b64encode(svg.encode()).decode()
        items.append(
            f'<a href="/{name}/"><img src="data:image/svg+xml;base64,{source}" alt=""><b>{title}</b>'
            f"<span>{what[0].upper()}{what[1:]}</span></a>"
        )
    return _INDEX.replace("ITEMS", "\n".join(items))


_INDEX = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>codelen: the lab</title><link rel="icon" href="data:,">
<style>:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;
padding:0 1rem}nav{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,18rem),1fr));gap:1.5rem}
nav a{display:flex;flex-direction:column;gap:.4rem;color:inherit;text-decoration:none;border:1px solid #8886;
border-radius:.5rem;padding:1rem}nav a:hover,nav a:focus-visible{border-color:currentColor}
img{width:100%;height:10rem;object-fit:contain;background:#fff;border-radius:.3rem}b{font-size:1.1rem}</style>
<h1>The lab</h1><p>Each page has sliders. A figure that is called <i>measured</i> comes from a file that was encoded,
decoded and counted when you moved one.</p><nav>ITEMS</nav></html>
"""
