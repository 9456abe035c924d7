"""A lab in a process of its own: started, and ended by a signal."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

__all__ = ["ended", "started", "without_token"]


def started(*words: str) -> tuple[subprocess.Popen[str], str]:
    """A lab that serves, and where."""
    lab = subprocess.Popen(
        [sys.executable, "-m", "compress", "lab", "--port", "0", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert lab.stdout is not None
    line = lab.stdout.readline()
    found = re.search(r"http://127\.0\.0\.1:\d+/\S*", line)
    assert found, line
    return lab, found.group()


def ended(lab: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    """The status and the words of a lab that a signal ends; it is killed where that does not help."""
    lab.send_signal(number)
    try:
        _, err = lab.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        lab.kill()
        lab.communicate()
        raise
    return lab.returncode, err


def without_token(address: str) -> str:
    """The address of the page that lists the others."""
    return address.partition("?")[0]
