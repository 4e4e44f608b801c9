"""The sentences of the console and its catalogues. ``python deploy/console/tests/messages.py`` adds to each catalogue what it lacks."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).parents[1] / "src" / "standing_console"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "N_": None, "words": None, "plural": (1, 2)}
LANGUAGES = ("zh",)


def path_of(language: str) -> Path:
    return SOURCE / "locale" / language / "LC_MESSAGES" / "console.po"


def template() -> Catalog:
    """Every message that the source has, with where it stands."""
    found = Catalog()
    for file, _, message, comments, _ in extract_from_dir(
        str(SOURCE), method_map=METHODS, keywords=KEYWORDS, strip_comment_tags=True
    ):
        found.add(message, None, [(file, None)], auto_comments=comments)
    return found


def read(language: str) -> Catalog:
    return read_po(BytesIO(path_of(language).read_bytes()), locale=language)


def main() -> None:
    source = template()
    for language in LANGUAGES:
        path = path_of(language)
        catalogue = read(language) if path.exists() else Catalog(locale=language, charset="utf-8")
        catalogue.update(source, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        written = BytesIO()
        write_po(
            written, catalogue, width=120, omit_header=False, no_location=True, ignore_obsolete=True, sort_output=True
        )
        path.write_bytes(written.getvalue())
        print(
            f"{path.name} of {language}: {sum(not m.string or not any(m.string) for m in catalogue if m.id)} to translate"
        )


if __name__ == "__main__":
    main()
