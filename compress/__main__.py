"""`python -m compress` is `codelen`."""

from compress.cli.main import main

if __name__ == "__main__":
    main()
