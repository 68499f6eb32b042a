"""Imports flow one way: bot ← adapters, knowledge ← workers. No module is part of a cycle."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "bot": {"bot"},
    "adapters": {"adapters", "bot"},
    "knowledge": {"knowledge", "bot"},
    "workers": {"workers", "adapters", "knowledge", "bot"},
}
FRAMEWORKS = {"aiohttp", "celery", "qdrant_client", "qdrant_edge", "redis", "openai"}
TRIED_FROM_A_CHECKOUT = {("workers.cli.simulate", "tests.simulators.terminal")}
"""`kefu simulate` opens the simulators when it is called, and says what it needs where there are none."""
DOORS = {"wecom", "wecom_bot", "dingtalk", "webchat"}


def modules(package: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / package).rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        yield name.removesuffix(".__init__"), path


def imports(path: Path) -> Iterator[str]:
    """What a file imports when it is imported itself, and inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield str(ast.literal_eval(node.args[0]))


ALL = {name: path for package in MAY_IMPORT for name, path in modules(package)}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_flow_one_way(package: str) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in modules(package)
        for other in imports(path)
        if other.split(".")[0] in MAY_IMPORT.keys() - MAY_IMPORT[package]
    ]

    assert wrong == []


def test_the_product_knows_nothing_of_its_tests() -> None:
    found = {
        (name, other)
        for name, path in ALL.items()
        for other in imports(path)
        if other.split(".")[0] == "tests"
    }

    assert found == TRIED_FROM_A_CHECKOUT


def test_no_module_is_part_of_a_cycle() -> None:
    graph = {
        name: {other for other in imports(path) if other in ALL and not name.startswith(f"{other}.")} - {name}
        for name, path in ALL.items()
    }

    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"a cycle: {' → '.join(error.args[1])}")


def test_the_pipeline_knows_no_redis_http_or_celery() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in modules("bot")
        if name.startswith("bot.pipeline")
        for other in imports(path)
        if other.split(".")[0] in FRAMEWORKS
    ]

    assert wrong == []


def door(module: str) -> str:
    """The platform whose door a module is part of; empty for none."""
    package, _, rest = module.partition(".")
    name = rest.partition(".")[0]
    return name if package == "adapters" and name in DOORS else ""


@pytest.mark.parametrize("platform", sorted(DOORS))
def test_no_door_knows_another(platform: str) -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in modules("adapters")
        if door(name) == platform
        for other in imports(path)
        if door(other) not in ("", platform)
    ]

    assert wrong == []
