"""How each administrative act about notices is done once with success; beside ``recipes``, which holds them all."""

import httpx

from chassis.commands import Request
from notify_svc.endpoints.endpoint import endpoint_id
from notify_svc.notices.attempts import RecordAttemptFailed, StartAttempt
from tests.api.acts import JOURNEY, WHY, Acts
from tests.api.recipes import done

RECIPIENT = "person:ann"
ENDPOINT = f"/v1/endpoints/{endpoint_id(RECIPIENT, 'webhook')}"


@done("POST /v1/endpoints")
async def _register(acts: Acts) -> httpx.Response:
    """At a public address; nothing is sent there."""
    body = {"recipient": RECIPIENT, "channel": "webhook", "url": "https://93.184.216.34/hook"}
    return await acts.post("/v1/endpoints", body)


done("POST /v1/endpoints/{endpoint_id}/secret-rotations")(lambda acts: acts.post(f"{ENDPOINT}/secret-rotations", {}))
done("DELETE /v1/endpoints/{endpoint_id}")(lambda acts: acts.http.delete(ENDPOINT, params=WHY))


@done("POST /v1/test-sends")
async def _send_test(acts: Acts) -> httpx.Response:
    answer = await acts.post(
        "/v1/test-sends", {"template": "order-held", "recipient": RECIPIENT, "channels": ["webhook"]}
    )
    acts.named["notice"] = answer.json()["notification_id"]
    return answer


@done("POST /v1/notifications/{notification_id}/redrives")
async def _redrive(acts: Acts) -> httpx.Response:
    """The notice of the test, once it has failed for good."""
    notice, now = acts.named["notice"], acts.running.clock.now()
    for command in (
        StartAttempt(notice, "webhook", 1, "T-1", now),
        RecordAttemptFailed(notice, "webhook", 1, "550", True, now),
    ):
        await acts.running.executor.submit(Request(command, None, now, JOURNEY, actor="courier"))
    return await acts.post(f"/v1/notifications/{notice}/redrives", WHY)
