"""The domain of a service is pure, and the chassis knows no business word."""

import ast
import re
from collections.abc import Iterator

import pytest

from .rules import EDGES, domain, every_service, none
from .source_tree import (
    ROOT,
    STANDARD_LIBRARY,
    Module,
    Package,
    files,
    packages,
    shown,
    text_of,
)

PURE_CHASSIS = {
    "chassis.business_calendar",
    "chassis.calendar",
    "chassis.claims",
    "chassis.differences",
    "chassis.domain",
    "chassis.policies",
    "chassis.partners",
    "chassis.roles",
    "chassis.reactions",
    "chassis.sentences",
    "chassis.subjects",
    "chassis.values",
    "chassis.zones",
}
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
