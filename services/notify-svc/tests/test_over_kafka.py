"""From the topic of another service to the recipient; and two replicas that share the work."""

from aiokafka import AIOKafkaProducer

from chassis.commands import Request
from chassis.runtime import Runtime
from chassis.settings import Settings
from chassis.testing.waiting import eventually
from notify_svc.rules.samples import SAMPLES
from notify_svc.service import SERVICE

from .receivers import Receiver
from .running import Running
from .test_delivery import reach, telling


async def publish(settings: Settings, owner: str, event_type: str, position: int) -> None:
    """An event as its owner's relay publishes it, at a position of partition 0."""
    event = SAMPLES[event_type]
    headers = {
        "ce_specversion": "1.0", "ce_id": f"E-{position}", "ce_source": f"/{owner}-svc", "ce_type": event.TYPE,
        "ce_time": "2024-02-01T02:00:00Z", "ce_recordedtime": "2024-02-01T02:00:00Z", "ce_subject": "s",
        "ce_dataschema": f"{event.TYPE}/1", "ce_position": str(position), "ce_correlationid": "journey",
        "content-type": "application/json",
    }  # fmt: skip
    producer = AIOKafkaProducer(bootstrap_servers=settings.kafka, acks="all")
    await producer.start()
    try:
        await producer.send_and_wait(
            f"{settings.topic_prefix}{owner}.events", event.model_dump_json().encode(), key=b"s", partition=0,
            headers=[(name, text.encode()) for name, text in headers.items()],
        )  # fmt: skip
    finally:
        await producer.stop()


async def test_what_other_services_publish_reaches_whom_the_rules_name(service: Running, settings: Settings) -> None:
    await publish(settings, "credit", "credit.LimitUseReached", 1)
    await publish(settings, "customer", "customer.DiversionSuspected", 1)
    await publish(settings, "supplier", "supplier.OrderSharesChanged", 1)
    told = await eventually(service.notices, lambda notices: len(notices) == 4, within_s=60)
    assert {notice["recipient"] for notice in told} == {
        "role:credit-controller", "role:salesperson", "person:E-40", "role:buyer",
    }  # fmt: skip
    assert {notice["status"] for notice in told} == {"sent"}


async def test_two_replicas_tell_everybody_once(
    service: Running, settings: Settings, outside: str, receiver: Receiver
) -> None:
    replica = await Runtime.start(SERVICE, settings.model_copy(update={"instance": "2"}))
    try:
        systems = [f"system:s{number}" for number in range(4)]
        for system in systems:
            await reach(service, system, receiver.url(f"/{system}"))
        for number in range(10):
            for system in systems:
                runtime = (service.runtime, replica)[number % 2]
                command = telling(service, number, system, ("webhook",))
                await runtime.executor.submit(Request(command, None, service.now, "test"))
        await eventually(receiver.count, lambda count: count >= 40, within_s=60)
        for system in systems:
            ids = [got.headers["webhook-id"] for got in receiver.received if got.path == f"/{system}"]
            assert sorted(set(ids)) == sorted(ids)
            assert len(ids) == 10
    finally:
        await replica.stop()
