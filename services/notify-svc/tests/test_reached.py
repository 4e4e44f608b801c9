"""Sent means that a channel took it to its recipient: the inbox does so for people of the house, and for nobody else."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from chassis.testing import given
from chassis.testing.client import app_of, client_of
from contracts.notify import NotificationPassedOver, NotificationRedriven, NotificationRequested, NotificationSent
from notify_svc.notices import DECIDER
from notify_svc.notices.attempts import PassOver, RecordAttemptFailed, StartAttempt
from notify_svc.notices.redrives import Redrive
from notify_svc.notices.requests import RequestRendered
from notify_svc.policies.delivery import DeliveryPolicy
from notify_svc.policies.directory import DirectoryPolicy
from notify_svc.rules.audiences import is_of_the_house
from notify_svc.rules.samples import SAMPLES

from .receivers import Postbox, mail_server
from .running import Running
from .test_delivery import CAUSE
from .test_life_of_a_notice import N, a_mail, start
from .test_notice import BOOK, NOON

REMINDER = SAMPLES["credit.PaymentOverdue"]
NO_SERVER = "email: this deployment has no mail server (NOTIFY_SMTP_HOST is not set)"
ONLY_THE_INBOX = "No channel took it to customer:C-1, and only people of the house look into the inbox: "


async def reminder(service: Running) -> dict[str, Any]:
    [notice] = await service.notices(recipient="customer:C-1")
    return notice


async def test_without_a_mail_server_a_reminder_is_passed_over_and_says_why(service: Running) -> None:
    await service.tell(REMINDER)
    await service.settled()
    notice = await reminder(service)
    assert (notice["status"], notice["because"]) == ("passed_over", f"{ONLY_THE_INBOX}{NO_SERVER}.")
    assert (notice["sent_at"], notice["channel"]) == (None, None)
    async with client_of(app_of(service.runtime)) as http:
        counted = (await http.get("/v1/reports/notices")).json()["items"]
        inbox = (await http.get("/v1/inbox/customer:C-1")).json()["items"]
    of_rule = {row["status"]: row["notice_count"] for row in counted if row["rule"] == "payment-overdue"}
    assert of_rule == {"passed_over": 1}
    assert [item["notification_id"] for item in inbox] == [notice["notification_id"]]


async def test_what_was_passed_over_is_sent_when_there_is_a_way_and_somebody_wants_it(
    service: Running, monkeypatch: pytest.MonkeyPatch, smtp_port: int
) -> None:
    monkeypatch.delenv("NOTIFY_SMTP_HOST")
    await service.tell(REMINDER)
    await service.settled()
    assert (await reminder(service))["status"] == "passed_over"
    monkeypatch.setenv("NOTIFY_SMTP_HOST", "127.0.0.1")
    box = Postbox()
    with mail_server(box, smtp_port):
        async with client_of(app_of(service.runtime)) as http:
            body = {"redriven_by": "li.na", "reason": "There is a mail server now.", "status": "passed_over"}
            assert len((await http.post("/v1/redrives", json=body)).json()["notifications"]) == 1
        await service.settled()
    notice = await reminder(service)
    assert (notice["status"], notice["because"]) == ("sent", None)
    assert len(box.subjects("customer.C-1@standing.example")) == 1


async def test_a_letter_that_the_mail_server_refuses_reached_nobody(service: Running, postbox: Postbox) -> None:
    postbox.refuses["customer.C-1@standing.example"] = "550 no such user"
    await service.tell(REMINDER)
    await service.move_by(minutes=1)
    notice = await reminder(service)
    assert notice["status"] == "passed_over"
    assert notice["because"] == f"{ONLY_THE_INBOX}The mail server answered 550 no such user."


async def test_a_mail_server_that_stays_away_reached_nobody(service: Running, smtp_port: int) -> None:
    await service.publish(DeliveryPolicy(delays_s=(0, 5)))
    await service.tell(REMINDER)
    await service.move_by(minutes=5)
    assert (await reminder(service))["status"] == "passed_over"


async def test_a_partner_without_an_address_is_not_reached(service: Running, postbox: Postbox) -> None:
    await service.publish(DirectoryPolicy(domain=None))
    await service.tell(REMINDER)
    await service.settled()
    notice = await reminder(service)
    assert notice["because"] == f"{ONLY_THE_INBOX}email: the directory has no address of customer:C-1."
    assert {one["status"] for one in await service.notices(recipient="role:salesperson")} == {"sent"}


# --- the rules of it --------------------------------------------------------------------------------------


def requested(recipient: str, *channels: Any) -> RequestRendered:
    return RequestRendered(
        notification_id=N, recipient=recipient, subject="s", body="b", language="en", urgency="normal", channels=channels,
        about="A", period="P", cause=CAUSE, topic="test", at=NOON,
    )  # fmt: skip


KINDS = ("role", "person", "team", "system", "supplier", "customer", "contact", "Role", "roles", "")


@for_all(st.sampled_from(KINDS), st.text("abcXYZ:/-", min_size=1, max_size=10))
def test_the_inbox_alone_is_sent_to_people_of_the_house_only(kind: str, name: str) -> None:
    recipient = f"{kind}:{name}"
    decided = given(DECIDER, book=BOOK).when(requested(recipient, "inbox"))
    expected = NotificationSent if is_of_the_house(recipient) else NotificationPassedOver
    decided.then(NotificationRequested, expected)
    assert is_of_the_house(recipient) == (kind in ("role", "person", "team", "system"))


def test_a_channel_behind_the_inbox_is_still_tried_for_a_partner() -> None:
    waiting = given(DECIDER, book=BOOK).when(requested("customer:C-1", "inbox", "email"))
    waiting.then(NotificationRequested)
    assert waiting.when(StartAttempt(N, "email", 1, "t", NOON)).outcome


def test_what_is_passed_over_can_be_redriven_and_what_is_being_tried_is_not_passed_over() -> None:
    over = PassOver(N, "nobody is there")
    a_mail(start("T-1")).when(over).then()
    passed = a_mail(RecordAttemptFailed(N, "email", 1, "refused", True, NOON)).when(over)
    assert passed.one(NotificationPassedOver).because.endswith("inbox: refused; nobody is there.")
    passed.when(Redrive(N, "li.na", "Again.", NOON)).then(NotificationRedriven)
