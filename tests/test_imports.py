"""The house: a module imports only what is listed above it."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import compress
from compress.cli.failures import tell
from compress.errors import DataError

PACKAGE = Path(compress.__file__).parent

# From the ground up; a module imports only modules that are listed above it.
HOUSE = (
    "errors",
    "shown",
    "notation",
    "docstrings",
    "interrupts",
    "inputs",
    "compiling",
    "kernel",
    "probability.information",
    "probability.continuous",
    "probability.decimals",
    "probability.families",
    "probability.distribution",
    "probability.moments",
    "probability.chain",
    "probability.frequencies",
    "probability.relative",
    "probability.zeros",
    "symbols",
    "sources.splitting",
    "sources.tokens",
    "sources.protocol",
    "sources.iid",
    "sources.markov",
    "sources.recorded",
    "specs",
    "coders.codebook",
    "coders.protocol",
    "coders.prefix",
    "coders.reference",
    "coders.huffman",
    "coders.shannon",
    "coders.fixed",
    "coders.interval",
    "coders.arithmetic",
    "coders.catalog",
    "models.protocol",
    "models.driven",
    "models.sequential",
    "models.counts",
    "models.contexts",
    "models.chains",
    "models.predictions",
    "models.rows",
    "models.sparse",
    "models.network",
    "models.characters",
    "models.catalog",
    "belief",
    "ledger",
    "frames.format",
    "frames.packing",
    "frames.header",
    "frames.frame",
    "frames.coding",
    "frames.atomic",
    "frames.files",
    "frames.given",
    "foreign.limits",
    "foreign.shapes",
    "foreign.programs",
    "foreign.places",
    "foreign.wire",
    "foreign.messages",
    "foreign.keeper",
    "foreign.workshop",
    "foreign.coder",
    "foreign.choice",
    "experiments.checks",
    "experiments.predict",
    "experiments.claim",
    "experiments.order",
    "experiments.validation",
    "experiments.planning",
    "experiments.outcome",
    "experiments.validate",
    "experiments.sabotage",
    "experiments.baselines",
    "experiments.report",
    "experiments.arrays",
    "experiments.weigh",
    "experiments.labelled",
    "experiments.totals",
    "experiments.learn",
    "experiments.outside",
    "experiments.survey",
    "experiments.cross",
    "experiments.repeat",
    "experiments.theorems",
    "experiments.theorems_of_codes",
    "experiments.theorems_of_samples",
    "experiments.laws",
    "experiments.trace",
    "experiments.kept",
    "experiments.compare",
    "api",
    "experiments.demo",
    "experiments.lessons",
    "experiments.cases",
    "experiments.court",
    "experiments.judge",
    "reports.plain",
    "reports.tables",
    "reports.parts",
    "reports.markdown",
    "reports.records",
    "reports.forecast_records",
    "reports.run_records",
    "reports.survey_records",
    "reports.rows",
    "reports.described",
    "reports.inspected",
    "reports.claimed",
    "reports.measured",
    "reports.surveyed",
    "reports.figures",
    "reports.crossed",
    "reports.weighed",
    "reports.learned",
    "reports.lawful",
    "reports.judged",
    "reports.traced",
    "reports.lessons",
    "reports.repeated",
    "reports.compared",
    "reports.charts",
    "reports.drawing",
    "reports.trees",
    "reports.intervals",
    "reports.run_plots",
    "reports.learn_plots",
    "reports.code_plots",
    "reports.survey_plots",
    "reports.lab_plots",
    "reports.plots",
    "reports.page",
    "reports.views",
    "reports.displays",
    "lab.pieces",
    "lab.beliefs",
    "lab.words",
    "lab.losses",
    "lab.guard",
    "lab.server",
    "cli.failures",
    "cli.options",
    "cli.exporting",
    "cli.screens",
    "cli.describe",
    "cli.measure",
    "cli.weighing",
    "cli.learning",
    "cli.teaching",
    "cli.tracing",
    "cli.proving",
    "cli.judging",
    "cli.reporting",
    "cli.filing",
    "cli.main",
)
# Rooms that may not meet although the order would allow it.
STRANGERS = (("coders", "sources"), ("models", "sources"))


def modules() -> list[Path]:
    """Every module that holds something; a room's own `__init__` says what it is for."""
    return sorted(path for path in PACKAGE.rglob("*.py") if path.stem[:2] != "__")


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    """The modules of the package that a module imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            if module == "compress" or module.startswith("compress."):
                below = [f"{module}.{alias.name}".removeprefix("compress.") for alias in node.names]
                # `from compress.coders import prefix` imports a module, `from compress.ledger import TERMS` a name.
                found |= {name if name in HOUSE else module.removeprefix("compress.") for name in below}
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("compress.") for alias in node.names if alias.name.startswith("compress.")
            }
    # The roof, from which the version comes.
    return found - {"compress"}


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_imports_only_what_is_listed_above_it(path: Path) -> None:
    here = name_of(path)
    assert imports(path) <= set(HOUSE[: HOUSE.index(here)])
    for a, b in STRANGERS:
        rooms = {module.partition(".")[0] for module in imports(path)}
        assert here.partition(".")[0] != a or b not in rooms
        assert here.partition(".")[0] != b or a not in rooms


def test_messages_of_the_library_name_python_s_arguments_and_those_of_the_command_line_its_options() -> None:
    library = [path for path in PACKAGE.rglob("*.py") if path.parent.name not in ("cli", "reports", "lab")]
    assert len(library) > 25
    for path in library:
        strings = [
            node.value for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)
        ]
        assert not [text for text in strings if isinstance(text, str) and re.search(r"(^| )--[a-z]", text)], path


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("it sums to 2; normalize=True rescales it", "it sums to 2; --normalize rescales it"),
        ("max_output.clen: is damaged; see max_output", "max_output.clen: is damaged; see --max-output"),
        ("max_output.clen: is a directory", "max_output.clen: is a directory"),
        ("q is 0; choose zeros='floor:1e-9'", "q is 0; choose --zeros floor:1e-9"),
        ("too much; max_memory allows 5 for tokens='csv:a'", "too much; --max-memory allows 5 for --tokens csv:a"),
    ],
)
def test_the_command_line_names_its_options(message: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert tell(DataError(message), debug=False) == 1
    assert capsys.readouterr().err == f"codelen: {shown}\n"


def test_every_module_has_its_place_in_the_house() -> None:
    assert {name_of(path) for path in modules()} == set(HOUSE)
    assert len(HOUSE) == len(set(HOUSE))


def next_of(name: str) -> str:
    """The module that a docstring sends its reader to."""
    text = ast.get_docstring(ast.parse((PACKAGE / f"{name.replace('.', '/')}.py").read_text("utf-8"))) or ""
    [target] = re.findall(r"Next: `([\w.]+)` \([^)]+\)\.", text)
    [found] = (module for module in HOUSE if module == target or module.endswith(f".{target}"))
    return found


def test_a_reader_is_led_through_the_house_from_information_to_the_demo() -> None:
    name, seen = "probability.information", ["probability.information"]
    while name != "experiments.demo":
        name = next_of(name)
        assert name not in seen
        seen.append(name)
    rooms = ("probability", "sources", "coders", "models", "frames", "foreign", "experiments")
    lectures = {module for module in HOUSE if module.startswith(rooms)}
    lectures |= {"kernel", "compiling", "belief", "symbols", "specs", "ledger"}
    assert set(seen) == lectures


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_only_the_command_line_prints(path: Path) -> None:
    names = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    # A notebook is a script, too.
    spoken = set() if path.parent.name in ("cli", "lab") else {"print"}
    assert not names & {"input", "eval", "exec", *spoken}


def test_no_module_is_longer_than_a_student_reads() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > 350} == {}


def test_nothing_is_ever_unpickled_or_evaluated() -> None:
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                # Within the processes of a coder, never on this side of them.
                allowed = {"pickle"} if path.name in ("keeper.py", "shapes.py") else set()
                assert not names & ({"pickle", "marshal", "shelve"} - allowed)


def test_the_root_holds_what_it_is_to_hold() -> None:
    root = PACKAGE.parent
    if not (root / "tests").is_dir():
        pytest.skip("needs a checkout")
    held = {"pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "compress", "tests", "samples"}
    made = {"build", "dist", "wheel", "page.html"}
    found = {path.name for path in root.iterdir() if not path.name.startswith(".")}
    assert found - made == held


def test_no_test_waits_for_a_process_without_a_limit() -> None:
    waits = 0
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
            if (of, node.func.attr) == ("subprocess", "run") or (of, node.func.attr) == ("process", "communicate"):
                waits += 1
                assert "timeout" in {keyword.arg for keyword in node.keywords}, f"{path.name}:{node.lineno}"
    assert waits > 5


@pytest.mark.parametrize("argument", ["--version", "--help"])
def test_help_and_version_load_neither_numpy_nor_numba(argument: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "compress", argument]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
    loaded = {line.rpartition("|")[2].strip() for line in run.stderr.splitlines()}
    assert "click" in loaded
    assert not loaded & {"numpy", "numba", "rich", "bitarray"}


def test_only_who_takes_a_coder_from_outside_loads_what_it_needs() -> None:
    for room, loads in (("filing", False), ("learning", False), ("judging", True)):
        shown = "import sys; print('compress.foreign.workshop' in sys.modules, 'cloudpickle' in sys.modules)"
        command = [sys.executable, "-c", f"import compress.cli.{room}; {shown}"]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
        assert run.stdout.split() == [str(loads), "False"], room


def test_a_command_loads_what_it_needs_and_nothing_else() -> None:
    command = [sys.executable, "-X", "importtime", "-m", "compress", "info", "dice:2"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
    loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "rich" in loaded
    # numba looks whether scipy is there.
    assert not loaded & {"matplotlib", "jinja2", "scipy.special", "zstandard"}


def test_the_public_api_is_what_it_was() -> None:
    assert compress.__all__ == [
        "CODERS",
        "CompressError",
        "Distribution",
        "Ledger",
        "Validation",
        "compare",
        "cross_entropy",
        "decode",
        "decode_with",
        "encode",
        "encode_with",
        "entropy",
        "inspect",
        "judge",
        "kl_divergence",
        "laws",
        "learn",
        "report",
        "surprise",
        "validate",
        "weigh",
    ]
    for name in compress.__all__:
        assert getattr(compress, name) is not None
    with pytest.raises(AttributeError, match="nothing_here"):
        compress.nothing_here  # noqa: B018  # the access itself must raise
