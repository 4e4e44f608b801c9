"""Parked messages of a copied installation, sealed as the service would seal them when it parks them today."""

import re
from datetime import datetime
from typing import Protocol

import asyncpg

from chassis.handling.parking_lot import itself
from chassis.handling.units import Message
from chassis.inbox.parked_rows import COLUMNS, payloads_of
from chassis.inbox.sensitive import everything
from chassis.inbox.translation import Translator
from chassis.personal.cipher import PersonKey
from chassis.personal.payloads import Payload, opened_payloads, sealed_payload
from chassis.personal.sealing import holds_personal_data
from chassis.service import Service
from chassis.settings import Settings
from contracts.personal import Sealed

AT_ONCE = 50
MESSAGE_BYTES_MAX = int(Settings.model_fields["message_bytes_max"].default)
_QUOTED = re.compile(r" \(got .*?\)(?=; |$)", re.DOTALL)
"""What a reason quotes of a value that was refused."""


class Keyring(Protocol):
    """Where the keys come from."""

    async def keys_for(self, subjects: set[str], at: datetime) -> dict[str, PersonKey]: ...


async def seal_parked(service: Service, new: asyncpg.Pool, keyring: Keyring) -> int:
    """Seal every parked message of a copy that stands in clear, as received and as edited; returns how many there were.

    What a reason quotes of a value is taken out of it; a retry gives the reason again.
    """
    if not holds_personal_data(service):
        return 0
    count = last = 0
    while rows := await new.fetch(f"SELECT {COLUMNS} FROM parked WHERE id > $1 ORDER BY id LIMIT $2", last, AT_ONCE):
        for row in rows:
            last = row["parked_id"]
            stored = payloads_of(row)
            if all(payload.layout is not None for payload in stored):
                continue
            sealed = [await _sealed(service, row, payload, keyring) for payload in stored]
            edited = sealed[1] if len(sealed) > 1 else (None, None, None)
            await new.execute(
                "UPDATE parked SET headers = $2, value = $3, layout = $4, edited_headers = $5, edited_value = $6, edited_layout = $7,"
                " reason = $8 WHERE id = $1",
                last, *sealed[0], *edited, _QUOTED.sub("", row["reason"]),
            )  # fmt: skip
            count += 1
    return count


async def _sealed(service: Service, row: asyncpg.Record, payload: Payload, keyring: Keyring) -> Payload:
    if payload.layout is not None:
        return payload
    [opened] = await opened_payloads(None, [payload])
    headers = {name: text or "" for name, text in opened.headers.items()}
    message = Message(row["source"], row["partition"], row["position"], row["key"], headers, opened.value)
    source = next((each for each in service.sources if each.topic == message.source), None)
    sensitive = everything(message) if source is None else Translator(source, MESSAGE_BYTES_MAX).sensitive(message)
    own = itself(message)
    keys = await keyring.keys_for({own, *(stretch.subject or own for stretch in sensitive.stretches)}, row["parked_at"])

    def seal(plain: bytes, subject: str) -> Sealed:
        return keys[subject].seal_bytes(plain)

    return sealed_payload(headers, opened.value, sensitive, own, seal)
