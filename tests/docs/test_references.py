"""What pages and docstrings point at exists: files and folders of the tree, sections of pages, tests by name."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from standing.cli import app
from standing.facts.demo import demo

from ..architecture.source_tree import ROOT, packages, text_of

PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "SECURITY.md",
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("*/*/README.md"),
        *ROOT.glob("*/README.md"),
    ]
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        yield from ((page, target) for target in LINK.findall(text_of(page)) if "://" not in target)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize(
    ("page", "target"), list(links()), ids=lambda each: each if isinstance(each, str) else name_of(each)
)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    there = (page.parent / path).resolve() if path else page
    assert there.exists(), f"{name_of(page)} links to {target}."
    if anchor:
        assert anchor in anchors(there), f"{name_of(page)} links to {target}; there are {sorted(anchors(there))}."


def paths_of_the_readme() -> Iterator[str]:
    """What stands in code marks in the README or the guide and looks like a path of this tree."""
    for page in (ROOT / "README.md", ROOT / "docs" / "contributing.md"):
        for text in re.findall(r"`([^`\n]+)`", text_of(page)):
            if re.fullmatch(r"(services|shared|deploy|tests|docs)/[\w./-]+", text):
                yield text


@pytest.mark.parametrize("path", sorted(set(paths_of_the_readme())))
def test_a_path_in_the_readme_or_the_guide_is_there(path: str) -> None:
    assert (ROOT / path).exists(), path


def modules_of_the_readme() -> Iterator[str]:
    yield from re.findall(r"`([a-z_]+_svc/[\w/]+\.py|chassis/[\w/]+\.py)`", text_of(ROOT / "README.md"))


@pytest.mark.parametrize("module", sorted(set(modules_of_the_readme())))
def test_a_module_that_the_readme_names_is_there(module: str) -> None:
    known = {each.dotted.replace(".", "/") + ".py" for package in packages() for each in package.modules}
    assert module in known, module


def test_no_docstring_names_a_page_that_the_project_does_not_have() -> None:
    pages = {page.name for page in (*ROOT.rglob("docs/**/*.md"), *ROOT.glob("*/*/README.md"), *ROOT.glob("*.md"))}
    missing = [
        f"{each.dotted}: {name}"
        for package in packages()
        for each in package.modules
        for name in re.findall(r"[\w/-]*?([\w-]+\.md)\b", each.text)
        if name not in pages
    ]
    assert missing == []


def commands_of_the_pages() -> Iterator[tuple[str, str]]:
    """Every line of a block that is a ``standing …`` to be typed, without the comment beside it."""
    for page in PAGES:
        for block in re.findall(r"^```\w*\n(.*?)^```", text_of(page), re.MULTILINE | re.DOTALL):
            for line in re.findall(r"^(?:\$ )?standing ([a-z][^\n]*)", block, re.MULTILINE):
                yield name_of(page), re.split(r"\s{2,}|\s#", line)[0]


@pytest.mark.parametrize(("page", "words"), sorted(set(commands_of_the_pages())))
def test_a_command_that_a_page_shows_can_be_typed(page: str, words: str) -> None:
    command: Any = typer.main.get_command(app)
    arguments = shlex.split(words)
    while hasattr(command, "commands"):
        assert arguments[0] in command.commands, f"{page}: standing {words}"
        command = command.commands[arguments.pop(0)]
    command.make_context(command.name, arguments)  # refuses options and arguments that it does not have


def test_a_command_that_a_page_mentions_exists() -> None:
    commands: Any = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    mentioned = {(name_of(page), name) for page in PAGES for name in re.findall(r"`standing ([a-z-]+)", text_of(page))}
    assert [each for each in sorted(mentioned) if each[1] not in commands] == []


def test_the_id_that_the_readme_looks_up_is_one_of_the_demo() -> None:
    [id] = re.findall(r"standing journey (\S+) --home .standing/demo", text_of(ROOT / "README.md"))
    assert any(f'"{id}"'.encode() in fact.data for fact in demo().facts)


def targets_of_the_pages() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for target in re.findall(r"(?:^\$ |`)make ([a-z-]+)", text_of(page), re.MULTILINE):
            yield name_of(page), target


@pytest.mark.parametrize(("page", "target"), sorted(set(targets_of_the_pages())))
def test_a_target_of_make_that_a_page_shows_exists(page: str, target: str) -> None:
    assert re.search(rf"^{re.escape(target)}:", text_of(ROOT / "Makefile"), re.MULTILINE), f"{page}: make {target}"
