"""Templates in each language, with what every one of them may call."""

import json
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from standing_console.assets import assets, icon
from standing_console.languages import LANGUAGES, Words, all_words, preferred
from standing_console.screens.flow import line

LANGUAGE_COOKIE, THEME_COOKIE = "__Host-standing-language", "__Host-standing-theme"
THEMES = ("auto", "light", "dark")


class Templates:
    """One environment for each language, whose ``_`` words a message of its catalogue."""

    def __init__(self) -> None:
        self.words = all_words()
        self._environments = {language: _environment(words) for language, words in self.words.items()}

    def words_of(self, request: Request) -> Words:
        return self.words[preferred(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))]

    def render(
        self,
        request: Request,
        template: str,
        answered: int = 200,
        **values: Any,
    ) -> HTMLResponse:
        words = self.words_of(request)
        theme = request.cookies.get(THEME_COOKIE)
        common = {
            "words": words,
            "language": words.language,
            "theme": theme if theme in THEMES else "auto",
            "here": request.url.path,
            "query": request.url.query,
        }
        html = self._environments[words.language].get_template(template).render(**common, **values)
        return HTMLResponse(html, answered, {"Content-Language": words.language, "Vary": "Cookie, Accept-Language"})


def _environment(words: Words) -> Environment:
    environment = Environment(
        loader=PackageLoader("standing_console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=words,
        plural=words.plural,
        line=line,
        asset=assets().__getitem__,
        icon=icon,
        languages=LANGUAGES,
        themes=THEMES,
    )
    environment.filters.update(
        number=words.number, rate=words.rate, percent=words.percent, instant=_or_dash(words.instant), time=_or_dash(words.time),
        minute=words.minute, span=words.span, wait=words.wait, json=_as_json,
    )  # fmt: skip
    return environment


def _as_json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _or_dash(written: Any) -> Any:
    def of(at: datetime | str | None) -> str:
        return written(at) if at else "–"

    return of
