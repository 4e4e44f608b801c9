"""The OpenAPI document of each service as it is committed under docs/api: ``python -m tests.api.documents`` writes them."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.http.app import build_app
from chassis.runtime import Runtime
from chassis.service import Service
from standing.services import ALL
from tests.api.growth import lost

FOLDER = Path(__file__).parents[2] / "docs" / "api"


async def _never() -> Runtime:
    raise AssertionError("only the routes are looked at")


def document_of(service: Service) -> dict[str, Any]:
    """As the service answers it on /openapi.json."""
    document: dict[str, Any] = json.loads(json.dumps(build_app(service, _never).openapi()))
    return document


def path_of(service: Service) -> Path:
    return FOLDER / f"{service.name}.json"


def written(path: Path, document: dict[str, Any], breaks: bool) -> list[str]:
    """Write the document in the place of the one before; not where callers of that one would miss something, unless it ``breaks`` them.

    Returns what they miss.
    """
    missed = lost(json.loads(path.read_text()), document) if path.exists() else []
    if breaks or not missed:
        path.write_text(json.dumps(document, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    return missed


def main(
    breaks: Annotated[
        bool, typer.Option(help="callers of the API as it was lose something: docs/api-style.md says what")
    ] = False,
) -> None:
    """Write docs/api."""
    FOLDER.mkdir(exist_ok=True)
    refused = False
    for service in ALL:
        missed = written(path_of(service), document_of(service), breaks)
        print(
            f"docs/api/{service.name}.json" + ("" if breaks or not missed else " was NOT written: callers would miss")
        )
        for each in missed:
            print(f"  {each}")
        refused |= bool(missed) and not breaks
    if refused:
        print("Give it back; or break callers on purpose: `make api BREAKS=--breaks`, and a word in docs/api-style.md.")
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
