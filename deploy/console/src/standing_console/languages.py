"""English and Chinese: the catalogue of sentences, and how numbers, instants and spans of time are written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from io import BytesIO
from typing import Any

from babel import Locale
from babel.dates import format_datetime, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import NullTranslations, Translations

DOMAIN, SENTENCES = "console", "sentences"
"""Catalogues: of the console's own sentences, and of those that the services compose."""
LANGUAGES = {"en": "English", "zh": "中文"}
"""Language → its own name."""
LOCALES = {"en": Locale("en", "GB"), "zh": Locale("zh", "CN", script="Hans")}


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a sentence for the catalogues that is worded later."""
    return message


@dataclass(frozen=True)
class Words:
    """One language. Called with a message of the catalogue it gives the sentence: ``words("{n} rows", n=3)``."""

    language: str
    translations: NullTranslations
    sentences: NullTranslations
    """Those of the services, by their name and code."""

    @property
    def locale(self) -> Locale:
        return LOCALES[self.language]

    def __call__(self, message: str, /, **values: object) -> str:
        return self.translations.gettext(message).format(**values)

    def plural(self, one: str, many: str, n: int, /, **values: object) -> str:
        """The sentence for ``n`` things; ``{n}`` in it is the number as this language writes it."""
        return self.translations.ngettext(one, many, n).format(n=self.number(n), **values)

    def statements(self, service: str, statements: Sequence[Mapping[str, Any]]) -> str:
        """What a service composed, in this language; a sentence that the catalogue does not know stays as it came."""
        return ("" if self.language == "zh" else " ").join(self._statement(service, each) for each in statements)

    def _statement(self, service: str, statement: Mapping[str, Any]) -> str:
        code = statement["code"]
        template = str(self.sentences.pgettext(service, code)) if code else code
        try:
            return str(statement["sentence"]) if template == code else template.format(**statement["parameters"])
        except (KeyError, IndexError):  # the service has other parameters by now
            return str(statement["sentence"])

    def number(self, value: float | Decimal, digits: int = 0) -> str:
        return format_decimal(value, format="#,##0." + "0" * digits if digits else "#,##0", locale=self.locale)

    def rate(self, per_s: float) -> str:
        """Small ones with a digit behind the point."""
        return self.number(per_s, 0 if per_s >= 100 or per_s == 0 else 1)

    def percent(self, part: float) -> str:
        return format_percent(part, locale=self.locale)

    def money(self, amount: Decimal, currency: str) -> str:
        return format_currency(amount, currency, locale=self.locale)

    def instant(self, at: datetime | str) -> str:
        """Day and time to the second; its zone, UTC, stands once on each page."""
        return format_datetime(_utc(at), "yyyy-MM-dd HH:mm:ss", locale=self.locale)

    def time(self, at: datetime | str) -> str:
        return format_datetime(_utc(at), "HH:mm:ss", locale=self.locale)

    def minute(self, at: datetime) -> str:
        return format_datetime(_utc(at), "HH:mm", locale=self.locale)

    def span(self, length: timedelta) -> str:
        """In the largest unit that fits: ``3 days``."""
        return format_timedelta(length, threshold=1.5, locale=self.locale)

    def wait(self, length: timedelta) -> str:
        """As ``span``, in days where it is at least one and a half, as people count what is due: ``31 days``."""
        days = length.total_seconds() / 86_400
        return format_timedelta(length, "day", 1e9, locale=self.locale) if days >= 1.5 else self.span(length)


def _utc(at: datetime | str) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)


def catalogue(language: str, domain: str = DOMAIN) -> NullTranslations:
    """The sentences of a language. English ones stand in the source itself."""
    if language == "en":
        return NullTranslations()
    source = files(__package__) / "locale" / language / "LC_MESSAGES" / f"{domain}.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language, domain=domain))
    compiled.seek(0)
    return Translations(compiled, domain=domain)


def all_words() -> dict[str, Words]:
    return {language: Words(language, catalogue(language), catalogue(language, SENTENCES)) for language in LANGUAGES}


def preferred(chosen: str | None, accepted: str | None) -> str:
    """The language of a request: that of the choice, else the first of Accept-Language that there is, else English."""
    if chosen in LANGUAGES:
        return str(chosen)
    for tag in _by_weight(accepted or ""):
        if (language := tag.partition("-")[0].lower()) in LANGUAGES:
            return language
    return "en"


def _by_weight(accepted: str) -> Sequence[str]:
    weighted: list[tuple[float, str]] = []
    for part in accepted.split(",")[:20]:
        tag, _, quality = part.strip().partition(";")
        try:
            weighted.append((float(quality.strip().removeprefix("q=") or 1), tag.strip()))
        except ValueError:
            continue
    found: list[Any] = sorted((each for each in weighted if each[0] > 0), key=lambda each: -each[0])
    return [tag for _, tag in found]
