"""The same seed gives the same faults, and the stream is the same each time: what a drill finds can be run again."""

from collections import Counter

import pytest

from contracts import erp

from .__main__ import SEEDS
from .broker_faults import EVERY_FAULT, OTHERS_SENT, SENT_AGAIN
from .conductor import AT_TIMERS, Struck
from .launcher import POINTS
from .records import Record, Records
from .schedule import FULL, PARTITIONS, SHORT, schedule
from .stream import ELSEWHERE, TOPICS, known_stream

TOLD_OTHERWISE = {"erp.contracts", "erp.stock", "erp.payables", "erp.service"}
"""No part of the stream: a note is cleared under an id that the service gives it, and contracts and builds change no month's figures."""
WAVES = [600] * 120


def test_the_same_seed_gives_the_same_schedule_and_another_seed_another() -> None:
    assert schedule(7, FULL, WAVES, 60) == schedule(7, FULL, WAVES, 60)
    assert schedule(7, FULL, WAVES, 60) != schedule(8, FULL, WAVES, 60)


def test_the_seeds_of_a_full_drill_strike_at_least_five_hundred_times() -> None:
    assert len(SEEDS) * sum(FULL.values()) >= 500


def test_every_fault_of_a_schedule_can_be_injected_and_every_point_is_in_it() -> None:
    assert set(FULL) == set(SHORT) == set(EVERY_FAULT)
    assert {f"killed {point}" for point in POINTS} <= set(EVERY_FAULT)
    assert not (SENT_AGAIN | OTHERS_SENT | AT_TIMERS) - set(EVERY_FAULT)


def test_each_wave_is_struck_once_and_faults_come_as_often_as_asked() -> None:
    strikes = schedule(7, FULL, WAVES, 60)
    assert Counter(strike.kind for strike in strikes) == Counter(FULL)
    assert len({strike.wave for strike in strikes}) == len(strikes)
    assert [strike.wave for strike in strikes] == sorted(strike.wave for strike in strikes)


def test_too_few_waves_are_refused() -> None:
    with pytest.raises(ValueError, match=r"59 faults need as many waves; there are 3\."):
        schedule(7, FULL, WAVES[:3], 60)


def test_the_known_stream_is_always_the_same_and_holds_what_goes_wrong_between_systems() -> None:
    stream = known_stream(2_000)
    assert stream == known_stream(2_000)
    facts = [fact for wave in stream.waves for fact in wave]
    ids = Counter((fact.source, fact.id) for fact in facts)
    assert sum(count - 1 for count in ids.values()) == stream.repeated + stream.repeated_elsewhere
    assert sum(fact.key.endswith(ELSEWHERE) for fact in facts) == stream.repeated_elsewhere > 0
    assert min(stream.late, stream.repeated, stream.poison, stream.behind_poison) > 0
    assert {fact.topic for fact in facts} == set(TOPICS) == set(erp.TOPICS) - TOLD_OTHERWISE


def test_a_wave_has_one_outcome_only() -> None:
    """One topic, and of orders no customer twice: each order is a stream of its own, and which one credit sees first is open."""
    for wave in known_stream(2_000).waves:
        assert len({fact.topic for fact in wave}) == 1
        if wave[0].topic == "erp.orders":
            keys = [fact.key.removesuffix(ELSEWHERE) for fact in wave]
            assert len(keys) == len(set(keys))


def test_the_table_counts_what_struck_and_leaves_out_what_missed() -> None:
    records = Records(path=None)  # type: ignore[arg-type]
    noticed = [Struck("killed", 3, True, 0.1, float(n)) for n in range(1, 100)]
    late = Struck("killed", 3, True, 0.1, 100.0, noticed=False)
    struck = [*noticed, late, Struck("killed acting", 4, False, 5.0, 0.0)]
    records.runs = [Record(None, 900, 10, 0, 0, 0, 1.0, [0.5], []), Record(1, 1000, 10, 0, 0, 0, 1.0, [], struck)]
    assert records.table().splitlines()[2:] == [
        "| killed | 100 | 1,000 | 0 | 0 | 1 | 50.0 s | 99.0 s |",
        "| **all** | 100 | 1,000 | 0 | 0 | 1 | 50.0 s | 99.0 s |",
        "| none (the undisturbed run's waves) | 0 | 900 | 0 | 0 | 0 | 0.5 s | 0.5 s |",
    ]


def test_strikes_hit_partitions_that_there_are() -> None:
    assert {strike.partition for strike in schedule(7, FULL, WAVES, 60)} == set(range(PARTITIONS))


def test_a_wave_ends_with_its_month_so_that_a_month_is_graded_on_all_that_was_sent_in_it() -> None:
    assert all(len({fact.time.month for fact in wave}) == 1 for wave in known_stream(2_000).waves)
