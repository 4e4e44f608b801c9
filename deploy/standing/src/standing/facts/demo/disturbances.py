"""What goes wrong between systems although every message is true: some come late, and some come twice."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from contracts import erp
from standing.facts.demo.calendar import in_office
from standing.facts.fact import Fact

LATE_SHARE, LATE_DAYS = 0.01, (2, 20)
REPEAT_SHARE, REPEAT_DAYS_MAX = 0.005, 3


def delay_some(facts: Sequence[Fact], end: datetime, seed: str) -> tuple[list[Fact], int]:
    """The facts with LATE_SHARE of them sent days late, and how many are; nothing is sent at ``end`` or after it.

    Their data keep the dates on which they were true, so some belong to a month that is already over. A payment that is paid back
    comes in time: nobody pays back what has not come.
    """
    random = Random(f"{seed}:late")
    paid_back = {json.loads(fact.data)["payment_id"] for fact in facts if fact.type == erp.PaymentRefunded.TYPE}
    delayed, late = list(facts), 0
    for index in random.sample(range(len(facts)), round(len(facts) * LATE_SHARE)):
        time = in_office(facts[index].time + timedelta(days=random.randint(*LATE_DAYS)))
        if time < end and facts[index].id not in paid_back:
            delayed[index] = replace(facts[index], time=time)
            late += 1
    return delayed, late


def repeat_some(facts: Sequence[Fact], end: datetime, seed: str) -> list[Fact]:
    """REPEAT_SHARE of the facts a second time: same id, key and bytes, at once or some days after the first."""
    random = Random(f"{seed}:repeats")
    repeats = []
    for index in random.sample(range(len(facts)), round(len(facts) * REPEAT_SHARE)):
        again = in_office(facts[index].time + timedelta(days=random.choice((0, random.randint(1, REPEAT_DAYS_MAX)))))
        repeats.append(replace(facts[index], time=again if again < end else facts[index].time))
    return repeats
