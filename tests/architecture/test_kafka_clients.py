"""Every client of Kafka is given how Kafka is reached; one without would speak in clear, or not at all."""

import ast
from collections.abc import Iterator

import pytest

from .rules import every_package, none
from .source_tree import Module, Package

CLIENTS = {
    "AIOKafkaConsumer",
    "AIOKafkaProducer",
    "AIOKafkaAdminClient",
    "KafkaBroker",
    "Consumer",
    "Producer",
    "AdminClient",
}
"""Of aiokafka, FastStream and librdkafka."""
ADDRESSES = {"bootstrap_servers", "bootstrap.servers"}
SECURITY = {"client_options", "faststream_options", "librdkafka_options", "administration"}
"""What adds the login and the certificates: of KafkaSecurity, and of a broker that was started here."""
NOBODY = {"standing_parts.mock_broker": "librdkafka's mock cluster, which this client makes itself, has no logins"}
"""Where a client needs none, and why."""


@every_package
def test_no_client_of_kafka_is_made_without_its_security(each: Package) -> None:
    none(
        (
            f"{module.at(line)}: {what}"
            for module in each.modules
            if module.dotted not in NOBODY
            for line, what in unsecured(module)
        ),
        "Give the client `**security.client_options()` beside its address (chassis/kafka_security.py).",
    )


def unsecured(module: Module) -> Iterator[tuple[int, str]]:
    """Where a client or an address of Kafka has no security beside it."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            named = any(keyword.arg in ADDRESSES for keyword in node.keywords)
            if (name in CLIENTS or named) and not secured(node):
                yield node.lineno, f"{name or 'a call'} without security"
        elif isinstance(node, ast.Dict):
            named = any(isinstance(key, ast.Constant) and key.value in ADDRESSES for key in node.keys)
            if named and not secured(node):
                yield node.lineno, "an address without security"


def secured(node: ast.AST) -> bool:
    names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
    return bool(names & SECURITY)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("AIOKafkaConsumer(bootstrap_servers=address)", [1]),
        ("aiokafka.AIOKafkaProducer(*topics, acks='all')", [1]),
        ("KafkaBroker(settings.kafka, logger=None)", [1]),
        ("made = dict(bootstrap_servers=address)", [1]),
        ("options = {'bootstrap.servers': address}", [1]),
        ("AdminClient(options)", [1]),
        ("AIOKafkaConsumer(bootstrap_servers=address, **security.client_options())", []),
        ("KafkaBroker(settings.kafka, **settings.kafka_security.faststream_options())", []),
        ("AdminClient({'bootstrap.servers': address, **security.librdkafka_options()})", []),
        ("AdminClient(kafka.administration)", []),
    ],
)
def test_a_client_without_security_is_found_in_every_spelling(
    tmp_path_factory: pytest.TempPathFactory, source: str, lines: list[int]
) -> None:
    written = tmp_path_factory.mktemp("source") / "module.py"
    written.write_text(source + "\n")
    assert sorted({line for line, _ in unsecured(Module(written, "made", "module"))}) == lines
