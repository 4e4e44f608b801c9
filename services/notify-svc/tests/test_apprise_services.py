"""What apprise may do here: services from a list, harmless parameters, and no connection that the guard has not checked."""

import ast
import asyncio
import inspect
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest
from apprise.manager_plugins import NotificationManager

from notify_svc.delivery.adapter import BadAddress
from notify_svc.delivery.apprise_services import PARAMETERS, SERVICES, parsed
from notify_svc.delivery.channels import CHANNELS
from notify_svc.delivery.channels.apprise_urls import send
from notify_svc.delivery.guard import Guard
from notify_svc.delivery.outcome import Accepted, Message, Rejected

from .receivers import Received, Receiver, http_receiver

NOON = datetime(2024, 2, 1, 12, tzinfo=UTC)
MESSAGE = Message("N-1", "role:buyer", "Supplier S-1 graded C", "Act by 2024-02-10.", "en", True, NOON)
HERE = Guard([ip_network("127.0.0.0/8")])
TOKEN32 = "a" * 32
URLS = {
    "dingtalk": "dingtalk://abcdef0123",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "feishu": "feishu://abcdef0123",
    "gchat": "gchat://workspace/key/token",
    "gotify": "gotify://example.org/token",
    "json": "json://example.org/hook",
    "lark": "lark://abcdef0123456789",
    "line": "line://abcdef0123/target",
    "mmost": f"mmost://example.org/{TOKEN32}",
    "ntfy": "ntfy://topic",
    "rocket": "rocket://user:password@example.org/#channel",
    "signal": "signal://example.org/15551234567/15557654321",
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
    "tgram": "tgram://123456789:abcdefg_hijklmnop/12315544",
    "twist": "twist://password:user@example.org/#General",
    "webex": f"webex://{'a' * 80}",
    "wecombot": "wecombot://693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa",
    "workflows": f"workflows://example.org/{TOKEN32}/{TOKEN32}",
    "zulip": f"zulip://botname@example/{TOKEN32}",
    "46elks": "46elks://user:password@15551234567/15557654321",
    "atalk": "atalk://user@apikey/15557654321",
    "bulksms": "bulksms://user:password@15557654321",
    "clickatell": "clickatell://apikey/15557654321",
    "clicksend": "clicksend://user:apikey@15557654321",
    "d7sms": "d7sms://token@15557654321",
    "httpsms": "httpsms://apikey@15551234567/15557654321",
    "infobip": "infobip://apikey@example.api.infobip.com/15557654321",
    "kavenegar": "kavenegar://apikey/15557654321",
    "msgbird": f"msgbird://{'a' * 25}/15551234567/15557654321",
    "nexmo": f"nexmo://{'a' * 8}:{'b' * 16}@15551234567/15557654321",
    "plivo": f"plivo://{'A' * 25}@{'b' * 40}/15551234567/15557654321",
    "seven": f"seven://{'a' * 25}/15557654321",
    "sinch": f"sinch://{TOKEN32}:{TOKEN32}@15551234567/15557654321",
    "smseagle": "smseagle://token@example.org/15557654321",
    "sns": "sns://AHIAJGNT76XIMXDBIJYA/bu1dHSdO22pfaaVy/wmNsdljF4C07D3bndi9PQJ9/us-east-2/+15557654321",
    "telnyx": "telnyx://apikey@15551234567/15557654321",
    "twilio": f"twilio://AC{TOKEN32}:{TOKEN32}@15551234567/15557654321",
    "voipms": "voipms://password:user@example.org/5551234567/5557654321",
}


NETWORK_LIBRARIES = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "multiprocessing", "paho", "poplib", "requests_oauthlib", "slixmpp",
    "smtplib", "socket", "socketserver", "ssl", "subprocess", "telnetlib", "urllib3", "websocket", "websockets", "xmlrpc",
}  # fmt: skip


async def to_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize("url", URLS.values(), ids=URLS)
async def test_every_connection_of_every_service_is_checked_by_the_guard(url: str) -> None:
    outcome = await send(MESSAGE, url, "chat://…", Guard(resolve=to_loopback))
    assert isinstance(outcome, Rejected)
    assert outcome.for_good
    assert "leads to 127.0.0.1, which is an internal address" in outcome.error


def test_every_service_that_may_be_used_is_tried_above() -> None:
    plugins = NotificationManager()
    assert {plugins[scheme] for scheme in SERVICES} == {type(parsed(url)) for url in URLS.values()}


@pytest.mark.parametrize("scheme", sorted(SERVICES))
def test_a_service_that_may_be_used_knows_no_way_out_but_the_library_that_is_pinned(scheme: str) -> None:
    source = inspect.getsource(sys.modules[NotificationManager()[scheme].__module__])
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            assert not {name.name.partition(".")[0] for name in node.names} & NETWORK_LIBRARIES
            assert all(name.asname is None for name in node.names if name.name == "requests")
        if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            assert node.module.partition(".")[0] not in {*NETWORK_LIBRARIES, "requests"}


