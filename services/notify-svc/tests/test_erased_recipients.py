"""A recipient who was erased has no endpoint any more, and one who came back keeps the new one."""

from urllib.parse import quote

import pytest
from httpx import AsyncClient

from chassis.testing.client import app_of, client_of
from chassis.testing.waiting import eventually
from standing_parts.issuer import Issuer

from .receivers import Receiver
from .running import Running

RECIPIENT = "system:bi"


async def erased(http: dict[str, AsyncClient]) -> None:
    proposed = await http["pia"].post("/v1/personal/erasures", json={"subject": RECIPIENT, "reason": "letter of 3 May"})
    assert proposed.status_code == 200, proposed.text
    path = f"/v1/personal/erasures/{quote(proposed.json()['erasure_id'], safe='')}/approval"
    answer = await http["paul"].post(path)
    assert answer.status_code == 200, answer.text


@pytest.mark.usefixtures("outside")
async def test_the_endpoint_of_an_erased_recipient_goes_and_a_later_one_stays(
    service: Running, receiver: Receiver, issuer: Issuer
) -> None:
    app = app_of(service.runtime)
    http = {name: client_of(app, token=issuer.token(name, ["administrator"])) for name in ("pia", "paul")}

    async def endpoints() -> int:
        answer = await http["pia"].get("/v1/endpoints")
        return len(answer.json()["items"])

    async def register() -> None:
        wanted = {"recipient": RECIPIENT, "channel": "webhook", "url": receiver.url("/a")}
        answer = await http["pia"].post("/v1/endpoints", json=wanted)
        assert answer.status_code == 200, answer.text
        await eventually(endpoints, lambda count: count == 1)

    try:
        await register()
        await erased(http)
        await eventually(endpoints, lambda count: count == 0)
        await register()
        pool = service.runtime.database.pool
        await pool.execute("DELETE FROM erasure_follower")  # as after a crash before its place was noted

        async def followed() -> bool:
            return bool(await pool.fetchval("SELECT EXISTS (SELECT FROM erasure_follower)"))

        await eventually(followed, bool)
        await eventually(endpoints, lambda count: count == 1)
        kinds = await pool.fetch("SELECT type FROM event WHERE stream LIKE 'endpoint-%' ORDER BY version")
        assert [row["type"].partition(".")[2] for row in kinds] == [
            "EndpointRegistered", "EndpointRemoved", "EndpointRegistered"
        ]  # fmt: skip
    finally:
        for client in http.values():
            await client.aclose()
