"""A stream that goes by an id which other systems give is watched for ids that look alike."""

from types import SimpleNamespace

import pytest

from chassis.domain import Decider
from standing.services import ALL

NAMED = {"customer_id": "customer", "supplier_id": "supplier", "item_id": "item"}
DECIDERS = [pytest.param(decider, id=f"{s.name}-{decider.category}") for s in ALL for decider in s.deciders]


def id_field(decider: Decider) -> str | None:
    """Which field of its commands is the id of a stream."""
    command = SimpleNamespace(**{name: name for name in NAMED})
    try:
        field: str = decider.stream_id(command)
    except AttributeError:
        return None
    return field if field in NAMED else None


@pytest.mark.parametrize("decider", DECIDERS)
def test_a_stream_of_a_partner_or_an_item_is_watched_for_look_alikes(decider: Decider) -> None:
    field = id_field(decider)
    assert field is None or decider.names == NAMED[field]


def test_partners_and_items_are_streams_of_some_service() -> None:
    assert {id_field(decider) for service in ALL for decider in service.deciders} >= set(NAMED)
