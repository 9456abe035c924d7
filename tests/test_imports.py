"""The house: a module imports only what is listed above it."""

from __future__ import annotations

import ast
import functools
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import compress
from compress.cli.failures import tell
from compress.errors import DataError

PACKAGE = Path(compress.__file__).parent

# From the ground up: a module imports from its own room and from those that are named before it.
ROOMS = (
    *("errors", "shown", "notation", "docstrings", "interrupts", "inputs", "ordered", "checksums"),
    *("running", "compiling", "kernel"),
    *("probability", "symbols", "sources", "coders", "models", "ledger", "belief", "specs", "frames", "foreign"),
    *("experiments", "sweeps", "surveys", "training", "theorems", "judging", "benching", "api", "teaching"),
    *("reports", "lab", "cli"),
)
# Rooms that may not meet although the order would allow it.
STRANGERS = (("coders", "sources"), ("models", "sources"))
# What a reader is led through, room by room.
LECTURE = ROOMS[ROOMS.index("compiling") : ROOMS.index("reports")]


@functools.cache
def modules() -> list[Path]:
    """Every module that holds something; a room's own `__init__` says what it is for."""
    return sorted(path for path in PACKAGE.rglob("*.py") if path.stem[:2] != "__")


@functools.cache
def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts)


def room_of(name: str) -> str:
    return name.partition(".")[0]


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text("utf-8"))))


@functools.cache
def imports(path: Path) -> frozenset[str]:
    """The modules of the package that a module names, wherever in the file: in imports, and in what it loads by name.

    A name in a text for a reader is none: it is no whole string.
    """
    names, found = {name_of(each) for each in modules()}, set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            # `from compress.coders import prefix` imports a module, `from compress.ledger import TERMS` a name.
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {f"{node.module}"}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("compress."):
            # The module, one of its functions, or the room from which something is loaded.
            parts = node.value.rstrip(".").split(".")
            found |= {".".join(parts[:length]) for length in range(2, len(parts) + 1)}
            found |= {f"compress.{other}" for other in names if parts[1:] == [room_of(other)]}
    return frozenset({each.removeprefix("compress.") for each in found if each.startswith("compress.")} & names)


def test_a_room_stands_on_those_before_it() -> None:
    order = {room: place for place, room in enumerate(ROOMS)}
    for path in modules():
        here = room_of(name_of(path))
        rooms = {room_of(other) for other in imports(path)} - {here}
        assert not {room for room in rooms if order[room] >= order[here]}, name_of(path)
        for a, b in STRANGERS:
            assert here != a or b not in rooms
            assert here != b or a not in rooms


def test_no_modules_stand_on_each_other() -> None:
    below = {name_of(path): imports(path) - {name_of(path)} for path in modules()}
    while below:
        ground = {name for name, others in below.items() if not others & below.keys()}
        assert ground, f"a circle: {sorted(below)}"
        below = {name: others for name, others in below.items() if name not in ground}


def test_what_stands_on_the_wrong_side_is_seen(tmp_path: Path) -> None:
    (tmp_path / "low.py").write_text(
        "import compress.cli.main\nfrom compress.lab import pieces\nfrom compress.ledger import TERMS\n"
        "def f():\n    import_module('compress.reports.views')\n    'see compress.belief'\n"
    )
    assert imports(tmp_path / "low.py") == {"cli.main", "lab.pieces", "ledger", "reports.views"}


def test_messages_of_the_library_name_python_s_arguments_and_those_of_the_command_line_its_options() -> None:
    library = [path for path in PACKAGE.rglob("*.py") if room_of(name_of(path)) not in ("cli", "reports", "lab")]
    assert len(library) > 25
    for path in library:
        strings = [node.value for node in nodes(path) if isinstance(node, ast.Constant)]
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


def test_every_module_has_its_room_and_no_room_is_crowded() -> None:
    assert {room_of(name_of(path)) for path in modules()} == set(ROOMS)
    # A room of such a name would stand in its way as soon as it is loaded.
    assert not set(compress.__all__) & {name.partition(".")[0] for name in map(name_of, modules())}
    crowds = Counter(path.parent for path in modules())
    assert {str(folder): number for folder, number in crowds.items() if number > 15} == {}


def next_of(name: str) -> str:
    """The module that a docstring sends its reader to."""
    [module] = (node for node in nodes(PACKAGE / f"{name.replace('.', '/')}.py") if isinstance(node, ast.Module))
    text = ast.get_docstring(module) or ""
    [target] = re.findall(r"Next: `([\w.]+)` \([^)]+\)\.", text)
    names = [name_of(path) for path in modules() if room_of(name_of(path)) in LECTURE]
    [found] = (each for each in names if each == target or each.endswith(f".{target}"))
    return found


def test_a_reader_is_led_through_the_house_from_information_to_the_demo() -> None:
    name, seen = "probability.information", ["probability.information"]
    while name != "teaching.demo":
        name = next_of(name)
        assert name not in seen
        seen.append(name)
    assert {room_of(each) for each in seen} == set(LECTURE) - {"api"}
    # Whoever begins elsewhere comes to the same way.
    for path in modules():
        if room_of(name_of(path)) in set(LECTURE) - {"api"} and name_of(path) not in seen:
            assert next_of(name_of(path)) in seen


def test_only_the_command_line_prints() -> None:
    for path in modules():
        names = {node.func.id for node in nodes(path) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        # A notebook is a script, too.
        spoken = set() if room_of(name_of(path)) in ("cli", "lab") else {"print"}
        assert not names & {"input", "eval", "exec", *spoken}, path


def test_no_module_is_longer_than_a_student_reads() -> None:
    lengths = {str(path): len(path.read_text().splitlines()) for path in modules()}
    assert {path: length for path, length in lengths.items() if length > 300} == {}


def test_nothing_is_ever_unpickled_or_evaluated() -> None:
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", None)}
                # Within the processes of a coder, never on this side of them.
                allowed = {"pickle"} if path.name in ("keeper.py", "shapes.py") else set()
                assert not names & ({"pickle", "marshal", "shelve", "yaml"} - allowed)
            if isinstance(node, ast.Call):
                # No shell reads what a user wrote.
                assert not {"shell", "executable"} & {keyword.arg for keyword in node.keywords}, path
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("system", "popen", "literal_eval"), path


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
        text = path.read_text()
        # Reading a text as a tree takes long.
        for node in ast.walk(ast.parse(text)) if "process." in text else ():
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
    for command_of, loads in (("files", False), ("learn", False), ("judge", True)):
        shown = "import sys; print('compress.foreign.workshop' in sys.modules, 'cloudpickle' in sys.modules)"
        command = [sys.executable, "-c", f"import compress.cli.{command_of}; {shown}"]
        run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=200)
        assert run.stdout.split() == [str(loads), "False"], command_of


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
        "sweep",
        "validate",
        "weigh",
    ]
    for name in compress.__all__:
        assert getattr(compress, name) is not None
    with pytest.raises(AttributeError, match="nothing_here"):
        compress.nothing_here  # noqa: B018  # the access itself must raise
