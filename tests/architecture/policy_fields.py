"""Which fields of the policies are read, as mypy sees it: by the type of what the attribute is taken of, not by its name."""

import ast
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args

from mypy import build
from mypy.config_parser import parse_config_file
from mypy.find_sources import create_source_list
from mypy.nodes import MemberExpr
from mypy.options import Options
from mypy.plugin import AttributeContext, FunctionContext, Plugin
from mypy.types import Instance, LiteralType, Type, TypeVarType, UnionType, get_proper_type

from chassis.service import Service

from .source_tree import ROOT

Field = tuple[str, str]
"""Full name of the class that declares it, and its name."""

VALIDATORS = {"model_validator", "field_validator"}
"""What a document checks about itself has no effect on a decision."""


def unread(service: Service, read: set[Field]) -> Iterator[str]:
    """The fields of the service's policies, and of the parts inside of them, that no code reads."""
    waiting, seen = list[Any](service.policies), set[type[Any]]()
    while waiting:
        kind = waiting.pop()
        waiting += get_args(kind)
        if not isinstance(kind, type) or kind in seen or not hasattr(kind, "model_fields"):
            continue
        seen.add(kind)
        for name, field in kind.model_fields.items():
            waiting.append(field.annotation)
            # What a class inherits is looked up in itself or in the one that declares it.
            if not any((f"{base.__module__}.{base.__qualname__}", name) in read for base in kind.__mro__):
                yield f"{kind.__qualname__}.{name}"


def reads(folders: Iterable[Path]) -> set[Field]:
    """Every attribute that the code of these folders reads, outside of a document's own validators."""
    options = Options()
    parse_config_file(options, lambda: None, str(ROOT / "pyproject.toml"))
    options.incremental, options.follow_imports = False, "silent"
    sources = create_source_list([str(folder) for folder in folders], options)
    reader = Reads(options)
    build.build(sources, options, extra_plugins=[reader])
    return reader.found


class Reads(Plugin):
    """Notes each attribute that the type checker looks up, and each one that ``getattr`` names by a literal."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.found = set[Field]()

    def get_attribute_hook(self, fullname: str) -> Callable[[AttributeContext], Type]:
        declares, _, name = fullname.rpartition(".")

        def note(context: AttributeContext) -> Type:
            # The declaration of a field is looked up as well, as a bare name.
            if isinstance(context.context, MemberExpr) and not in_validator(context.api.path, context.context.line):
                self.found.add((declares, name))
            return context.default_attr_type

        return note

    def get_function_hook(self, fullname: str) -> Callable[[FunctionContext], Type] | None:
        return self._dynamic if fullname == "builtins.getattr" else None

    def _dynamic(self, context: FunctionContext) -> Type:
        (subject, *_), (name, *_) = context.arg_types[:2]
        if not in_validator(context.api.path, context.context.line):
            self.found |= {(declares, each) for declares in classes(subject) for each in literals(name)}
        return context.default_return_type


def in_validator(path: str, line: int) -> bool:
    return any(start <= line <= end for start, end in validators(path))


@cache
def validators(path: str) -> list[tuple[int, int]]:
    """First and last line of each validator of a document in the file."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [
        (node.lineno, node.end_lineno or node.lineno)
        for node in functions
        if any(isinstance(each, ast.Call) and ast.unparse(each.func) in VALIDATORS for each in node.decorator_list)
    ]


def classes(kind: Type) -> Iterator[str]:
    match get_proper_type(kind):
        case Instance() as instance:
            yield from (base.fullname for base in instance.type.mro)
        case UnionType(items=items):
            for item in items:
                yield from classes(item)
        case TypeVarType(upper_bound=bound):
            yield from classes(bound)


def literals(kind: Type) -> Iterator[str]:
    match get_proper_type(kind):
        case LiteralType(value=str() as value) | Instance(last_known_value=LiteralType(value=str() as value)):
            yield value
        case UnionType(items=items):
            for item in items:
                yield from literals(item)
