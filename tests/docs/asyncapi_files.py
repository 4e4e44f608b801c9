"""docs/asyncapi/: the AsyncAPI documents of each service and of all, made from the contracts.

``python tests/docs/asyncapi_files.py`` writes them; a test says when they are behind.
"""

import json
from pathlib import Path
from typing import Any

from chassis.http.asyncapi import document_of
from standing.services import ALL

FOLDER = Path(__file__).parents[2] / "docs" / "asyncapi"
VERSION = "1"
"""Of the document's form; what an event's shape is, its own version tells."""


def documents() -> dict[str, dict[str, Any]]:
    """File name → document."""
    each = {f"{service.name}.json": document_of([service], service.title, VERSION) for service in ALL}
    return {"standing.json": document_of(ALL, "Standing", VERSION), **each}


def written(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, document in documents().items():
        (FOLDER / name).write_text(written(document), encoding="utf-8")
        print(f"written: {name}")
