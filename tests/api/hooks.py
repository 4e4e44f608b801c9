"""What the shapes of the API alone do not lead to: currencies that there are, days that facts have, ids that other requests named.

Loaded by the program ``schemathesis``, see ``tests.api.runs``.
"""

import json
from typing import Any
from zlib import crc32

import schemathesis
from hypothesis import strategies as st
from schemathesis import Case, HookContext
from schemathesis.core.failures import Failure, ServerError
from schemathesis.core.transport import Response
from schemathesis.generation.meta import TestPhase

from contracts.currencies import ISO_4217

schemathesis.openapi.format("iso-4217", st.sampled_from(sorted(ISO_4217)))
schemathesis.openapi.format("date", st.dates().map(str) | st.sampled_from(["2024-05-31", "1900-01-01", "2999-12-31"]))

KNOWN = ("K-1", "K-2", "2024/0001")
"""Ids that most requests at random are about, so that they meet: a reading what a write before it made, a write the state of another."""

PERSON = ("_by", "actor")
"""How the names of fields end that hold the person who does it."""


@schemathesis.hook
def map_case(context: HookContext, case: Case) -> Case:
    """A request at random is about one of few ids, three times in four; the choice follows from the value, so it can be repeated."""
    if case.meta is not None and case.meta.phase.name is TestPhase.FUZZING:
        for part in (case.path_parameters, case.query, case.body):
            _about_known(part)
    _in_one_name(case)
    return case


@schemathesis.hook
def filter_failure(context: HookContext, failure: Failure, case: Case, response: Response) -> bool:
    """503 says that the service cannot now, as where it is documented: ``/readyz``, or a token of a write that is to come."""
    return not (isinstance(failure, ServerError) and response.status_code == 503)


def _in_one_name(case: Case) -> None:
    """A body and a header at random name two persons, which is refused before anything else is tried: the one in the body stays."""
    if isinstance(case.body, dict) and case.headers and any(str(name).endswith(PERSON) for name in case.body):
        case.headers.pop("X-Actor", None)


def _about_known(part: Any) -> None:
    if isinstance(part, dict):
        for name, value in part.items():
            if (
                isinstance(value, str)
                and str(name).endswith("_id")
                and (choice := crc32(json.dumps(value).encode())) % 4
            ):
                part[name] = KNOWN[choice // 4 % len(KNOWN)]
            else:
                _about_known(value)
    elif isinstance(part, list):
        for each in part:
            _about_known(each)
