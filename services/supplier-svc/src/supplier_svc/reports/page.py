"""The scorecard as an HTML page that prints well."""

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from supplier_svc.reports.charts import Bar, Dot, Label, Line
from supplier_svc.reports.scorecard import Scorecard
from supplier_svc.reports.words import BASIS


def page(card: Scorecard) -> str:
    """One self-contained page: no script, no picture, no address outside itself."""
    return _template().render(card=card)


def _number(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("supplier_svc.reports"), autoescape=select_autoescape(), trim_blocks=True
    )
    environment.tests |= {
        "line": lambda shape: isinstance(shape, Line),
        "bar": lambda shape: isinstance(shape, Bar),
        "dot": lambda shape: isinstance(shape, Dot),
        "label": lambda shape: isinstance(shape, Label),
    }
    environment.filters["number"] = _number
    environment.filters["percent"] = lambda value: "–" if value is None else f"{_number(value)} %"
    environment.globals["basis"] = BASIS
    return environment.get_template("scorecard.html")
