"""The channels as values: every channel of the contract has an adapter, and what an endpoint needs follows from it."""

from typing import get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from contracts.notify import Channel
from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.guard import Guard
from notify_svc.requests import EndpointChannel

TAKEN: TypeAdapter[Channel] = TypeAdapter(EndpointChannel)


def test_every_channel_of_the_contract_has_an_adapter() -> None:
    assert tuple(CHANNELS) == get_args(Channel)


def test_only_a_channel_with_endpoints_can_need_a_secret() -> None:
    assert all(adapter.address_rule for adapter in CHANNELS.values() if adapter.needs_secret)


def test_an_endpoint_is_registered_for_the_channels_that_check_addresses_and_no_other() -> None:
    assert [TAKEN.validate_python(channel) for channel in ("webhook", "chat", "sms")] == ["webhook", "chat", "sms"]
    for channel in ("inbox", "email"):
        with pytest.raises(ValidationError, match="has no endpoints; use one of webhook, chat, sms"):
            TAKEN.validate_python(channel)


@pytest.mark.parametrize("url", ["ftp://example.org/x", "https://", "https://me:pass@example.org/x"])
async def test_a_webhook_is_an_http_address_with_a_host_and_no_password(url: str) -> None:
    rule = CHANNELS["webhook"].address_rule
    assert rule is not None
    with pytest.raises(BadAddress, match=r"with a host and no password\.$"):
        await rule(url, Guard())
