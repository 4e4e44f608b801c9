"""What the rules of the tree share: on which packages they run, which modules are domain, how they fail."""

from collections.abc import Iterable, Iterator

import pytest

from .source_tree import Import, Module, Package, packages

SERVICES = {each.name for each in packages("services")}

EDGES = {
    "__main__", "service", "api", "requests", "responses", "reports", "read_models", "timers", "settings",
    "delivery", "rendering", "endpoints.credentials", "endpoints.vault", "testing",
}  # fmt: skip
"""The rooms and modules of a service that meet the world. Every other one is domain, and so is a new one until it is listed."""

every_package = pytest.mark.parametrize("each", packages(), ids=lambda each: each.name)
every_service = pytest.mark.parametrize("service", packages("services"), ids=lambda each: each.name)


def imports(each: Package) -> Iterator[tuple[Module, Import]]:
    return ((module, found) for module in each.modules for found in module.imports)


def domain(service: Package) -> list[Module]:
    return [module for module in service.modules if module.name and not {module.first, module.name} & EDGES]


def none(wrong: Iterable[str], rule: str) -> None:
    """Fails with the rule and every place that breaks it."""
    places = sorted(set(wrong))
    assert not places, f"{rule}\n  " + "\n  ".join(places)