@pytest.mark.parametrize(
    "url",
    [
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template={}",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?avatar_url={}",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?href={}",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general?template={}",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?TEMPLATE={}",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?t%65mplate={}",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?%20template%20={}",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?format=text;template={}",
        "tgram://123456789:abcdefg_hijklmnop/12315544?template={}",
        "workflows://example.org/" + TOKEN32 + "/" + TOKEN32 + "?template={}",
        "ntfy://topic?attach={}",
        "ntfy://topic?mode=private&avatar_url={}",
        "mmost://example.org/" + TOKEN32 + "?icon_url={}",
        "rocket://user:password@example.org/#channel?webhook={}",
        "synology://example.org/token?file_url={}",
        "fcm://project@apikey/device?keyfile={}",
        "vapid://user@example.org/?keyfile={}",
        "vapid://user@example.org/?subfile={}",
        "mailto://user:password@example.org?smtp=127.0.0.1",
        "mailtos://user:password@example.org?smtp=127.0.0.1",
        "apprise://127.0.0.1/token",
        "form://127.0.0.1/{}",
        "xml://127.0.0.1/{}",
        "syslog://",
        " syslog://",
        "\tsyslog://",
        "SYSLOG://",
        "rsyslog://127.0.0.1",
        "dbus://",
        "gnome://",
        "windows://",
        "macosx://",
        "smpp://user:password@127.0.0.1/15551234567/15557654321",
        "mqtt://127.0.0.1/topic",
        "growl://127.0.0.1",
        "xmpp://user:password@127.0.0.1",
        "irc://127.0.0.1/#channel",
        "aprs://user:password@callsign",
        "json://example.org/?+Host=127.0.0.1",
        "json://example.org/?:field=value",
        "json://example.org/?-get=value",
        "json://example.org/?verify=no",
        "json://example.org/?redirect=yes",
        "json://example.org/?rto=9999",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ?template={}",
        "http://127.0.0.1/",
        "file:///etc/hostname",
        "json://example.org/ two",
        "json://example.org/\nsyslog://",
        "json://example.org/\u200b",
        "slack",
        "",
        "://",
    ],
)
async def test_a_url_that_names_a_file_an_address_or_another_way_out_is_refused_before_anything_is_called(
    url: str, receiver: Receiver
) -> None:
    rule = CHANNELS["chat"].address_rule
    assert rule is not None
    for named in (receiver.url("/template"), "/etc/hostname", "file:///etc/hostname"):
        with pytest.raises(BadAddress):
            await rule(url.format(named), HERE)
        outcome = await send(MESSAGE, url.format(named), "chat://…", HERE)
        assert isinstance(outcome, Rejected)
        assert outcome.for_good
    assert receiver.received == []


async def test_a_blank_around_a_url_is_nothing(receiver: Receiver) -> None:
    url = f"  JSON://127.0.0.1:{receiver.port}/chat "
    assert await send(MESSAGE, url, "json://…", HERE) == Accepted("N-1")


def test_what_a_parameter_is_called_that_is_taken_is_said_with_the_refusal() -> None:
    with pytest.raises(BadAddress, match=r"slack:// takes no parameter template here.*; use apikey, batch") as refused:
        parsed(f"{URLS['slack']}?template=x")
    assert all(name in str(refused.value) for name in PARAMETERS)


async def test_the_address_that_was_checked_is_the_one_that_is_called(receiver: Receiver) -> None:
    asked: list[str] = []

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    guard = Guard([ip_network("127.0.0.0/8")], resolve)
    outcome = await send(MESSAGE, f"json://receiver.example:{receiver.port}/chat", "json://…", guard)
    assert isinstance(outcome, Accepted)
    assert set(asked) == {"receiver.example"}
    assert receiver.received[0].headers["host"] == f"receiver.example:{receiver.port}"


async def test_a_proxy_or_a_password_of_the_machine_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with http_receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url(""))
        url = f"json://127.0.0.1:{receiver.port}/chat"
        assert isinstance(await send(MESSAGE, url, "json://…", HERE), Accepted)
        assert (len(receiver.received), proxy.received) == (1, [])


async def test_an_answer_without_end_is_not_read_to_its_end(receiver: Receiver) -> None:
    given_up = asyncio.Event()

    async def endless(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2000000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65_536)
                await writer.drain()
        except ConnectionError:
            given_up.set()

    receiver.answer = endless
    assert isinstance(await send(MESSAGE, f"json://127.0.0.1:{receiver.port}/chat", "json://…", HERE), Accepted)
    async with asyncio.timeout(5):
        await given_up.wait()


async def test_what_is_given_up_ends_its_connection_and_its_thread(receiver: Receiver) -> None:
    ended = asyncio.Event()

    async def dripping(_: Received, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nx-more: ")
        try:
            while True:
                writer.write(b"y")
                await writer.drain()
                await asyncio.sleep(0.02)
        except ConnectionError:
            ended.set()

    receiver.answer = dripping
    url = f"json://127.0.0.1:{receiver.port}/chat"
    outcome = await send(MESSAGE, url, "json://…", HERE, timeout_s=0.3)
    assert outcome == Rejected("json://… did not answer in 0.3 s.", for_good=False)
    async with asyncio.timeout(2):
        await ended.wait()


async def test_an_error_of_a_plugin_shows_no_token(receiver: Receiver) -> None:
    outcome = await send(MESSAGE, "json://user:t0k3n@127.0.0.1:1/s3cret", "json://…", HERE)
    assert isinstance(outcome, Rejected)
    assert not outcome.for_good
    assert "t0k3n" not in outcome.error
    assert "s3cret" not in outcome.error
