"""The shape of the house: floors, sizes, names. What a reviewer would otherwise have to look for."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Field, ForeignObjectRel

ROOT = Path(__file__).resolve().parents[1]
LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
CONTRACTS = {contract["name"]: contract for contract in LINTER["contracts"]}
OURS = ("site", "residency", "subsidies", "certifications", "courses", "workers", "deploy", "bench", "tests")
MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40


def python_files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "migrations" not in path.parts]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_site_is_a_source_root_and_never_a_package() -> None:
    assert not (ROOT / "site" / "__init__.py").exists()


# --- floors -----------------------------------------------------------------------------------------------------


SIBLINGS = [
    {name.strip() for name in layer.split("|")}
    for layer in CONTRACTS["Dependencies point down"]["layers"]
    if "|" in layer
]


def floors() -> list[set[str]]:
    """The packages from the lowest floor up, each part of a package on its own; siblings inside share a set."""
    found: list[str] = []
    for layer in CONTRACTS["Dependencies point down"]["layers"]:
        for name in layer.split("|"):
            inside = "the foundation" if name.strip() == "foundation" else name.strip()
            contract = CONTRACTS.get(f"Inside {inside}")
            found += contract["layers"] if contract else [name]
    return [{name.strip() for name in layer.split("|")} for layer in reversed(found)]


def floor_of(package: str) -> tuple[int, str]:
    for height, names in enumerate(floors()):
        for name in names:
            if package == name or package.startswith(f"{name}."):
                return height, name
    raise AssertionError(f"{package} stands on no floor: add it to the contracts in pyproject.toml")


def our_apps() -> list[str]:
    roots = set(LINTER["root_packages"])
    return sorted(config.name for config in apps.get_app_configs() if config.name.split(".")[0] in roots)


@pytest.mark.parametrize("app", our_apps())
def test_relations_point_to_the_same_app_or_down(app: str) -> None:
    config = next(config for config in apps.get_app_configs() if config.name == app)
    height, name = floor_of(app)
    upward = []
    for model in config.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if isinstance(field, ForeignObjectRel) or not isinstance(field, Field) or not field.is_relation:
                continue
            if field.remote_field.model == get_user_model():
                continue  # "who did it": named by settings.AUTH_USER_MODEL, so that no code depends on accounts
            target = field.related_model._meta.app_config.name if field.related_model else app
            if target not in our_apps():
                continue
            other_height, other = floor_of(target)
            tops = {name.split(".")[0], other.split(".")[0]}
            if other_height > height or (other_height == height and other != name) or tops in SIBLINGS:
                upward.append(f"{model.__name__}.{field.name} → {target}")
    assert upward == []


def test_the_contracts_cover_every_package_of_ours() -> None:
    tops = {path.parent.name for path in (ROOT / "site").glob("*/__init__.py")}
    tops |= {path.relative_to(ROOT).parts[0] for folder in ("*", "*/*") for path in ROOT.glob(f"{folder}/apps.py")}
    tops -= {"site"}
    assert tops == set(LINTER["root_packages"])


@pytest.mark.parametrize("package", LINTER["root_packages"])
def test_a_root_package_has_modules(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    assert len(list(Path(spec.origin).parent.rglob("*.py"))) > 5


@pytest.mark.parametrize("name", sorted(CONTRACTS))
def test_a_contract_sees_modules(name: str) -> None:
    contract = CONTRACTS[name]
    listed = [*contract.get("layers", []), *contract.get("source_modules", [])]
    modules = [part.strip(" ()") for layer in listed for part in layer.split("|")]
    for container in contract.get("containers", [""]):
        prefix = f"{container}." if container else ""
        present = [module for module in modules if find_spec(f"{prefix}{module}")]
        is_optional = all(layer.startswith("(") for layer in contract.get("layers", [""]))
        assert len(present) >= 3 if is_optional else present == modules


def test_every_part_of_the_foundation_stands_on_a_floor() -> None:
    parts = {f"foundation.{path.stem}" for path in (ROOT / "site/foundation").iterdir() if path.name[0] not in "_."}
    assert {part for part in parts if floor_of(part) is None} == set()


# --- sizes and names --------------------------------------------------------------------------------------------


def test_no_module_is_too_long_to_read() -> None:
    too_long = [
        f"{named(path)}: {count}"
        for path in python_files(
            "site", "residency", "subsidies", "certifications", "courses", "workers", "deploy", "bench"
        )
        if (count := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    ]
    assert too_long == []


def lines_of_the_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Without signature and docstring: naming every argument and saying what one gets is not what makes it long."""
    starts = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or function.lineno) - starts[0].lineno + 1


def test_no_function_is_too_long_to_read() -> None:
    too_long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in python_files(
            "site", "residency", "subsidies", "certifications", "courses", "workers", "deploy", "bench"
        )
        for node in functions(ast.parse(path.read_text("utf-8")))
        if lines_of_the_body(node) > MOST_LINES_OF_A_FUNCTION
    ]
    assert too_long == []


def test_migrations_are_named_for_what_they_do() -> None:
    found = [
        path
        for folder in ("site", "residency", "subsidies", "certifications", "courses", "workers")
        for path in (ROOT / folder).glob("**/migrations/0*.py")
    ]
    assert [named(path) for path in found if re.search(r"_auto_|^\d+_initial$", path.stem)] == []


def test_nothing_is_left_for_later_in_a_comment() -> None:
    mark = re.compile(rf"\b({'TO'}DO|{'FIX'}ME|{'XX'}X)\b")
    texts = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.suffix in {".py", ".html"}]
    texts += [*(ROOT / "templates").rglob("*.html"), *(ROOT / "docs").rglob("*.md")]
    assert [named(path) for path in texts if mark.search(path.read_text("utf-8"))] == []


def test_locks_hold_hashes_and_no_address() -> None:
    locks = [*ROOT.glob("*.lock"), *(ROOT / "deploy").rglob("*.lock")]
    assert len(locks) == 3
    for lock in locks:
        text = lock.read_text("utf-8")
        assert re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", text) is None
        pinned = re.findall(r"^[A-Za-z0-9][^\s=]*==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
        assert len(pinned) == len(re.findall(r"^[A-Za-z0-9]", text, re.M))


# --- tests ------------------------------------------------------------------------------------------------------


def called_names(function: ast.AST) -> set[str]:
    calls = (node.func for node in ast.walk(function) if isinstance(node, ast.Call))
    return {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls}


def test_every_test_asserts_something() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in python_files("tests")}
    defined = [node for tree in trees.values() for node in functions(tree)]
    asserting = {"raises", "warns", "django_assert_num_queries", "django_assert_max_num_queries", "expect"}
    while True:  # a helper that asserts counts, and a helper that calls one
        found = {
            node.name
            for node in defined
            if any(isinstance(inner, ast.Assert) for inner in ast.walk(node)) or called_names(node) & asserting
        }
        if found <= asserting:
            break
        asserting |= found
    without = [
        f"{named(path)}: {node.name}"
        for path, tree in trees.items()
        for node in functions(tree)
        if node.name.startswith("test_")
        and not any(isinstance(inner, ast.Assert) for inner in ast.walk(node))
        and not called_names(node) & (asserting - {node.name})
    ]
    assert without == []
