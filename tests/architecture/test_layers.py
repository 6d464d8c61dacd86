"""The shape of the code: imports go one way, heavy libraries stay where they are used, modules stay small."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import deadline_rules

PACKAGE = Path(deadline_rules.__file__).parent
MODULES = {path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", "."): path for path in PACKAGE.rglob("*.py")}

# From the bottom up. A module may import from lower layers and, inside its own folder, from its neighbours; never from a folder beside it.
LAYERS = (
    {"text"},
    {"errors", "markup"},
    {"days", "notebook"},
    {"columns", "results"},
    {"fields"},
    {"changes", "labels", "task"},
    {"files"},
    {"calendar", "rulebook"},
    {"plan", "wording"},
    {"engines", "explain", "schedule", "tally"},
    {"late_facts", "timeline", "timers"},
    {"frames"},
    {"earlier"},
    {"regulation"},
    {"comparison", "differences"},
    {"audit", "durable_rules", "formats", "outbox", "readers", "spark", "testing", "what_if"},
    {"check", "streams"},
    {"cli"},
    {"__main__"},
)
RANK = {part: rank for rank, layer in enumerate(LAYERS) for part in layer}

# library -> the parts that may import it
HEAVY = {
    "holidays": {"calendar"},
    "yaml": {"files"},
    "dateutil": {"schedule", "cli"},
    "typer": {"cli"},
    "rich": {"cli"},
    "numpy": {"engines", "frames", "streams"},
    "narwhals": {"frames"},
    "durable_rules_engine": {"engines"},
    "pyarrow": {"frames", "readers", "spark", "streams"},
    "pyspark": {"spark"},
    "python_calamine": {"readers"},
    "xlsxwriter": {"streams"},
    "icalendar": {"formats"},
    "sqlalchemy": {"outbox"},
    "hypothesis": {"testing"},
    "pytest": {"testing"},
}


def part_of(module: str) -> str:
    return module.split(".")[0]


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """The modules a file imports: own ones as `.part.module`, others by their first name."""
    module = path.relative_to(PACKAGE).with_suffix("").parts
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level == 0:
                yield (node.module or "").split(".")[0], node.lineno
            else:
                base = module[: len(module) - node.level]
                names = [node.module] if node.module else [alias.name for alias in node.names]
                yield from ((f".{'.'.join((*base, name))}", node.lineno) for name in names)


@pytest.mark.parametrize("module", sorted(name for name in MODULES if name != "__init__"))
def test_imports_go_one_way(module: str) -> None:
    own = part_of(module)
    for name, line in imports(MODULES[module]):
        if name.startswith(".") and name != ".__version__":
            other = part_of(name[1:])
            assert other == own or RANK[other] < RANK[own], f"{module}:{line} imports {name}"


def test_every_part_has_a_layer() -> None:
    assert {part_of(name) for name in MODULES} - {"__init__"} == set(RANK)


def test_there_is_no_cycle_inside_a_folder() -> None:
    graph = {name: {other[1:] for other, _ in imports(path) if other[1:] in MODULES} for name, path in MODULES.items()}
    done: set[str] = set()

    def visit(name: str, above: tuple[str, ...]) -> None:
        assert name not in above, " → ".join((*above, name))
        if name not in done:
            for other in graph[name]:
                visit(other, (*above, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("library", HEAVY)
def test_libraries_are_imported_where_they_are_used(library: str) -> None:
    found = {part_of(name) for name, path in MODULES.items() for other, _ in imports(path) if other == library}
    assert found <= HEAVY[library]
    assert found


def test_modules_are_small() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 310} == {}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_every_module_class_and_public_function_says_what_it_is(module: str) -> None:
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), module
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{module}.{node.name}"


def test_only_the_command_line_reads_the_clock() -> None:
    clocks = re.compile(r"\b(now|today|utcnow|time|monotonic)\(\)|datetime\.now\(")
    found = {name for name, path in MODULES.items() if clocks.search(path.read_text(encoding="utf-8"))}
    assert found == {"cli.options"}


def test_no_law_in_python() -> None:
    """No pack is named, and no article cited, outside docstrings, comments and messages about how to write one."""
    for name, path in MODULES.items():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not re.search(r"kon-tum|so-nn|yen-the|ben-tre|can-tho", node.value), f"{name}:{node.lineno} {node.value}"


def test_the_public_names_are_there() -> None:
    for name in deadline_rules.__all__:
        assert getattr(deadline_rules, name) is not None
    assert set(deadline_rules.__all__) <= set(dir(deadline_rules))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = deadline_rules.nothing
    assert "deadline_rules" in sys.modules
