"""The command `codelen`: a group whose commands are loaded when they are called.

`codelen --help` and `--version` load click and nothing heavier, so this module knows
each command's module and summary as words.  Errors of every kind end here, as one line
on standard error and an exit status:

    0 ok   1 data or I/O   2 usage   3 a check failed   141 broken pipe   129, 130, 131, 143 a signal (`interrupts`)
"""

from __future__ import annotations

import importlib
import os
import shlex
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
from click.exceptions import Exit

from compress import __version__
from compress.cli.failures import fail, tell
from compress.errors import quoted
from compress.reports import plain
from compress.shown import COMMAND

__all__ = ["main"]

# Section, then command: its module and its summary.
COMMANDS = {
    "Teach": {
        "demo": ("experiments.measure", "Six beliefs about a coin, each encoded for real."),
        "lesson": ("lesson", "Five chapters, from surprise to training, measured as you read."),
        "trace": ("trace", "Send a short message through a coder, step by step, and back."),
        "lab": ("lesson", "Pages with sliders; each figure comes from a file just encoded."),
        "laws": ("laws", "Test theorems by experiment: what is predicted, what is measured."),
        "info": ("describe", "Surprise, entropy, cross-entropy and divergence of distributions."),
        "code": ("describe", "The code that is built from a distribution: words, lengths, tree."),
        "coders": ("describe", "List the coders: what each guarantees, and what it costs."),
        "manual": ("lesson", "Read the manual, a topic at a time."),
    },
    "Compress and compare": {
        "encode": ("files.encode", "Encode files: FILE becomes FILE.clen."),
        "decode": ("files.decode", "Decode .clen files."),
        "test": ("files.decode", "Decode .clen files and check them; write nothing."),
        "inspect": ("files.decode", "Show where every bit of a .clen file went."),
        "report": ("surveys.report", "Measure files with beliefs and coders: bits per token, totals."),
        "compare": ("surveys.report", "Compare two reports: what is larger, smaller, slower or wrong."),
        "ladder": ("surveys.ladder", "Climb down: better and better beliefs about a file."),
        "bench": ("bench", "Measure speeds on this machine, beside other coders."),
    },
    "Check a claim or a coder": {
        "validate": ("experiments.measure", "Draw from P, encode with Q, decode, account for every bit."),
        "sweep": ("experiments.sweep", "The same over a grid of P, Q, coders and n."),
        "plan": ("experiments.plan", "How many tokens answer a question, before any is drawn."),
        "sample": ("describe", "Draw tokens from a distribution."),
        "judge": ("judge", "Test somebody else's coder: does it decode, and what does it cost?"),
    },
    "Weigh a model": {
        "weigh": ("weigh", "Encode with a model's predictions: the payload is its loss."),
        "learn": ("learn", "Train a small model, and watch its loss shrink as a file."),
    },
}


@dataclass
class Settings:
    """What the group's own options ask for."""

    debug: bool = False


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the help."""
        return [name for section in COMMANDS.values() for name in section]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        for section in COMMANDS.values():
            if cmd_name in section:
                module = importlib.import_module(f"compress.cli.{section[cmd_name][0]}")
                command = getattr(module, f"{cmd_name}_command")
                assert isinstance(command, click.Command)
                return _with_help(command)
        return None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word.  Raises UsageError, with the nearest, for a word that is none."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            from compress.notation import alike

            near = alike(args[0], self.list_commands(ctx)) if args else None
            if near is None:
                raise
            raise click.UsageError(f"no command is called {quoted(args[0])}; did you mean {near}?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by section, from their summaries alone."""
        for section, commands in COMMANDS.items():
            with formatter.section(section):
                formatter.write_dl([(name, summary) for name, (_, summary) in commands.items()])


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="codelen", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.pass_context
def cli(ctx: click.Context, debug: bool) -> None:
    """Weigh beliefs in bits.

    Draw or read tokens whose true distribution is P, encode them with a real coder built from an
    assumed Q, decode them, and account for every bit of the file.

    A distribution is written H=0.7,T=0.3 or bernoulli:0.7, uniform:6, dice:2, binomial:n=10,p=0.5,
    benford, zipf:k=1000,s=1.1, geometric:p=0.3, poisson:4, normal:mean=0,sd=1,step=0.1, file:PATH,
    @TABLE.json, or, for tokens that depend on each other, markov:@CHAIN.json.
    """
    ctx.ensure_object(Settings).debug = debug


def _with_help(command: click.Command) -> click.Command:
    """The command, whose help is its docstring, wherever Python has left that."""
    if command.help is None and command.callback is not None:
        from compress.docstrings import docstring

        command.help = docstring(command.callback)
    return command


_with_help(cli)


def main() -> NoReturn:
    """Run the command line and exit."""
    if (asked := os.environ.get("_CODELEN_COMPLETE")) is not None:
        # A shell asks how a word goes on.
        from click.shell_completion import shell_complete

        sys.exit(shell_complete(cli, {"obj": Settings()}, "codelen", "_CODELEN_COMPLETE", asked))
    if "--debug" not in sys.argv:
        # Of a library to its programmer: a letter that a font lacks, a number that is too large.
        warnings.simplefilter("ignore")
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line; returns the exit status."""
    settings = Settings(debug="--debug" in arguments)
    if settings.debug:
        import logging

        logging.basicConfig(format="codelen: %(message)s")
        logging.getLogger("compress").setLevel(logging.DEBUG)
    # A stream that was closed before we began takes what is written, and keeps nothing.
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115  # for as long as the program runs
    sys.stderr = sys.stderr or sys.stdout
    plain.register()
    typed = COMMAND.set(shlex.join(["codelen", *arguments]))
    for stream in (sys.stdout, sys.stderr):
        # A screen that lacks a letter gets it in letters that it has, not a crash.
        getattr(stream, "reconfigure", lambda **_: None)(errors=plain.PLAIN)
    try:
        status = _ended(arguments, settings)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Whoever read our output has had enough; nothing more may be written to it.
        _drop_output()
        return 141
    except (KeyboardInterrupt, click.Abort):
        return fail("interrupted", 130)
    except Exception as error:
        status = tell(error, debug=settings.debug)
        try:
            sys.stdout.flush()
        except OSError:
            # It was told of, and the interpreter is not to meet it again.
            _drop_output()
        return status
    finally:
        COMMAND.reset(typed)


def _ended(arguments: list[str], settings: Settings) -> int:
    """Run a command; returns the exit status if it ends as it means to."""
    try:
        # Not cli.main(), which has an exit status of its own for a broken pipe.
        with cli.make_context("codelen", list(arguments), obj=settings) as context:
            cli.invoke(context)
    except Exit as end:
        return end.exit_code
    return 0


def _drop_output() -> None:
    """What is still to be written to standard output goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
