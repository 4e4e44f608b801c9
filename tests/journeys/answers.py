"""Every GET of a service, asked about what its own lists name: the answers held against its OpenAPI document."""

import re
from collections import defaultdict
from typing import Any
from urllib.parse import quote

import httpx
import jsonschema_rs

IDS_TRIED = 3
EXPONENT = re.compile(r'[:\[,]\s*"?-?\d+(\.\d+)?[eE][+-]?\d+"?\s*[,}\]]')
"""A figure with an exponent as the whole of a JSON value."""
GIVEN = {
    "currency": "CNY", "period": "2024-01", "before": "2024-01", "after": "2024-02", "partition": "0", "at": "0:1", "month": "2024-03",
    "shadow": "1", "limit": "20000", "own_sales": "20000", "market": "100000", "quantity": "20000", "discount_percent": "2",
    "discount_days": "10", "credit_days": "30",
}  # fmt: skip


async def faults(base_url: str, auth: httpx.Auth | None) -> tuple[list[str], int]:
    """Answers that are not as documented, or that hold an exponent; and how many answers were looked at."""
    async with httpx.AsyncClient(base_url=base_url, auth=auth, trust_env=False, timeout=60) as http:
        document = (await http.get("/openapi.json")).json()
        found: list[str] = []
        known: dict[str, list[str]] = defaultdict(list)
        answered = 0
        gets = {path: methods["get"] for path, methods in document["paths"].items() if "get" in methods}
        for path in sorted(gets, key=lambda path: path.count("{")):
            parameters = _parameters(gets[path], known)
            for address in _addresses(path, known) if parameters is not None else ():
                answer = await http.get(address, params=parameters)
                if answer.status_code == 404:
                    continue
                if answer.status_code != 200:
                    found.append(f"{address}: {answer.status_code} {answer.text[:300]}")
                    continue
                if "json" not in answer.headers["content-type"]:
                    continue
                answered += 1
                _remember(answer.json(), known)
                if EXPONENT.search(answer.text) and not path.startswith(("/v1/log", "/v1/admin/parked")):
                    found.append(f"{address}: an exponent in {EXPONENT.search(answer.text)}")
                media_type = answer.headers["content-type"].partition(";")[0]
                schema = gets[path]["responses"]["200"]["content"][media_type]["schema"]
                validator = jsonschema_rs.validator_for({**schema, "components": document["components"]})
                wrong = next(iter(validator.iter_errors(answer.json())), None)
                if wrong is not None:
                    found.append(f"{address}: {wrong.message[:300]} at {list(wrong.instance_path)}")
        return found, answered


def _addresses(path: str, known: dict[str, list[str]]) -> list[str]:
    names = re.findall(r"{(\w+)}", path)
    if not names:
        return [path]
    addresses = []
    for number in range(IDS_TRIED):
        filled = path
        for name in names:
            if not known[name]:
                return []
            filled = filled.replace(f"{{{name}}}", quote(known[name][number % len(known[name])], safe=""))
        addresses.append(filled)
    return list(dict.fromkeys(addresses))


def _parameters(operation: dict[str, Any], known: dict[str, list[str]]) -> dict[str, str] | None:
    """The query parameters that it needs; None where no list named a value for one."""
    values = {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query" and parameter.get("required"):
            name, schema = parameter["name"], parameter["schema"]
            choice = schema.get("items", schema).get("enum")
            value = choice[0] if choice else GIVEN.get(name) or next(iter(known[name]), None)
            if value is None:
                return None
            values[name] = str(value)
    return values


def _remember(answer: Any, known: dict[str, list[str]]) -> None:
    """The ids in an answer, by their names, in pairs as they stand in one row."""
    items = answer.get("items") if isinstance(answer, dict) else answer
    for row in items[:50] if isinstance(items, list) else [answer]:
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str | int) and (name.endswith("_id") or name in ("name", "recipient")):
                known[name].append(str(value))
