"""Who may call whom in crm/ (docs/architecture.md), read off the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

CRM = Path(__file__).resolve().parent.parent / "crm"

GROUND = {"clock", "config", "errors", "logs"}
MAY_IMPORT = {
    "clock": set(),
    "config": set(),
    "errors": set(),
    "logs": set(),
    "models": {"clock", "errors"},
    "schemas": {"clock", "errors"},
    "sessions": set(),
    "extensions": {"models", "sessions"},
    "compression": {"extensions"},
    "database": {"errors", "extensions", "logs", "sessions"},
    "questions": {"extensions"},
    "services": {"models", "schemas", "providers", "extensions", "questions"} | GROUND,
    "providers": {"clock", "errors", "logs"},
    "web": {"services", "schemas", "database", "extensions", "jobs", "questions"} | GROUND,
    "api": {"services", "schemas", "database", "extensions", "jobs"} | GROUND,
    "jobs": {"services", "database", "extensions", "providers"} | GROUND,
    "commands": {"services", "schemas", "database", "jobs"} | GROUND,
    "cli": {"commands"},
    "health": {"extensions", "logs"},
}
FILES = sorted(path for path in CRM.rglob("*.py") if path != CRM / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(CRM).parts[0].removesuffix(".py")


def imports(tree: ast.Module) -> Iterator[tuple[str, set[str]]]:
    """Each module that is imported, with the names that are taken from it. What only types need is no call."""
    only_types = {id(inner) for node in ast.walk(tree) if _is_for_types(node) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in only_types:
            continue
        if isinstance(node, ast.Import):
            yield from ((alias.name, set()) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", {alias.name for alias in node.names}


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def rooms_used(tree: ast.Module) -> set[str]:
    used = set()
    for module, names in imports(tree):
        if module == "crm":
            used |= names
        elif module.startswith("crm."):
            used.add(module.split(".")[1])
    return used


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CRM)))
def test_a_room_calls_only_whom_it_may(path: Path) -> None:
    here = room(path)
    assert rooms_used(ast.parse(path.read_text())) <= MAY_IMPORT[here] | {here}


@pytest.mark.parametrize(
    "path", [path for path in FILES if room(path) in ("web", "api")], ids=lambda path: str(path.relative_to(CRM))
)
def test_an_edge_neither_asks_the_database_nor_commits(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert "select" not in {name for module, names in imports(tree) if module.startswith("sqlalchemy") for name in names}
    calls = {node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)}
    assert not calls & {"execute", "scalars", "scalar", "commit", "flush"}


@pytest.mark.parametrize(
    "path", [path for path in FILES if room(path) == "services"], ids=lambda path: str(path.relative_to(CRM))
)
def test_a_service_knows_no_request(path: Path) -> None:
    taken = {
        name for module, names in imports(ast.parse(path.read_text())) if module.split(".")[0] == "flask" for name in names
    }
    assert not taken & {"request", "session", "g", "url_for", "render_template", "redirect", "flash"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CRM)))
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
