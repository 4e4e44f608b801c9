"""``standing kafka-acls``, ``kafka-users``: who may do what at a Kafka of one's own."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from standing.terminal import console, run

Prefix = Annotated[str, typer.Option(envvar="STANDING_TOPIC_PREFIX", help="of all topics and groups")]


def kafka_acls(topic_prefix: Prefix = "") -> None:
    """Print the rules that each user needs at a Kafka with ACLs, as commands of Kafka's own kafka-acls."""
    from standing.kafka_rules import commands

    for line in commands(topic_prefix):
        print(line)


def kafka_users(
    kafka: Annotated[str, typer.Option(help="host:port where the administrator is let in")],
    passwords: Annotated[
        Path | None, typer.Option(help="folder of USER.password; without it users get no passwords, only rules")
    ] = None,
    topic_prefix: Prefix = "",
) -> None:
    """Give each user its rules at a Kafka with ACLs, and its password by SCRAM. Again is harmless.

    The administrator's login is that of the settings STANDING_KAFKA_PROTOCOL, _CA_FILE, _CERT_FILE and so on.
    """

    async def work() -> None:
        from chassis.kafka_security import KafkaSettings
        from chassis.secret_files import secret_in
        from standing.kafka_rules import rules
        from standing_parts.kafka_users import KafkaUsers, administrator_at

        users = KafkaUsers(administrator_at(kafka, KafkaSettings().kafka_security.check()))
        for user, needed in rules(topic_prefix).items():
            if passwords is not None:
                password = secret_in(passwords / f"{user}.password", "--passwords")
                await asyncio.to_thread(users.set_password, user, password)
            await asyncio.to_thread(users.allow, user, needed)
            console.print(f"{user}: {len(needed)} rules", highlight=False)

    run(work())
