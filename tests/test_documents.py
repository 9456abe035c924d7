"""The blocks of README and of the manual are run: their examples print what they say they print."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

import pytest
from documents import DOCUMENTS, MANUAL, ROOT, Example, blocks, examples, failing
from rich.cells import cell_len

from compress import encode
from compress.cli.main import COMMANDS, cli
from compress.coders.catalog import CODERS
from compress.reports.manual import INDEX, page, text_of, topics
from compress.reports.table import render
from compress.sources.tokens import KINDS, tokeniser

README = ROOT / "README.md"

# An example may start several processes.
pytestmark = [
    pytest.mark.skipif(not (ROOT / "samples").is_dir(), reason="needs a checkout"),
    pytest.mark.timeout(600),
]


def is_slow(example: Example) -> bool:
    """Whether it takes half a second or more; those of README run all the same."""
    words = (" judge ", " ladder ", " --assumed mix", " learn ", " laws", " bench ")
    told = any(word in f"{command} " for command, _ in example.commands for word in words)
    return example.document != README and told


@pytest.mark.parametrize(
    "example",
    [pytest.param(each, id=str(each), marks=[pytest.mark.slow] * is_slow(each)) for each in examples()],
)
def test_console_block_prints_what_is_shown(example: Example, tmp_path: Path) -> None:
    assert failing(example, tmp_path) == []


@pytest.mark.parametrize("document", [each for each in DOCUMENTS if blocks(each, "python")], ids=lambda each: each.stem)
def test_python_block_prints_what_is_shown(document: Path) -> None:
    for number, block in enumerate(blocks(document, "python")):
        test = doctest.DocTestParser().get_doctest(block, {}, f"{document.stem} {number}", str(document), 0)
        results = doctest.DocTestRunner().run(test)
        assert results.attempted > 0
        assert results.failed == 0


def test_setup_is_two_commands_of_one_line() -> None:
    commands = blocks(README, "sh setup")
    assert len(commands) == 2
    assert all(command.count("\n") == 1 for command in commands)
    assert "codelen demo" in commands[0]
    assert "pytest" in commands[1]


def test_readme_is_short_and_has_every_command() -> None:
    text = README.read_text("utf-8")
    assert text.count("\n") <= 250
    rows = re.findall(r"^\| `codelen ([a-z]+)` \| (.+?) \|$", text, re.MULTILINE)
    assert rows == [(name, summary) for section in COMMANDS.values() for name, (_, summary) in section.items()]
    assert re.findall(r"^\| \*\*(.+?)\*\* \|", text, re.MULTILINE) == list(COMMANDS)


def test_every_option_of_every_command_is_in_the_manual() -> None:
    text = " ".join(path.read_text("utf-8") for path in MANUAL.glob("*.md"))
    told = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", text))
    context = cli.make_context("codelen", ["info"], resilient_parsing=True)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None
        for option in command.params:
            if option.param_type_name == "option":
                assert told & set(option.opts), (name, option.opts)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda each: each.stem)
def test_every_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", document.read_text("utf-8"))
    assert all((document.parent / link).exists() for link in links if "://" not in link), links


def test_the_format_s_worked_example_is_what_encode_writes() -> None:
    [example] = [block for block in blocks(MANUAL / "format.md", "") if block.startswith("8B 43")]
    rows = [re.findall(r"[0-9A-F]{2}(?= |$)|\.\.", line[:34]) for line in example.splitlines()]
    shown = [byte for row in rows for byte in row]
    written = encode(b"aab", coder="huffman")
    assert len(shown) == len(written)
    assert all(one in ("..", f"{byte:02X}") for one, byte in zip(shown, written, strict=True))


def test_the_format_names_every_coder_and_token_kind_by_its_number() -> None:
    text = (MANUAL / "format.md").read_text("utf-8")
    for family in CODERS.values():
        if family.number is not None:
            assert f"{family.number} {family.name}" in text
    for name in KINDS[:-1]:
        number = tokeniser(name).number
        assert number is None or f"{number} {name}" in text


def test_every_topic_fits_80_columns_on_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    for topic in (INDEX, *topics()):
        long = [line for line in render(page(topic), coloured=False).splitlines() if cell_len(line) > 80]
        assert long == [], topic


def test_the_list_of_topics_has_each_once() -> None:
    assert sorted(re.findall(r"^\| \[(\w+)\]\(\1\.md\) \|", text_of(INDEX), re.MULTILINE)) == topics()
