"""The words of the field instead of a private dialect: a name says what a thing is, so that nobody has to learn it here."""

import ast
from collections.abc import Iterator

import pytest

from .architecture.source_tree import Module, packages

INSTEAD = {
    "told": "what it is: event, headers, row, document, sentences",
    "Told": "Handled for a union of events, Fact for a message",
    "asked": "commands, request, requested",
    "kept": "cached, stored, retained",
    "says": "summary, description",
    "upto": "until",
    "tell": "emit, publish, report",
    "desk": "context",
    "hands": "context",
    "story": "decision",
    "Desk": "TimerContext",
    "Hands": "EffectContext",
    "Story": "Decision",
    "Bell": "Signal",
    "Sleeper": "Waiter",
    "Wakeups": "Signals",
    "Trouble": "Rejection",
    "trouble": "rejection, problem",
    "Caused": "DueCommand",
    "Matter": "Details",
    "wordless": "render_error",
    "Unworded": "Unrendered",
}
"""Words that were a dialect of this project, and what to write instead (docs/glossary.md has the field's terms)."""


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Every name that a module gives: variables, parameters, functions, classes and what they hold."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name) | ast.keyword(arg=str(name)) | ast.Attribute(attr=name):
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name


@pytest.mark.parametrize("module", [m for each in packages() for m in each.modules], ids=lambda module: module.dotted)
def test_a_module_speaks_the_language_of_the_field(module: Module) -> None:
    wrong = [
        f"{module.at(line)}: {name}; better {INSTEAD[name]}" for line, name in names(module.tree) if name in INSTEAD
    ]
    assert not wrong, "\n".join(wrong)


def test_a_banned_name_is_found_wherever_it_is_given() -> None:
    tree = ast.parse("def f(told, *, asked=1):\n    self.kept = g(says=told)\nclass Told:\n    upto: int\n")
    assert {name for _, name in names(tree)} >= {"told", "asked", "kept", "says", "Told", "upto"}
