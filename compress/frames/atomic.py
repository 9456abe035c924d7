"""Outputs: whole or absent, and never in the place of an input.

What is written goes to a temporary file beside the target, is flushed to the disk, and
takes the target's name last: no error, signal or power failure leaves half a file under
that name.  A name is taken if anything stands there, a link to nowhere included.

Next: `files` (what is written).
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from compress.errors import OutputError
from compress.interrupts import undone_if_interrupted

__all__ = ["DISK_ERRORS", "STANDARD_INPUT", "STANDARD_OUTPUT", "check_target", "refuse_to_destroy", "write_atomically"]

# What only writing can meet: no space, no quota, too large a file.
DISK_ERRORS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG))

# Where bytes come from or go to: a file's name, or the descriptor of a stream that is open.
Place = str | Path | int

STANDARD_INPUT, STANDARD_OUTPUT = 0, 1
_STREAMS = {STANDARD_INPUT: "standard input", STANDARD_OUTPUT: "standard output"}


def refuse_to_destroy(outputs: Iterable[Place], inputs: Iterable[Place]) -> None:
    """Raise OutputError if an output is an input: the same file, by whatever name, link or symbolic link.

    Names of files that need not be there, or descriptors of streams.
    """
    read = [(place, status) for place in inputs if (status := _status(place)) is not None]
    for output in outputs:
        written = _status(output)
        for place, status in read:
            if written is not None and os.path.samestat(written, status):
                which = "" if str(place) == str(output) else f" {_name(place)}"
                raise OutputError(f"{_name(output)}: is the input{which}; name another output")


def _name(place: Place) -> str:
    return _STREAMS.get(place, str(place)) if isinstance(place, int) else str(place)


def _status(name: Place) -> os.stat_result | None:
    """What is behind a name, links followed; None if there is nothing, or nothing that could be destroyed."""
    try:
        status = os.stat(name)
    except (OSError, ValueError):
        return None
    return status if stat.S_ISREG(status.st_mode) else None


@contextlib.contextmanager
def write_atomically(target: Path, *, overwrite: bool, like: Path | None = None) -> Iterator[BinaryIO]:
    """A binary file that takes the target's name when the block ends well, and is gone otherwise.

    If a file `like` is given, it has that one's mode and times, and as root its owner, before it has the
    name.  A symbolic link is replaced itself, not what it points to.
    Raises OutputError if the target is there already and may not be overwritten, or could not be a file.
    """
    check_target(target, overwrite=overwrite)
    # The name is known before the file is there, so that no signal finds a file that nobody would remove.
    temporary = target.with_name(f".{target.name[:20]}.{os.urandom(8).hex()}.part")
    with undone_if_interrupted(lambda: temporary.unlink(missing_ok=True)):
        try:
            # Private until it has its mode, and never a file that is there already.
            with open(temporary, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if like is None:
                _usual_mode(temporary)
            else:
                status = like.stat()
                if os.geteuid() == 0:
                    # Who acts for another leaves the file to its owner.
                    os.chown(temporary, status.st_uid, status.st_gid)
                temporary.chmod(status.st_mode & 0o777)
                os.utime(temporary, ns=(status.st_atime_ns, status.st_mtime_ns))
            if os.path.lexists(target) and not overwrite:
                raise OutputError(f"{target}: appeared meanwhile; -f overwrites it")
            temporary.replace(target)
        except BaseException as error:
            # Where nothing can be written nothing can be removed, either: the first error is the one to tell.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            if isinstance(error, OSError):
                # Nobody asked for the temporary file, and a full disk names none.
                is_full = error.filename is None and error.errno in DISK_ERRORS
                if is_full or (error.filename is not None and os.fspath(error.filename) == str(temporary)):
                    error.filename = str(target)
            raise


def check_target(target: Path, *, overwrite: bool) -> None:
    """Raise OutputError if nothing could be written there: now, and not after the work."""
    if not target.absolute().parent.is_dir():
        raise OutputError(f"{target}: its directory does not exist")
    # A link in /dev may lead to a plain file, as /dev/stdout does; the link is not to be replaced.
    folder = target.parent.resolve()
    is_the_systems = folder == Path("/dev") or folder.is_relative_to("/proc")
    if os.path.exists(target) and (is_the_systems or not os.path.isfile(target)):
        raise OutputError(f"{target}: is not a regular file; name another, or write to standard output")
    if os.path.lexists(target) and not overwrite:
        raise OutputError(f"{target}: already exists; -f overwrites it")


def _usual_mode(path: Path) -> None:
    """The mode that a new file would have got: temporary files are private until here."""
    mask = os.umask(0)
    os.umask(mask)
    path.chmod(0o666 & ~mask)
