"""Who may ask the lab: whoever has the address that was printed, in a browser that believes to talk to this machine.

A page of any site can make your browser ask 127.0.0.1, and everybody on this machine can, too.  So a request is
answered only if

    Host      is 127.0.0.1 or localhost with the lab's port: a site that gives its own name this address is not
    Origin    is the same, if the browser tells one: a page of another site is not
    token     is in the address, and from then on in a cookie
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

__all__ = ["Guard"]

Message = MutableMapping[str, Any]
App = Callable[[Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

# What a socket is closed with before it is open: for a browser that is status 403.
_POLICY = 1008


class Guard:
    """An application that passes on what may be asked; port: that of the lab.  token: the secret of its address."""

    def __init__(self, app: App, port: int, token: str) -> None:
        self._app, self._token = app, token
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        # A browser tells none for a page that is typed in.
        self._origins = {None, *(f"http://{host}" for host in self._hosts)}
        # The cookies of a machine are those of all its ports.
        self._cookie = f"codelen_lab_{port}"

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        asked = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if asked.get("host") not in self._hosts or asked.get("origin") not in self._origins:
            await self._refuse(scope, send, 403, "the lab answers this machine alone")
        elif scope["type"] == "http" and self._is_token(query.pop("token", [""])[0]):
            # From now on in a cookie: an address is seen, kept and sent around.
            rest = urlencode(query, doseq=True)
            place = scope["path"] + (f"?{rest}" if rest else "")
            cookie = f"{self._cookie}={self._token}; Path=/; HttpOnly; SameSite=Strict"
            await _answer(send, 303, "", {"location": place, "set-cookie": cookie})
        elif self._is_token(self._kept(asked.get("cookie", ""))):
            await self._app(scope, receive, send)
        else:
            await self._refuse(scope, send, 401, "open the address that codelen lab has printed, with its token")

    def _is_token(self, given: str) -> bool:
        return hmac.compare_digest(given.encode(), self._token.encode())

    def _kept(self, cookies: str) -> str:
        kept = SimpleCookie(cookies).get(self._cookie)
        return "" if kept is None else kept.value

    async def _refuse(self, scope: Message, send: Callable[[Message], Awaitable[None]], status: int, why: str) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": _POLICY, "reason": why})
        else:
            await _answer(send, status, f"{why}\n", {})


async def _answer(send: Callable[[Message], Awaitable[None]], status: int, text: str, headers: dict[str, str]) -> None:
    told = {"content-type": "text/plain; charset=utf-8", **headers}
    sent = [(name.encode(), value.encode()) for name, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": sent})
    await send({"type": "http.response.body", "body": text.encode()})
