"""`python -m compress` is `codelen`: the door of the program."""

from __future__ import annotations

import gc

from compress.interrupts import end_on_signals

# How many new objects may come together before garbage is looked for.
_OBJECTS = 100_000


def main() -> None:
    """Run the command line and exit.  Signals are looked out for before anything is loaded."""
    end_on_signals()
    # Loading makes a hundred thousand objects, and none of them is garbage: look for garbage less often than that.
    gc.set_threshold(_OBJECTS)
    from compress.cli.main import main

    main()


if __name__ == "__main__":
    main()
