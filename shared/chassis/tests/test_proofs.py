"""What was proved of a log is on record at its service, in the audit, and the newest of each kind is answered."""

from chassis.testing.client import app_of, client_of

from .running import Start
from .toy import JAR_SERVICE


async def test_the_newest_verify_seal_and_backup_are_answered_with_who_and_when(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    heads = {str(partition): head for partition, head in (await jars.log.heads()).items()}
    async with client_of(app_of(jars)) as client:
        assert (await client.get("/v1/admin/proofs")).json()["items"] == []
        for kind, holds, summary in (
            ("verify", True, "31 of 31 checks hold"),
            ("seal", True, "seal 7"),
            ("verify", False, "30 of 31 checks hold; timers: stuck"),
        ):
            proof = {"kind": kind, "is_sound": holds, "summary": summary, "positions": heads}
            answer = await client.post("/v1/admin/proofs", json=proof)
            assert answer.status_code == 200, answer.text
        items = (await client.get("/v1/admin/proofs")).json()["items"]
        assert [(each["kind"], each["is_sound"], each["summary"], each["positions"]) for each in items] == [
            ("verify", False, "30 of 31 checks hold; timers: stuck", heads),
            ("seal", True, "seal 7", heads),
        ]
        actions = (await client.get("/v1/admin/actions", params={"thing": "proofs/verify"})).json()["items"]
        assert [(each["action"], each["reason"]) for each in actions] == [
            ("log verified", "31 of 31 checks hold"),
            ("log verified", "30 of 31 checks hold; timers: stuck"),
        ]


async def test_a_proof_of_positions_that_the_log_does_not_have_is_of_another_log(start_service: Start) -> None:
    jars = await start_service(JAR_SERVICE)
    async with client_of(app_of(jars)) as client:
        heads = {str(partition): head for partition, head in (await jars.log.heads()).items()}
        for positions, code in (
            ({**heads, "0": 10_000}, "beyond-the-log"),
            ({**heads, "99": 0}, "beyond-the-log"),
            ({}, "partitions-missing"),
        ):
            proof = {"kind": "seal", "is_sound": True, "summary": "seal 7", "positions": positions}
            answer = await client.post("/v1/admin/proofs", json=proof)
            assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (409, code)
        proof = {"kind": "seal", "is_sound": True, "summary": "seal 7", "positions": {**heads, "00": 0}}
        assert (await client.post("/v1/admin/proofs", json=proof)).status_code == 422
        assert (await client.get("/v1/admin/proofs")).json()["items"] == []
