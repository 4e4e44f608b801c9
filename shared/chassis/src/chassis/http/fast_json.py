"""JSON responses by orjson: Decimals as strings, integer keys allowed."""

from decimal import Decimal
from typing import Any

import orjson
from fastapi import Response

from contracts.digits import plain


def json_response(content: Any, media_type: str = "application/json") -> Response:
    body = orjson.dumps(content, default=_plain, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_UTC_Z)
    return Response(body, media_type=media_type)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError(f"{type(value).__name__} has no JSON form.")
