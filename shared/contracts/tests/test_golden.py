"""Every event ever published can still be read."""

import json
from pathlib import Path
from typing import ClassVar

import pytest
from pydantic import Field

from contracts import EVENTS, OWNERS, Event, erp
from contracts.currencies import ISO_4217
from contracts.fields import Amount, Currency, Day, Id
from contracts.supplier import Movement

from .golden_files import FORMER, GOLDEN, draft, name_of, sample_of, shape_of, stored_shape_of, write_missing
from .golden_rules import WAY_OUT, broken_shape, unreadable, unrecorded_growth

every_event = pytest.mark.parametrize("event", EVENTS, ids=name_of)


def test_every_event_has_its_golden_files_and_no_golden_file_is_without_an_event() -> None:
    wanted = {path.name for event in EVENTS for path in (sample_of(event), stored_shape_of(event))}
    there = {path.name for path in GOLDEN.glob("*.json")}
    assert not wanted - there, "Write the missing golden files: python shared/contracts/tests/golden_files.py"
    assert not there - wanted, "The past still holds these events: keep their classes in EVENTS of their owner."


def test_no_two_events_share_a_type_and_a_version() -> None:
    assert len({name_of(event) for event in EVENTS}) == len(EVENTS)


def test_an_event_is_named_after_its_owner_and_its_class() -> None:
    for owner, published in {"erp": erp.EVENTS, **{name: module.EVENTS for name, module in OWNERS.items()}}.items():
        for event in published:
            # SupplierGradedV1 is the class of an older version, SupplierGraded the newest.
            assert f"{owner.removesuffix('-svc')}.{event.__name__.removesuffix(f'V{event.VERSION}')}" == event.TYPE


@every_event
def test_a_published_event_reads_back_as_it_was(event: type[Event]) -> None:
    trouble = unreadable(event, sample_of(event).read_text(encoding="utf-8"))
    assert trouble is None, trouble


@pytest.mark.parametrize("former", sorted(FORMER.glob("*.json")), ids=lambda path: path.stem)
def test_an_event_that_was_published_under_former_names_reads_the_same(former: Path) -> None:
    event = next(e for e in EVENTS if former.stem in {f"{name}.v{e.VERSION}" for name in e.types()})
    assert event.model_validate_json(former.read_bytes()) == event.model_validate_json(sample_of(event).read_bytes())


def test_a_former_type_name_is_unique_and_has_a_sample() -> None:
    names = [(name, event.VERSION) for event in EVENTS for name in event.types()]
    assert len(names) == len(set(names))
    assert all((FORMER / f"{name}.v{event.VERSION}.json").exists() for event in EVENTS for name in event.FORMER_TYPES)


@every_event
def test_an_event_keeps_the_shape_it_was_published_with(event: type[Event]) -> None:
    stored = json.loads(stored_shape_of(event).read_text(encoding="utf-8"))
    trouble = broken_shape(event, stored) or unrecorded_growth(event, stored)
    assert trouble is None, trouble


@every_event
def test_an_event_has_a_one_sentence_docstring(event: type[Event]) -> None:
    assert (event.__doc__ or "").strip(), f"{name_of(event)} has no docstring; docs/events.md shows it."
    assert event.__doc__ != Event.__doc__


def test_no_currency_leaves_the_list() -> None:
    known = (GOLDEN / "currencies.txt").read_text(encoding="utf-8").split()
    assert not set(known) - ISO_4217, "The past holds amounts in these currencies: a retired currency stays readable."


def test_missing_golden_files_are_written_and_existing_ones_left_alone(tmp_path: Path) -> None:
    existing = tmp_path / "erp.GoodsReceived.v1.json"
    existing.write_text("as it was")
    written = write_missing(tmp_path)
    assert existing.read_text() == "as it was"
    assert existing not in written
    assert len(written) == 2 * len(EVENTS) - 1
    assert write_missing(tmp_path) == []


@every_event
def test_a_draft_of_a_sample_is_an_event(event: type[Event]) -> None:
    assert unreadable(event, json.dumps(draft(shape_of(event)))) is None


# --- made-up changes -------------------------------------------------------------------------------


class Weighed(Event):
    """A lot was weighed."""

    TYPE: ClassVar[str] = "made-up.Weighed"
    lot_id: Id
    price: Amount
    currency: Currency
    weighed_on: Day


SAMPLE = '{"lot_id": "L-1", "price": "12.50", "currency": "EUR", "weighed_on": "2024-05-31"}'
STORED = shape_of(Weighed)


class GrownByADefault(Weighed):
    scale_id: Id | None = None


class GrownByARequirement(Weighed):
    scale_id: Id


class Forgetful(Event):
    TYPE: ClassVar[str] = "made-up.Weighed"
    lot_id: Id
    weighed_on: Day


class Narrowed(Weighed):
    price: Amount = Field(gt=100)


def test_a_field_with_a_default_breaks_nothing_and_wants_to_be_recorded() -> None:
    assert unreadable(GrownByADefault, SAMPLE) is None
    assert broken_shape(GrownByADefault, STORED) is None
    assert unrecorded_growth(GrownByADefault, STORED) == (
        "made-up.Weighed.v1 has grown compatibly (properties.scale_id). Record the new shape, so that it is protected: "
        "delete its .schema.json and run python shared/contracts/tests/golden_files.py."
    )


@pytest.mark.parametrize(
    ("change", "sample_says", "shape_says"),
    [
        (GrownByARequirement, "can no longer be read (scale_id: Field required)", "scale_id is required and was not."),
        (Forgetful, "reads as something else now (price, currency)", "price was removed."),
        (
            Narrowed,
            "can no longer be read (price: Input should be greater than 100)",
            "price may be no longer as small as it was: exclusiveMinimum 100, before no limit.",
        ),
    ],
)
def test_a_change_that_breaks_the_past_says_what_to_do_instead(
    change: type[Event], sample_says: str, shape_says: str
) -> None:
    trouble, broken = unreadable(change, SAMPLE), broken_shape(change, STORED)
    assert trouble is not None
    assert sample_says in trouble
    assert broken is not None
    assert shape_says in broken
    for sentence in (trouble, broken):
        assert WAY_OUT in sentence
        assert "give a new field a default, rename with formerly() or FORMER_TYPES, or make a new version" in sentence


def test_a_movement_that_was_published_under_its_former_name_reads_the_same() -> None:
    movement = {"grade": "B", "a_running": 0, "falls_running": 3, "policy_version": 1}
    former, now = ({**movement, name: "Down by one."} for name in ("says", "summary"))
    assert Movement.model_validate_json(json.dumps(former)) == Movement.model_validate_json(json.dumps(now))
