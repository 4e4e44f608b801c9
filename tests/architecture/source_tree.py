"""The source of Standing as data: packages with their modules, what each imports, and every file of the tree."""

import ast
import os
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache, cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
STANDARD_LIBRARY = sys.stdlib_module_names
FILE_BYTES_MAX = 1_000_000
"""A larger file is data."""


@dataclass(frozen=True)
class Import:
    """``from contracts.policy import PolicyPublished`` → module ``contracts.policy``, names ``(PolicyPublished,)``.

    ``import contracts.policy`` has no names.
    """

    module: str
    names: tuple[str, ...]
    line: int

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


@dataclass(frozen=True)
class Module:
    """A Python file of a package; ``name`` is its dotted name below the package, ``""`` the package itself."""

    path: Path
    package: str
    name: str

    @property
    def dotted(self) -> str:
        return f"{self.package}.{self.name}" if self.name else self.package

    @property
    def first(self) -> str:
        """The first name below the package: ``read_models`` of ``read_models.orders``."""
        return self.name.partition(".")[0]

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """Every import, wherever it stands, relative ones spelled out."""
        found: list[Import] = []
        for node in ast.walk(self.tree):
            match node:
                case ast.Import():
                    found += [Import(alias.name, (), node.lineno) for alias in node.names]
                case ast.ImportFrom():
                    found.append(Import(self._target(node), tuple(alias.name for alias in node.names), node.lineno))
        return tuple(found)

    def _target(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        here = self.dotted.split(".") if self.path.name == "__init__.py" else self.dotted.split(".")[:-1]
        base = here[: len(here) - node.level + 1]
        return ".".join([*base, node.module] if node.module else base)

    def at(self, line: int) -> str:
        return f"{shown(self.path)}:{line}"


@dataclass(frozen=True)
class Package:
    """A folder with a pyproject.toml; ``name`` is what one imports."""

    folder: Path
    name: str

    @cached_property
    def project(self) -> dict[str, Any]:
        found: dict[str, Any] = tomllib.loads((self.folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return found

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        source = self.folder / "src" / self.name
        return tuple(
            Module(path, self.name, ".".join(path.relative_to(source).with_suffix("").parts).removesuffix("__init__").strip("."))
            for path in sorted(source.rglob("*.py"))
        )  # fmt: skip

    @cached_property
    def tests(self) -> tuple[Module, ...]:
        return tuple(Module(path, "tests", path.stem) for path in sorted((self.folder / "tests").rglob("*.py")))


@cache
def packages(*areas: str) -> tuple[Package, ...]:
    """The packages below these top folders, all without any."""
    return tuple(
        Package(project.parent, source.name)
        for area in areas or ("shared", "services", "deploy")
        for project in sorted((ROOT / area).glob("*/pyproject.toml"))
        for source in sorted((project.parent / "src").iterdir())
        if (source / "__init__.py").exists()
    )


def package(name: str) -> Package:
    return next(each for each in packages() if each.name == name)


@cache
def files() -> tuple[Path, ...]:
    """Every file of the tree that .gitignore does not name by its folder."""
    ignored = [".git", *(line.strip("/ ") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())]
    return tuple(_below(ROOT, [pattern for pattern in ignored if pattern]))


def _below(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if any(fnmatch(entry.name, pattern) for pattern in ignored):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _below(Path(entry.path), ignored)
        elif entry.is_file(follow_symlinks=False):
            yield Path(entry.path)


def text_of(path: Path) -> str:
    """The text of a file; empty for what is data or not text."""
    if path.stat().st_size > FILE_BYTES_MAX:
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def is_test(path: Path) -> bool:
    return "tests" in path.relative_to(ROOT).parts


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
