"""Who may import whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from .rules import SERVICES, every_package, every_service, imports, none
from .source_tree import (
    STANDARD_LIBRARY,
    Module,
    Package,
    package,
    packages,
)


def test_the_tree_has_the_packages_that_these_rules_are_about() -> None:
    assert {each.name for each in packages("shared")} == {"contracts", "chassis"}
    assert {"supplier_svc", "customer_svc", "credit_svc", "notify_svc"} <= SERVICES
    assert all(each.modules for each in packages())


def test_contracts_import_pydantic_and_the_standard_library_only() -> None:
    allowed = STANDARD_LIBRARY | {"contracts", "pydantic", "pydantic_core"}
    none(
        (f"{module.at(found.line)} imports {found.module}" for module, found in imports(package("contracts")) if found.top not in allowed),
        "Contracts are read by everyone, so they need nothing but Pydantic.",
    )  # fmt: skip


SURROUNDINGS = (
    "envelope", "policy", "fields", "digits", "figures", "currencies", "personal", "data_subjects", "persons", "ids",
)  # fmt: skip


def test_the_chassis_knows_of_contracts_only_what_surrounds_an_event() -> None:
    none(
        (
            f"{module.at(found.line)} imports {', '.join(found.names) or found.module} of {found.module}"
            for module, found in imports(package("chassis"))
            if found.top == "contracts"
            and found.module not in {f"contracts.{each}" for each in SURROUNDINGS}
            and not (
                found.module == "contracts" and found.names and set(found.names) <= {"Envelope", "Event", "EVENTS"}
            )
        ),
        "The chassis carries events without knowing them: their envelope, how figures and amounts are written, what is sealed about"
        " whom, which ids they name, policies, nothing else.",
    )


def test_what_is_shared_imports_no_service() -> None:
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for each in (*packages("shared"), package("standing_parts"))
            for module, found in imports(each)
            if found.top in {*SERVICES, "standing"} | ({"standing_parts"} if each in packages("shared") else set())
        ),
        "What everyone stands on must not stand on one of them.",
    )


@every_service
def test_a_service_imports_no_other_service(service: Package) -> None:
    others = {*SERVICES, "standing", "standing_parts"} - {service.name}
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for module, found in imports(service)
            if found.top in others
        ),
        "Services meet in events, never in code.",
    )


def test_the_console_is_a_client_like_every_other() -> None:
    inside = {each.name for each in packages()} - {"standing_console"}
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for module, found in imports(package("standing_console"))
            if found.top in inside
        ),
        "The console knows of the services what they say over HTTP, and nothing of how they are made.",
    )
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for each in packages()
            if each.name != "standing_console"
            for module, found in imports(each)
            if found.top == "standing_console"
        ),
        "Nothing stands on the console: it can be taken away.",
    )


def edges(each: Package) -> Iterator[tuple[Module, str]]:
    """Who imports which module of the same package; a package's ``__init__`` may be imported by what is below it."""
    named = {module.dotted for module in each.modules}
    for module, found in imports(each):
        for target in [f"{found.module}.{name}" for name in found.names] or [found.module]:
            reached = target if target in named else found.module
            if reached in named and reached != module.dotted and not module.dotted.startswith(f"{reached}."):
                yield module, reached


def circle(arrows: Iterable[tuple[str, str]]) -> list[str]:
    """The nodes of a circle in the order of its arrows, or nothing."""
    graph = defaultdict[str, set[str]](set)
    for here, there in arrows:
        graph[here].add(there)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def room(dotted: str) -> str:
    """``credit_svc.account.invoices`` → ``account``."""
    return dotted.split(".")[1] if "." in dotted else ""


@every_package
def test_no_modules_import_each_other_in_a_circle(each: Package) -> None:
    found = circle((module.dotted, target) for module, target in edges(each))
    assert not found, "What imports each other in a circle is one thing in several files: " + " → ".join(found)


@every_package
def test_rooms_import_downwards_only(each: Package) -> None:
    arrows = ((module.first, room(target)) for module, target in edges(each))
    found = circle((here, there) for here, there in arrows if here and there and here != there)
    assert not found, "A room that imports from above is in the wrong place: " + " → ".join(found)


def test_a_circle_is_found_and_named() -> None:
    assert circle([("a", "b"), ("b", "c"), ("a", "c")]) == []
    assert circle([("a", "b"), ("b", "c"), ("c", "b")]) in (["b", "c", "b"], ["c", "b", "c"])


@every_service
def test_a_service_declares_itself_with_the_root_of_chassis_and_leaves_the_engine_alone(service: Package) -> None:
    chassis = {module.dotted: module for module in package("chassis").modules}
    engine = {module.first for module in chassis.values() if module.path.parent.name == module.first} - {
        "http",
        "testing",
    }
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for module, found in imports(service)
            if found.top == "chassis" and room(found.module) in engine
        ),
        "A service imports chassis' root, chassis.http and chassis.testing; the rooms of the engine are chassis' own.",
    )
