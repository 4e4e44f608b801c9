"""The files that a browser gets: each under a name with the hash of what is in it, so that it may keep them for a year."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from markupsafe import Markup
from starlette.responses import Response

TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
ICONS = "vendor/lucide-static"
CHARTS = ("vendor/echarts/echarts.common.min.js", "chart.js")
"""What a page with a chart needs besides."""
SERVED = ("console.css", "console.js", "favicon.svg", "vendor/htmx.org-4.0.1.min.js", *CHARTS)
FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file: its address, and its hash as a page names it beside the address."""

    content: bytes
    path: str
    integrity: str
    type: str


def static() -> Traversable:
    return files(__package__) / "static"


@cache
def assets() -> Mapping[str, Asset]:
    """File → asset."""
    return {name: _asset(name) for name in SERVED}


def _asset(name: str) -> Asset:
    content = (static() / name).read_bytes()
    digest = hashlib.sha384(content).digest()
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    path = f"/static/{stem}.{digest.hex()[:16]}{dot}{suffix}"
    return Asset(content, path, f"sha384-{b64encode(digest).decode()}", TYPES[dot + suffix])


@cache
def _by_path() -> Mapping[str, Asset]:
    return {asset.path: asset for asset in assets().values()}


def answer(path: str) -> Response | None:
    """The file at an address; None where there is none."""
    asset = _by_path().get(path)
    if asset is None:
        return None
    return Response(asset.content, media_type=asset.type, headers={"Cache-Control": FOR_EVER})


@cache
def icon(name: str) -> Markup:
    """The drawing of an icon, to stand within a page; screen readers pass over it."""
    drawn = (static() / ICONS / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", drawn).strip()
    return Markup(
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
        f' stroke-linejoin="round" aria-hidden="true" focusable="false">{inner}</svg>'
    )
