"""A pytest plugin: fixtures that start real parts once a session, and give every test a database and topics of its own."""

import atexit
import functools
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from chassis.runtime import Runtime
from chassis.service import Service
from chassis.settings import Settings
from chassis.storage.database import Database
from chassis.testing.client import signed_by
from standing_parts import Kafka, Postgres, start_kafka, start_postgres
from standing_parts.choose import PassedOver
from standing_parts.issuer import Client, Issuer, Person
from standing_parts.tls_postgres import TlsPostgres

_numbers = itertools.count(1)
WRAPPING_KEY = "Zm9yIHRlc3RzIG9ubHksIG5vYm9keSdzIHNlY3JldCE="
"""Under which the keys of persons stand in the databases of tests."""

PEOPLE = (
    Person("li.wei", "Li Wei", ("buyer",)),
    Person("ada.stone", "Ada Stone", ("quality-engineer",)),
    Person("ben.moor", "Ben Moor", ("salesperson",), department="north"),
    Person("cleo.hart", "Cleo Hart", ("sales-manager",), department="north"),
    Person("dan.frost", "Dan Frost", ("key-account-manager",), department="key-accounts"),
    Person("eva.lind", "Eva Lind", ("credit-controller",)),
    Person("finn.berg", "Finn Berg", ("head-of-credit",)),
    Person("gia.rossi", "Gia Rossi", ("collector",)),
    Person("hugo.park", "Hugo Park", ("operator",)),
    Person("iris.vale", "Iris Vale", ("auditor",)),
    Person("jon.reed", "Jon Reed", ("administrator",)),
    Person("supplier.s-015", "Foundry S-015", ("partner",), partner={"supplier_id": ["S-015"]}),
    Person("customer.c-007", "Customer C-007", ("partner",), partner={"customer_id": ["C-007"]}),
)
"""Who can sign in at the issuer of the tests: one of each role, and two partners."""


@functools.cache
def local_issuer() -> Issuer:
    """The issuer of this test process, in a temporary folder; started when it is first wanted, stopped with the process."""
    folder = Path(tempfile.mkdtemp(prefix="standing-issuer-"))
    atexit.register(discard_local_issuer)
    return Issuer.start(folder / "issuer", PEOPLE, [Client("standing", roles=("service",))])


def discard_local_issuer() -> None:
    """Stop the issuer of this process and remove its folder, where it was started."""
    if local_issuer.cache_info().currsize:
        local_issuer().stop()
        shutil.rmtree(local_issuer().folder.parent)
        local_issuer.cache_clear()


def pytest_configure() -> None:
    """Log lines as text with short tracebacks: structlog's own for a terminal take seconds, because they print all variables."""
    shown = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, shown])


def pytest_unconfigure() -> None:
    discard_local_issuer()


signed_by(lambda: local_issuer().token("tests", ["administrator", "delegate"], lifetime_s=86_400))


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    """The local issuer of this test process; a test that stops it starts it again."""
    return local_issuer()


@pytest.fixture(scope="session")
def parts_home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="standing-tests-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres(parts_home: Path) -> Iterator[Postgres]:
    """A PostgreSQL server for the session."""
    server = start_postgres(parts_home)
    yield server
    if server.kind == "embedded":
        server.kill()  # its data is thrown away, so there is nothing to write first
    if server.kind != "external":
        server.discard()


@pytest.fixture(scope="session")
def tls_postgres(parts_home: Path) -> Iterator[TlsPostgres]:
    """A PostgreSQL that lets nobody in without TLS; a test that needs it skips where none is installed that was built with it."""
    folder = parts_home / "tls-postgres"
    folder.mkdir()
    try:
        server = TlsPostgres(folder, print)
    except PassedOver as reason:
        pytest.skip(str(reason))
    server.start_again(wipe=False)
    yield server
    server.kill()
    server.discard()


@pytest.fixture(scope="session")
def kafka(parts_home: Path) -> Iterator[Kafka]:
    """A Kafka for the session; ``STANDING_KAFKA`` chooses which."""
    broker = start_kafka(parts_home)
    yield broker
    if broker.kind == "apache":
        broker.kill()  # its data goes with its folder; an orderly stop takes long when there are many topics
    broker.stop()


@pytest.fixture
def real_kafka(kafka: Kafka) -> Kafka:
    """The broker, where it is a real one; a test that needs it skips on the mock cluster."""
    if not kafka.real:
        pytest.skip(
            "needs a real broker: the mock cluster forgets old records, cannot be restarted on its port,"
            " and keeps a consumer that starts again out until its old session has ended"
        )
    return kafka


@pytest.fixture
def unique_prefix() -> str:
    """A prefix for topics, groups and databases, so that tests share servers without meeting."""
    return f"t{os.getpid()}x{next(_numbers)}-"


@pytest.fixture
async def database(postgres: Postgres, unique_prefix: str) -> AsyncIterator[Database]:
    """An empty database with the log's tables and 4 partitions."""
    name = unique_prefix.replace("-", "_") + "log"
    await postgres.create_database(name)
    opened = await Database.open(postgres.dsn(name), 4, "test")
    yield opened
    await opened.close()
    await _dropped(postgres, name)


async def _dropped(postgres: Postgres, name: str) -> None:
    """Leave nothing on a server that outlives the session; an embedded one is deleted whole, and each drop would cost a checkpoint."""
    if postgres.kind != "embedded":
        await postgres.drop_database(name)


@pytest.fixture
def settings(postgres: Postgres, kafka: Kafka, unique_prefix: str) -> Settings:
    """Settings for a service under test: simulated time, a prefix of its own."""
    server = postgres.dsn("").rstrip("/")
    return Settings(
        postgres=SecretStr(server),
        kafka=kafka.bootstrap,
        **kafka.settings,
        partitions=kafka.partitions,
        fetch_wait_ms=kafka.fetch_wait_ms,
        topic_prefix=unique_prefix,
        clock="simulated",
        port=0,
        http_rate_per_s=10_000,  # one caller makes all requests of a test
        auth_issuer=local_issuer().url,
        client_id="standing",
        client_secret_file=local_issuer().secret_file("standing"),
        wrapping_keys=SecretStr(WRAPPING_KEY),
    )


@pytest.fixture
async def start_service(postgres: Postgres, settings: Settings) -> AsyncIterator[Callable[..., Awaitable[Runtime]]]:
    """``await start_service(SERVICE, **changed_settings)`` → a running Runtime in this process, stopped with the test."""
    async with AsyncExitStack() as stack:

        async def start(service: Service, **changes: object) -> Runtime:
            chosen = settings.model_copy(update=changes)
            database = chosen.topic_prefix.replace("-", "_") + service.database
            await postgres.create_database(database)
            stack.push_async_callback(_dropped, postgres, database)
            runtime = await Runtime.start(service, chosen)
            stack.push_async_callback(runtime.stop)
            return runtime

        yield start


STARTS_PARTS = {"postgres", "tls_postgres", "kafka", "installation", "installations"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that start servers, and run the others first: a developer sees a failure within seconds."""
    for item in items:
        if STARTS_PARTS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.parts)
    items.sort(key=lambda item: item.get_closest_marker("parts") is not None)
