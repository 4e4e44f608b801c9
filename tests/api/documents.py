"""The OpenAPI document of each service as it is committed under docs/api: ``python -m tests.api.documents`` writes them."""

import json
from pathlib import Path
from typing import Any

from chassis.http.app import build_app
from chassis.runtime import Runtime
from chassis.service import Service
from standing.services import ALL

FOLDER = Path(__file__).parents[2] / "docs" / "api"


async def _never() -> Runtime:
    raise AssertionError("only the routes are looked at")


def document_of(service: Service) -> dict[str, Any]:
    """As the service answers it on /openapi.json."""
    document: dict[str, Any] = json.loads(json.dumps(build_app(service, _never).openapi()))
    return document


def path_of(service: Service) -> Path:
    return FOLDER / f"{service.name}.json"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for service in ALL:
        path_of(service).write_text(
            json.dumps(document_of(service), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
        )
        print(f"docs/api/{service.name}.json")


if __name__ == "__main__":
    main()
