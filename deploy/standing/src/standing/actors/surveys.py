"""The heads of supply and sales: they are named for the survey of suppliers, and answer both rounds of the year."""

from collections.abc import Iterator
from datetime import date
from functools import partial

from standing.actors.action import Action, Clients, at

SERVICE = "supplier-svc"
HEADS = {"shen": "supply", "guo": "sales"}
"""The head's function in the survey."""
ROUNDS = ("2024-06-01", "2024-12-01")
TOPICS = ("quality_stability", "delivery_timeliness", "supply_assurance", "after_sales")


def actions() -> Iterator[Action]:
    """What the heads do in the year: nine days after a round opened, each has answered about every supplier."""
    yield Action(at(date(2024, 1, 1), 6), "name the heads who are asked about suppliers", _name_heads)
    for round_id in ROUNDS:
        answered_on = date.fromisoformat(round_id).replace(day=10)
        for hour, head in enumerate(HEADS, start=6):
            yield Action(at(answered_on, hour), f"{head} answers", partial(_answer, head=head, round_id=round_id))


async def _name_heads(to: Clients) -> None:
    heads = [{"person_id": head, "function": function} for head, function in HEADS.items()]
    version = {
        "document": {"heads": heads},
        "effective_from": "2024-01-01",
        "reason": "the heads of purchasing and of sales are asked twice a year",
    }
    await to[SERVICE].act("PUT", "/v1/policies/supplier-survey", version, "shen", "name-heads", if_match='"1"')


async def _answer(to: Clients, head: str, round_id: str) -> None:
    survey = await to[SERVICE].get(f"/v1/supplier-surveys/rounds/{round_id}")
    missing = [each["missing_supplier_ids"] for each in survey["respondents"] if each["respondent"] == head]
    for supplier_id in (supplier_id for suppliers in missing for supplier_id in suppliers):
        body = {"supplier_id": supplier_id, "scores": _scores(head, supplier_id)}
        key = f"survey-{round_id}-{head}-{supplier_id}"
        await to[SERVICE].act("POST", f"/v1/supplier-surveys/{round_id}/answers", body, head, key)


def _scores(head: str, supplier_id: str) -> dict[str, str]:
    """From 60 to 95: sales sees suppliers less well than supply does, and nobody sees all topics alike."""
    best = 95 if HEADS[head] == "supply" else 90
    number = int("".join(filter(str.isdigit, supplier_id)) or 0)
    return {topic: str(best - 5 * ((number + place) % 7)) for place, topic in enumerate(TOPICS)}
