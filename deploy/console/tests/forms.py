"""Forms of pages, filled and sent as a browser does that has no scripts."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import pytest

from .conftest import Visitor
from .ruled import POLICY, SERVICE

PAGE = f"/policies/{SERVICE}/{POLICY}"
PATIENCE_S = 120.0


class Inputs(HTMLParser):
    """The fields of the form that leads to an address, as a browser would send them."""

    def __init__(self, html: str, to: str) -> None:
        super().__init__()
        self.to, self.within, self.area, self.choice = to, False, "", ""
        self.fields: dict[str, str] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.within = given.get("action") == self.to and given.get("method") == "post"
        elif self.within and tag == "input":
            self.fields[given["name"]] = given.get("value", "")
        elif self.within and tag == "textarea":
            self.area = given["name"]
            self.fields[self.area] = ""
        elif self.within and tag == "select":
            self.choice = given["name"]
        elif (
            self.within and tag == "option" and self.choice and ("selected" in given or self.choice not in self.fields)
        ):
            self.fields[self.choice] = given["value"]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.fields[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area:
            self.fields[self.area] = self.fields[self.area].removeprefix("\n")
            self.area = ""
        if tag == "select":
            self.choice = ""


async def seen(visitor: Visitor, path: str) -> str:
    """A page with its panels."""
    response = await visitor.get(f"{path}{'&' if '?' in path else '?'}whole")
    assert response.status_code == 200, response.text
    return response.text


async def sent(visitor: Visitor, page: str, to: str, act: str = "", **changed: str) -> str:
    """Fill the form of a page as it is but for what is changed, send it, and see the page to which it leads."""
    fields = Inputs(await seen(visitor, page), to).fields
    assert fields, f"no form on {page} leads to {to}"
    fields |= {"act": act} if act else {}
    response = await visitor.post(to, fields | changed)
    assert response.status_code == 303, response.text
    return await seen(visitor, response.headers["location"])


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


async def edited(visitor: Visitor, act: str = "save", **changed: str) -> str:
    return await sent(visitor, f"{PAGE}/edit", f"{PAGE}/edit", act, **changed)


def be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast panels are is not what is tried."""
    for bound in ("pages.PANEL_S", "services.LOOK_S", "visit.EACH_S"):
        monkeypatch.setattr(f"standing_console.{bound}", PATIENCE_S)
