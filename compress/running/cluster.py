"""Workers of a dask cluster, which may run on other machines.

    dask scheduler                               on one machine, which then says tcp://HOST:8786
    dask worker tcp://HOST:8786                  on each, with this package installed
    with cluster("tcp://HOST:8786") as workers: ...

A worker that dies is dask's to replace: it tries a call on others, and gives it up when a few have died of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, wait
from functools import partial
from typing import Any, ParamSpec, TypeVar

from compress import __version__
from compress.errors import DataError, OutputError
from compress.running.helpers import Helpers, KilledError

__all__ = ["Cluster", "cluster"]

P = ParamSpec("P")
T = TypeVar("T")

# How long a scheduler may take to answer, and how often dask tries a call again that was lost, or failed.
_PATIENCE, _RETRIES = 10.0, 2
# How often it is looked whether the scheduler is still there, where nothing else comes: seconds.
_A_WHILE = 1.0


class _Calls(Executor):
    """Calls that a client of dask's has made.

    Dask's own executor asks for a result and then for its status, and takes the one for the other where a worker dies
    in between.
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        asked = self._client.submit(partial(work, *given, **named), retries=_RETRIES, pure=False)
        told: Future[T] = Future()
        told.add_done_callback(lambda told: asked.cancel() if told.cancelled() else None)
        self._client.loop.add_callback(_hand_over, asked, told)
        return told


async def _hand_over(asked: Any, told: Future[Any]) -> None:
    """Wait for a future of dask's, and give what came of it to another, unless that is cancelled by then."""
    result: Any = None
    error: Exception | None = None
    try:
        result = await asked
    except asyncio.CancelledError:
        # The client's loop ends.
        error = CancelledError()
    except Exception as raised:
        error = raised
    if not told.set_running_or_notify_cancel():
        return
    if error is None:
        told.set_result(result)
    else:
        told.set_exception(error)


class Cluster(Helpers):
    """The workers of a scheduler; its client is somebody else's to close."""

    # What dask gives up has ended several workers.
    tries = 1

    def __init__(self, client: Any, address: str) -> None:
        super().__init__(_Calls(client), max(sum(client.nthreads().values()), 1))
        self._client, self._address = client, address

    def submit(self, work: Callable[P, T], /, *given: P.args, **named: P.kwargs) -> Future[T]:
        """Have a call made; where the scheduler is gone, one that says so when its result is asked for."""
        try:
            return super().submit(work, *given, **named)
        except Exception:
            # What a closed client raises has had several names.
            if not self._is_gone():
                raise
            failed: Future[T] = Future()
            failed.set_exception(CancelledError())
            return failed

    def forget(self, future: Future[T]) -> None:
        """The result of a call is no longer needed; where the scheduler is gone, there is nobody to tell."""
        if not self._is_gone():
            super().forget(future)

    def wait(self, futures: Collection[Future[Any]]) -> None:
        """Wait until one of these is done.  Raises DataError where none will be, for the scheduler is gone."""
        while not wait(futures, timeout=_A_WHILE, return_when=FIRST_COMPLETED).done:
            if self._is_gone():
                raise self._gone()

    def _is_gone(self) -> bool:
        return str(self._client.status) in ("closing", "closed")

    def _gone(self) -> DataError:
        return DataError(f"{self._address}: the scheduler is gone")

    def result(self, future: Future[T]) -> T:
        """What came of a call.  Raises KilledError, DataError where the scheduler is gone, or what the call raised."""
        from distributed import KilledWorker
        from distributed.comm.core import CommClosedError

        try:
            return future.result()
        except KilledWorker:
            raise KilledError from None
        except (CancelledError, CommClosedError):
            raise self._gone() from None


@contextlib.contextmanager
def cluster(address: str) -> Iterator[Cluster]:
    """The workers of the scheduler at this address.

    Raises DataError where it does not answer, or where its workers have not this version; OutputError where dask is
    not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise OutputError(f"{address}: a cluster needs dask; pip install 'codelen[cluster]'") from None
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise DataError(f"{address}: no scheduler answers: {error}") from None
    try:
        _require_same(client, address)
        yield Cluster(client, address)
    finally:
        with contextlib.suppress(Exception):
            client.close(timeout=2)  # type: ignore[no-untyped-call]


def _require_same(client: Any, address: str) -> None:
    """Raise DataError for a worker that has another version of this package, or none."""
    try:
        versions = set(client.run(_version).values())
    except ImportError:
        raise DataError(f"{address}: a worker has no codelen; install it there, too") from None
    if versions - {__version__}:
        raise DataError(
            f"{address}: a worker has codelen {', '.join(sorted(versions - {__version__}))}; this is {__version__}"
        )


def _version() -> str:
    from compress import __version__ as version

    return version
