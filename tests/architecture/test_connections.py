"""Who may open a connection to PostgreSQL: what does so by itself would know nothing of certificates and password files."""

import ast
from collections.abc import Iterator

from .rules import every_package, none
from .source_tree import Module, Package, package

OPENERS = {"chassis.storage.connecting", "standing_parts.postgres_connecting"}
OPENING = {
    "asyncpg": {"connect", "create_pool", "Pool"},
    "sqlalchemy": {"create_engine", "engine_from_config"},
    "sqlalchemy.ext.asyncio": {"create_async_engine", "async_engine_from_config"},
}
OTHER_DRIVERS = {"psycopg", "psycopg2", "pg8000", "aiopg"}


def opened(module: Module) -> Iterator[str]:
    """The places of a module that open a connection, or take what does from its library."""
    for found in module.imports:
        if found.top in OTHER_DRIVERS:
            yield f"{module.at(found.line)} imports {found.module}"
        for name in found.names:
            if name in OPENING.get(found.module, ()):
                yield f"{module.at(found.line)} imports {name} of {found.module}"
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and (library := dotted(node.func)) is not None:
            owner, _, name = library.rpartition(".")
            if name in OPENING.get(owner, ()):
                yield f"{module.at(node.lineno)} calls {library}"


def dotted(node: ast.expr) -> str | None:
    """``asyncpg.connect`` of the expression that is called; None for anything but names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)) is not None:
        return f"{owner}.{node.attr}"
    return None


@every_package
def test_connections_to_postgres_are_made_in_one_place(each: Package) -> None:
    none(
        (place for module in each.modules if module.dotted not in OPENERS for place in opened(module)),
        "Connections are made by chassis.storage.connecting, in deploy/local by standing_parts.postgres_connecting.",
    )


def test_the_places_that_make_them_are_found() -> None:
    for each in OPENERS:
        module = next(module for module in package(each.partition(".")[0]).modules if module.dotted == each)
        assert list(opened(module)), f"{each} opens nothing, or this test does not see how"
