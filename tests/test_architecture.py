"""The rooms of the package: their imports run one way, and a class's name says which it is."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from graphlib import CycleError, TopologicalSorter
from itertools import chain
from pathlib import Path

from tests.conftest import ROOT

PACKAGE = ROOT / "searchsvc"


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_of(path): ast.parse(path.read_bytes()) for path in sorted(PACKAGE.rglob("*.py"))}


def room_of(module: str) -> str:
    """The folder right below the package, or the module itself where it stands in none."""
    room = ".".join(module.split(".")[:2])
    return room if room in TREES else module


def imported(module: str) -> Iterator[tuple[str, str]]:
    """What a module imports of the package, also inside a function: the module, and the name."""
    for node in ast.walk(TREES[module]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name in TREES)
        elif isinstance(node, ast.ImportFrom):
            source = node.module or ""
            for alias in node.names:
                whole = f"{source}.{alias.name}"
                if whole in TREES:
                    yield whole, ""
                elif source in TREES:
                    yield source, alias.name


MODULES = {module: {name for name, _ in imported(module)} - {module} for module in TREES}


def circle(graph: Mapping[str, Set[str]]) -> list[str]:
    """Names of which each needs the one before, and the first the last; none without a circle."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_two_classes_have_one_name() -> None:
    places = defaultdict(list)
    for module, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(module)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_modules_do_not_import_each_other() -> None:
    assert circle(MODULES) == []


def test_rooms_do_not_import_each_other() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, others in MODULES.items():
        room = room_of(module)
        # What stands in no room, the package's own face among it, is a room by itself.
        rooms[room].update(set(map(room_of, others)) - {room})
    assert circle(rooms) == []


def test_imports_name_modules_of_the_package_in_full() -> None:
    relative = [
        f"{module}:{node.lineno}"
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.level
    ]
    assert relative == []


def test_private_names_stay_in_their_module() -> None:
    """A name with an underscore is its module's own, imported or reached through the module."""
    taken = [
        (module, f"{source}.{name}")
        for module in TREES
        for source, name in imported(module)
        if any(
            part.startswith("_") and not part.endswith("__") for part in (*source.split("."), name)
        )
    ]
    reached = [
        (module, f"{node.value.id}.{node.attr}")
        for module, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {source.rsplit(".", 1)[-1] for source in MODULES[module]}
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
    ]
    assert list(chain(taken, reached)) == []


def test_a_circle_is_told() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": set()}) != []
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
