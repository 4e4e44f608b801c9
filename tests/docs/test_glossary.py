"""The glossary points at places that exist."""

import re
from collections.abc import Iterator

import pytest

from ..architecture.source_tree import ROOT, packages, text_of

MODULES = {
    module.dotted.replace(".", "/") for each in packages() for module in each.modules
}  # fmt: skip
NAMES = set(re.findall(r"\w+", "\n".join(module.text for each in packages() for module in each.modules)))


def places() -> Iterator[tuple[str, str]]:
    """The term of each row with every name in its last column."""
    for line in text_of(ROOT / "docs" / "glossary.md").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6:
            yield from ((cells[1], name) for name in re.findall(r"`([^`]+)`", cells[4]))


def exists(name: str) -> bool:
    """A route by its words, a module by the end of its path, a class or an event by its name."""
    if " " in name:
        return name.split(" ")[1].split("{")[0].rstrip("/") in "".join(
            module.text for each in packages() for module in each.modules
        )
    path = name.replace(".", "/")
    return any(f"/{module}".endswith(f"/{path}") for module in MODULES) or (
        "/" not in name and name.split(".")[-1] in NAMES
    )


@pytest.mark.parametrize(("term", "name"), list(places()))
def test_a_term_is_found_where_the_glossary_says(term: str, name: str) -> None:
    assert exists(name), f"docs/glossary.md: {term} is not in {name}."
