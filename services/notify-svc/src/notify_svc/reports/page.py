"""The list of notices and their fate as an HTML page."""

from functools import cache
from typing import get_args

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from chassis.http import Page
from notify_svc.read_models import notification
from notify_svc.read_models.notification import Status


def page(notices: Page[notification.Row], limit: int, filters: dict[str, str | None]) -> str:
    """One self-contained page: no script and no picture."""
    return _template().render(
        items=notices.items,
        next=notices.next,
        limit=limit,
        statuses=get_args(Status),
        filters={name: value for name, value in filters.items() if value},
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("notify_svc", "pages"), autoescape=select_autoescape(), trim_blocks=True
    )
    return environment.get_template("notices.html")
