"""The channels: a new one is a file in this folder, its line here, and its name in ``contracts.notify.Channel``."""

from contracts.notify import Channel
from notify_svc.delivery.adapter import ChannelAdapter
from notify_svc.delivery.channels import apprise_urls, inbox, mail, webhook

CHANNELS: dict[Channel, ChannelAdapter] = {
    "inbox": inbox.ADAPTER,
    "email": mail.ADAPTER,
    "webhook": webhook.ADAPTER,
    "chat": apprise_urls.ADAPTER,
    "sms": apprise_urls.ADAPTER,
}
