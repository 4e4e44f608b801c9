"""A supplier's own token at notify-svc: its own inbox and its own notices to acknowledge, nothing of anybody else's."""

from chassis.testing.client import app_of, client_of
from notify_svc.policies.partner_access import NotifyPartnerAccess
from notify_svc.rules.samples import SAMPLES
from standing_parts.issuer import Issuer

from .running import Running

GRADED = SAMPLES["supplier.SupplierGraded"].model_copy(update={"supplier_id": "S-1"})
MAY_NOT = "A supplier's token may not do this."


async def test_a_supplier_reads_and_acknowledges_what_it_was_sent_and_finds_nothing_of_others(
    service: Running, issuer: Issuer, smtp_port: int
) -> None:
    await service.tell(GRADED)
    await service.tell(GRADED.model_copy(update={"supplier_id": "S-2"}), "E-2")
    await service.settled()
    app = app_of(service.runtime)
    async with (
        client_of(app, token=issuer.token("ann", [], partner="supplier:S-1")) as ann,
        client_of(app, token=issuer.token("eve", [], partner="supplier:S-2")) as eve,
    ):
        off = await ann.get("/v1/inbox/supplier:S-1")
        assert (off.status_code, off.json()["detail"]) == (403, "Access for partners is not switched on.")
        await service.publish(NotifyPartnerAccess(enabled=True))
        [own] = (await ann.get("/v1/inbox/supplier:S-1")).json()["items"]
        others = await ann.get("/v1/inbox/supplier:S-2")
        assert (others.status_code, others.json()["detail"]) == (404, "There is no supplier S-2.")
        taken = {"recipient": "supplier:S-1", "notification_id": own["notification_id"]}
        assert (await eve.post("/v1/acknowledgements", json=taken)).status_code == 404
        assert (await eve.post("/v1/acknowledgements", json={**taken, "recipient": "supplier:S-2"})).status_code == 404
        assert (await ann.post("/v1/acknowledgements", json=taken)).status_code == 200
        for path in ("/v1/notifications", f"/v1/notifications/{own['notification_id']}", "/v1/reports/notices"):
            refused = await ann.get(path)
            assert (refused.status_code, refused.json()["detail"]) == (403, MAY_NOT), path
