"""The sentences of the console and its catalogues. ``python deploy/console/tests/messages.py`` adds to each catalogue what it lacks."""

from __future__ import annotations

from io import BytesIO
from itertools import product
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from standing.services import ALL
from standing_console.languages import DOMAIN, SENTENCES

SOURCE = Path(__file__).parents[1] / "src" / "standing_console"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "words": None, "plural": (1, 2)}
LANGUAGES = ("zh",)


def path_of(language: str, domain: str = DOMAIN) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def template() -> Catalog:
    """Every message that the source has, with where it stands."""
    found = Catalog()
    for file, _, message, comments, _ in extract_from_dir(
        str(SOURCE), method_map=METHODS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, None, [(file, None)], auto_comments=comments)
    return found


def of_services() -> Catalog:
    """Every sentence that a service composes: its code, in the context of the service, with the English template as a comment."""
    found = Catalog()
    for service in ALL:
        for sentence in service.sentences:
            found.add(sentence.code, context=service.name, auto_comments=[sentence.value])
    return found


SOURCES = {DOMAIN: template, SENTENCES: of_services}


def read(language: str, domain: str = DOMAIN) -> Catalog:
    return read_po(BytesIO(path_of(language, domain).read_bytes()), locale=language)


def main() -> None:
    for language, (domain, source) in product(LANGUAGES, SOURCES.items()):
        path = path_of(language, domain)
        catalogue = read(language, domain) if path.exists() else Catalog(locale=language, charset="utf-8")
        made_at = catalogue.creation_date  # a file in which no sentence changed stays as it is
        catalogue.update(source(), no_fuzzy_matching=True)
        catalogue.creation_date = made_at
        catalogue.obsolete.clear()
        written = BytesIO()
        write_po(
            written, catalogue, width=120, omit_header=False, no_location=True, ignore_obsolete=True, sort_output=True
        )
        path.write_bytes(written.getvalue())
        missing = sum(not m.string or not any(m.string) for m in catalogue if m.id)
        print(f"{path.name} of {language}: {missing} to translate")


if __name__ == "__main__":
    main()
