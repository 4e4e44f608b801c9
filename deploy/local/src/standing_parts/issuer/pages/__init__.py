"""The issuer's pages: HTML without script and without anything from elsewhere; each names itself a development part."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from importlib.resources import files

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from standing_parts.issuer.authorization_request import AuthorizationRequest, Unredirectable
from standing_parts.issuer.people import Person
from standing_parts.issuer.redirects import source_of

STYLE = files(__name__).joinpath("style.css").read_text(encoding="utf-8")
STYLE_HASH = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

_templates = Environment(
    loader=PackageLoader("standing_parts.issuer", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def sign_in_page(wanted: AuthorizationRequest, people: Iterable[Person]) -> HTMLResponse:
    """Everybody who can be signed in as, a button each."""
    return _page(
        "sign_in.html",
        200,
        wanted.redirect_uri,
        client=wanted.client.client_id,
        hidden=wanted.parameters,
        people=[(person, _about(person)) for person in people],
    )


def confirm_page(person: Person, hidden: dict[str, str], to: str | None) -> HTMLResponse:
    """Whether to sign out, where no client showed that the person was signed in at it."""
    return _page("sign_out.html", 200, to, person=person, hidden=hidden)


def message_page(title: str, text: str, status: int) -> HTMLResponse:
    return _page("message.html", status, None, title=title, text=text)


def from_own_page(request: Request) -> None:
    """Raises Unredirectable when a browser sent a form from a page that is not the issuer's."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise Unredirectable("This form was sent from another page than the issuer's own.")


def _about(person: Person) -> str:
    """Roles, department and partner ids, as people read them."""
    facts = [role.replace("-", " ").replace("_", " ") for role in person.roles]
    if person.department:
        facts.append(person.department)
    if isinstance(person.partner, str):
        facts.append(f"contact of {person.partner.replace(':', ' ')}")
    else:
        for name, ids in person.partner.items():
            facts.append(f"{name.removesuffix('_id').replace('_', ' ')} {', '.join(ids)}")
    if person.tenant != "default":
        facts.append(f"tenant {person.tenant}")
    return ", ".join(facts)


def _page(template: str, status: int, leads_to: str | None, **variables: object) -> HTMLResponse:
    # Browsers hold a form's redirects against form-action too.
    targets = " ".join(["'self'", *([source_of(leads_to)] if leads_to else [])])
    policy = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    headers = {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    html = _templates.get_template(template).render(style=STYLE, **variables)
    return HTMLResponse(html, status, headers)
