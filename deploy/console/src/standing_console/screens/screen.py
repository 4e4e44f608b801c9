"""What a screen is: pages, each of panels that load by themselves, and the routes of its acts."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from standing_console.visit import Visit


@dataclass(frozen=True)
class Panel:
    """A part of a page, loaded by a request of its own; ``title`` is a message of the catalogues.

    What ``load`` gives goes into the template ``<screen>/<name>.html``; what it raises is said in the panel's place.
    ``every_s`` is after how many seconds it loads again, 0 where it stays as it is. A ``live`` one loads again with each beat of
    the console's stream, and after as many seconds where that is cut.
    """

    name: str
    title: str
    load: Callable[[Visit], Awaitable[Mapping[str, Any]]]
    every_s: int = 0
    live: bool = False


@dataclass(frozen=True)
class Page:
    """An address of a screen, ``/parked/{service}/{number}``. ``title`` is a message that may name parts of the address.

    ``scripts`` are what it needs besides what every page has.
    """

    path: str
    title: str
    panels: tuple[Panel, ...]
    scripts: tuple[str, ...] = ()

    @property
    def live_every_s(self) -> int:
        """0 where no panel is live."""
        return max((panel.every_s for panel in self.panels if panel.live), default=0)


@dataclass(frozen=True)
class Screen:
    """``name`` is the folder of its templates; the first page stands in the navigation, under ``title`` with an icon."""

    name: str
    title: str
    icon: str
    pages: tuple[Page, ...]
    routes: APIRouter | None = None

    @property
    def path(self) -> str:
        return self.pages[0].path
