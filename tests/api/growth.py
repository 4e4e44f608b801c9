"""What callers lose when one OpenAPI document takes the place of another."""

from typing import Any


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def lost(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """What callers of the document before would miss in the one after; what they would have to send in addition."""
    found = []
    now = operations(after)
    for name, was in operations(before).items():
        if name not in now:
            found.append(name)
            continue
        given = {(p["in"], p["name"]): p for p in was.get("parameters", ())}
        taken = {(p["in"], p["name"]): p for p in now[name].get("parameters", ())}
        found += [f"{name} {place}" for place in given if place not in taken]
        found += [
            f"{name} needs {place}"
            for place, p in taken.items()
            if p["required"] and not given.get(place, {}).get("required")
        ]
        found += [
            f"{name} {status}" for status in was["responses"] if status < "400" and status not in now[name]["responses"]
        ]
        if was["operationId"] != now[name]["operationId"]:
            found.append(f"{name} was {was['operationId']}")
    for name, was in before["components"]["schemas"].items():
        schema = after["components"]["schemas"].get(name, {})
        found += [f"{name}.{field}" for field in was.get("properties", {}) if field not in schema.get("properties", {})]
        if name.endswith(("Body", "Request")):
            found += [
                f"{name} needs {field}" for field in schema.get("required", ()) if field not in was.get("required", ())
            ]
    return found
