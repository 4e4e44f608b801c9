"""Everything that waits goes on after a restart: nothing in memory is needed, and nothing is told twice."""

from collections.abc import AsyncIterator

import pytest

from chassis.runtime import Runtime
from chassis.settings import Settings
from notify_svc.policies.throttle import ThrottlePolicy
from notify_svc.rules.samples import SAMPLES
from notify_svc.service import SERVICE

from .receivers import Postbox, mail_server
from .running import Running
from .test_delivery import telling
from .test_flows import overdue, with_digest


@pytest.fixture
async def restarting(service: Running, settings: Settings) -> AsyncIterator[Running]:
    """The service, on which ``restart`` may be called."""
    began = service.runtime
    yield service
    if service.runtime is not began:
        await service.runtime.stop()


async def restart(service: Running, settings: Settings) -> None:
    await service.runtime.stop()
    service.runtime = await Runtime.start(SERVICE, settings)


async def test_digest_escalation_retry_throttle_and_night_go_on_after_a_restart_at_every_step(
    restarting: Running, settings: Settings, smtp_port: int
) -> None:
    service = restarting
    await service.publish(with_digest(minutes=15))
    await service.publish(ThrottlePolicy(window_minutes=60, most={"email": 2}))
    for invoice in ("I-1", "I-2"):
        await overdue(service, invoice)  # a mail to the customer at once, and a digest for sales
    await service.tell(SAMPLES["customer.ComplaintClockWarned"])
    await service.do(*(telling(service, number) for number in range(3)))
    await service.settled()  # the mail server is away: retries wait
    await restart(service, settings)
    await service.move_by(minutes=4)
    await restart(service, settings)
    box = Postbox()
    with mail_server(box, smtp_port):
        await service.move_by(minutes=16)
        await restart(service, settings)
        await service.move_by(minutes=45)
        await restart(service, settings)
        await service.move_by(hours=14)  # over the night, which ends at 00:00 UTC
        await restart(service, settings)
        await service.settled()
    assert box.subjects("person.a@standing.example") == ["Notice 0", "Notice 1", "Notice 2"]
    assert box.subjects("role.salesperson@standing.example") == ["2 notices: Customer C-1: invoice I-1 is overdue …"]
    assert len(box.subjects("customer.C-1@standing.example")) == 2
    told = [notice["recipient"] for notice in await service.notices(topic="complaints")]
    assert told == ["person:E-17", "role:service-manager", "role:service-head"]
    assert {notice["status"] for notice in await service.notices()} == {"sent"}
