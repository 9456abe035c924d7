"""`python -m compress` is `codelen`: the door of the program."""

from __future__ import annotations

from compress.interrupts import end_on_signals


def main() -> None:
    """Run the command line and exit.  Signals are looked out for before anything is loaded."""
    end_on_signals()
    from compress.cli.main import main

    main()


if __name__ == "__main__":
    main()
