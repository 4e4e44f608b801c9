"""Keys of persons are backed up apart from the data, and who was erased after a backup is erased again when it is restored."""

import json
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from uuid_utils import uuid7

from chassis.inbox.broker import ensure_topics
from chassis.inbox.published import headers_of
from chassis.personal.keys import PersonalKeys, destroy
from chassis.personal.opening import opened as opened_texts
from chassis.personal.wrapping import Wrapping
from chassis.storage.database import Database
from chassis.storage.log import Batch, Log, NewEvent, meta_json
from contracts.personal import Sealed
from standing import backup as backups
from standing.backup import back_up, read, signed
from standing.chain import chain_holds, streams_hold
from standing.erasures import Beyond, erasures_beyond, erasures_of
from standing.fault import Fault
from standing.personal_keys import back_up_keys, read_keys
from standing.restore import Persons, restore
from standing_parts import Kafka, Postgres

from .test_backup import NOW

BOOK = "book-svc"
ANN, BEA = "contact:C-1/K-1", "contact:C-1/K-2"
WRAPPING = Wrapping([Fernet.generate_key().decode()])
SECRET = Ed25519PrivateKey.generate()
PUBLIC = SECRET.public_key().public_bytes_raw()


def quiet(_: str) -> None:
    pass


class Book:
    """A log with sealed names, written as a service writes it."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def write(self, *steps: tuple[str, str]) -> None:
        """What to do, and with whom: ``add`` a name, ``erase``, or ``withdraw`` what was proposed."""
        async with AsyncExitStack() as stack:
            database = await Database.open(self.url, 2, f"{BOOK}/1")
            stack.push_async_callback(database.close)
            log, keys = Log(database, BOOK), PersonalKeys(database.pool, WRAPPING)
            for what, subject in steps:
                if what == "add":
                    key = (await keys.made_for([subject], NOW)).live[subject]
                    await self._append(
                        log, f"book-{subject}", "ContactAdded", {"name": key.seal(f"Name of {subject}").model_dump()}
                    )
                    continue
                stream = f"person-{subject}"
                number = len(await log.read_streams([stream])) // 2 + 1
                data = {"subject": subject, "number": number, "reason": "by letter", "proposed_by": "pia"}
                await self._append(log, stream, "ErasureProposed", data)
                if what == "withdraw":
                    withdrawn = {"subject": subject, "number": number, "reason": "another one", "withdrawn_by": "pia"}
                    await self._append(log, stream, "ErasureWithdrawn", withdrawn)
                    continue
                await self._append(log, stream, "DataSubjectErased", {**data, "approved_by": "paul"})
                await destroy(database.pool, [subject], NOW)  # type: ignore[arg-type]

    @staticmethod
    async def _append(log: Log, stream: str, kind: str, data: dict[str, object]) -> None:
        version = len(await log.read_streams([stream])) + 1
        event = NewEvent(
            log.partition(stream), stream, version, f"book.{kind}", 1, json.dumps(data), meta_json(None, "paul", "default", None),
            str(uuid7()), "journey-1", NOW,
        )  # fmt: skip
        await log.append(Batch(NOW, [event]))

    async def names(self) -> dict[str, str | None]:
        """Whom the log has names of, and what those are, as far as they open; ``cause`` in place of the others."""
        pool = await asyncpg.create_pool(self.url, min_size=1, max_size=2)
        try:
            rows = await pool.fetch(
                "SELECT data FROM event WHERE type = 'book.ContactAdded' ORDER BY recorded_at, position"
            )
            sealed = [Sealed.model_validate(json.loads(row["data"])["name"]) for row in rows]
            answers = await opened_texts(PersonalKeys(pool, WRAPPING), sealed)
            return {
                f"{s.subject} {s.key}": answer.text or answer.cause for s, answer in zip(sealed, answers, strict=True)
            }
        finally:
            await pool.close()

    async def checked(self) -> list[tuple[str, str]]:
        """The erasures of the log, whose chain and streams hold."""
        connection = await asyncpg.connect(self.url)
        try:
            for check in (await chain_holds(BOOK, connection), await streams_hold(BOOK, connection)):
                assert check.ok, check.detail
            return [(each.subject, each.event_id) for each in await erasures_of(connection) if each.is_erasure]
        finally:
            await connection.close()


@pytest.fixture
async def book(postgres: Postgres, unique_prefix: str) -> Book:
    name = f"{unique_prefix.replace('-', '_')}book"
    await postgres.create_database(name)
    return Book(postgres.dsn(name))


@pytest.fixture
def other(postgres: Postgres, unique_prefix: str) -> Book:
    """Where backups are restored."""
    return Book(postgres.dsn(f"{unique_prefix.replace('-', '_')}other"))


async def restored(folder: Path, into: Book, persons: Persons, replace: bool = False) -> list[str]:
    said: list[str] = []
    await restore(folder, {BOOK: into.url}, ["book.events"], replace, said.append, PUBLIC, persons=persons)
    return said


async def test_no_dump_has_the_keys_and_what_has_them_is_wrapped_for_its_owner_alone_and_signed(
    book: Book, tmp_path: Path
) -> None:
    await book.write(("add", ANN), ("add", BEA), ("erase", BEA))
    made = await back_up({BOOK: book.url}, tmp_path / "data", quiet, SECRET)
    file, keys = await back_up_keys({BOOK: book.url}, tmp_path / "keys.json", SECRET)
    assert file.stat().st_mode & 0o777 == 0o600
    assert made.dumps[0].keys == len(keys.of(BOOK).keys) == 2
    connection = await asyncpg.connect(book.url)
    wrapped = await connection.fetchval("SELECT wrapped FROM personal_key WHERE subject = $1", ANN)
    await connection.close()
    assert wrapped in file.read_bytes()
    with pytest.raises(Fault, match=r"exists already; a backup of keys goes into a file of its own"):
        await back_up_keys({BOOK: book.url}, file, SECRET)
    folder = tmp_path / "many"
    in_folder, _ = await back_up_keys({BOOK: book.url}, folder, SECRET)
    assert in_folder.parent == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    document = json.loads(file.read_text())
    document["services"][BOOK]["erasures"] = []
    file.write_text(json.dumps(document))
    with pytest.raises(Fault, match="was changed after it was signed"):
        read_keys([file], PUBLIC)
    with pytest.raises(Fault, match="was signed with SHA256:"):
        read_keys([folder], Ed25519PrivateKey.generate().public_key().public_bytes_raw())
    with pytest.raises(Fault, match="holds no backup of keys"):
        read_keys([tmp_path / "nothing.json"])


async def test_sealed_data_is_restored_with_its_keys_and_without_them_only_knowingly(
    book: Book, other: Book, tmp_path: Path
) -> None:
    await book.write(("add", ANN), ("add", BEA))
    folder = tmp_path / "data"
    await back_up({BOOK: book.url}, folder, quiet, SECRET)
    file, _ = await back_up_keys({BOOK: book.url}, tmp_path / "keys.json", SECRET)
    with pytest.raises(Fault, match=r"What book-svc sealed about persons cannot be opened without their keys.*--keys"):
        await restored(folder, other, Persons())
    assert "book-svc: keys of persons put back: 2" in await restored(folder, other, Persons(read_keys([file], PUBLIC)))
    assert await other.names() == {f"{ANN} 1": f"Name of {ANN}", f"{BEA} 1": f"Name of {BEA}"}
    said = await restored(folder, other, Persons(without_keys=True), replace=True)
    assert "book-svc: keys of persons lost, so that what was sealed with them stays closed for good: 2" in said
    assert await other.names() == {f"{ANN} 1": "erased", f"{BEA} 1": "erased"}
    await lower_the_fence(other)
    await other.write(("add", ANN))  # with a number that no lost key had
    assert await other.names() == {f"{ANN} 1": "erased", f"{BEA} 1": "erased", f"{ANN} 2": f"Name of {ANN}"}


async def lower_the_fence(book: Book) -> None:
    """As the relay does once it has compared the log with its topic."""
    database = await Database.open(book.url, 2, f"{BOOK}/1")
    await database.pool.execute("DELETE FROM log_halt")
    await database.close()


async def test_an_older_backup_of_data_and_of_keys_has_a_person_erased_again_who_was_erased_since(
    book: Book, other: Book, tmp_path: Path
) -> None:
    await book.write(("add", ANN), ("add", BEA))
    folder = tmp_path / "monday"
    await back_up({BOOK: book.url}, folder, quiet, SECRET)
    monday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "monday.json", SECRET)
    await book.write(("erase", ANN), ("add", ANN), ("erase", ANN), ("add", ANN))
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    erased = await book.checked()
    assert len(erased) == 2

    for files in ([monday, tuesday], [tuesday, monday], [tuesday]):
        said = await restored(folder, other, Persons(read_keys(files, PUBLIC)), replace=True)
        assert f"book-svc: erased after the backup, and so erased again: {ANN}" in said
        assert await other.names() == {f"{ANN} 1": "erased", f"{BEA} 1": f"Name of {BEA}"}
        assert await other.checked() == erased, "they are the same events"
    await lower_the_fence(other)
    await other.write(("add", ANN))  # who came back has the key that is in use
    assert (await other.names())[f"{ANN} 3"] == f"Name of {ANN}"


async def test_keys_older_than_the_data_do_not_open_who_was_erased_before_the_data_was_backed_up(
    book: Book, other: Book, tmp_path: Path
) -> None:
    await book.write(("add", ANN))
    monday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "monday.json", SECRET)
    await book.write(("add", BEA), ("erase", ANN))
    await back_up({BOOK: book.url}, tmp_path / "tuesday", quiet, SECRET)
    said = await restored(tmp_path / "tuesday", other, Persons(read_keys([monday], PUBLIC)))
    assert "book-svc: keys of persons lost, so that what was sealed with them stays closed for good: 1" in said
    assert await other.names() == {f"{ANN} 1": "erased", f"{BEA} 1": "erased"}


async def test_an_erasure_in_the_database_that_is_replaced_is_done_again(book: Book, tmp_path: Path) -> None:
    await book.write(("add", ANN), ("add", BEA))
    await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    monday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "monday.json", SECRET)
    await book.write(("erase", BEA))
    erased = await book.checked()
    await restored(tmp_path / "monday", book, Persons(read_keys([monday], PUBLIC)), replace=True)
    assert await book.names() == {f"{ANN} 1": f"Name of {ANN}", f"{BEA} 1": "erased"}
    assert await book.checked() == erased


async def test_an_erasure_that_only_the_topic_still_has_is_done_again(
    book: Book, other: Book, kafka: Kafka, unique_prefix: str, tmp_path: Path
) -> None:
    topic = f"{unique_prefix}book.events"
    await ensure_topics(kafka.bootstrap, kafka.security, [topic], 2, 1)
    await book.write(("add", ANN), ("erase", BEA))
    made = await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    monday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "monday.json", SECRET)
    await book.write(("add", BEA), ("erase", ANN))
    await publish(book, kafka, topic)
    before = await book.checked()

    async def beyond(service: str, heads: object) -> object:
        return await erasures_beyond(kafka.bootstrap, kafka.security, f"/{service}", topic, heads)  # type: ignore[arg-type]

    heads = {int(partition): head for partition, (head, _) in made.dumps[0].heads.items()}
    found = await erasures_beyond(kafka.bootstrap, kafka.security, f"/{BOOK}", topic, heads)
    assert [(each.written.type, each.written.subject) for each in found.found] == [
        ("book.ErasureProposed", ANN),
        ("book.DataSubjectErased", ANN),
    ]
    assert await erasures_beyond(kafka.bootstrap, kafka.security, "/other-svc", topic, heads) == Beyond(topic, [], [])
    keys = read_keys([monday], PUBLIC)
    said = await restored(tmp_path / "monday", other, Persons(keys, beyond=beyond))  # type: ignore[arg-type]
    assert await other.names() == {f"{ANN} 1": "erased"}
    assert await other.checked() == before
    alone = (
        f"book-svc: only {topic} tells that {ANN} was erased, which nothing proves: no backup of keys was made since"
    )
    assert alone in said

    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    proved = Persons(read_keys([monday, tuesday], PUBLIC), beyond=beyond)  # type: ignore[arg-type]
    said = await restored(tmp_path / "monday", other, proved, replace=True)
    assert not [sentence for sentence in said if "nothing proves" in sentence]
    assert await other.names() == {f"{ANN} 1": "erased"}


async def test_an_erasure_that_the_signed_list_contradicts_is_named_and_not_done(
    book: Book, other: Book, kafka: Kafka, unique_prefix: str, tmp_path: Path
) -> None:
    topic = f"{unique_prefix}book.events"
    await ensure_topics(kafka.bootstrap, kafka.security, [topic], 2, 1)
    await book.write(("add", ANN), ("add", BEA))
    await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    await book.write(*[("add", f"contact:C-1/K-{number}") for number in range(3, 13)])
    await publish(book, kafka, topic, forged=BEA)
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)

    async def beyond(service: str, heads: object) -> object:
        return await erasures_beyond(kafka.bootstrap, kafka.security, f"/{service}", topic, heads)  # type: ignore[arg-type]

    persons = Persons(read_keys([tuesday], PUBLIC), beyond=beyond)  # type: ignore[arg-type]
    said = await restored(tmp_path / "monday", other, persons)
    named = [sentence for sentence in said if "forged" in sentence]
    assert len(named) == 2, "one in each partition"
    for sentence in named:
        assert f"has an erasure of {BEA} at position" in sentence
        assert "which the signed list of erasures does not have" in sentence
        assert "It is not done again" in sentence
    assert await other.names() == {f"{ANN} 1": f"Name of {ANN}", f"{BEA} 1": f"Name of {BEA}"}
    assert await other.checked() == []


async def test_positions_that_a_topic_lacks_behind_the_signed_list_are_named(
    book: Book, other: Book, kafka: Kafka, unique_prefix: str, tmp_path: Path
) -> None:
    topic = f"{unique_prefix}book.events"
    await ensure_topics(kafka.bootstrap, kafka.security, [topic], 2, 1)
    await book.write(("add", ANN), ("add", BEA))
    await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    monday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "monday.json", SECRET)
    await book.write(("erase", BEA), *[("add", f"contact:C-1/K-{number}") for number in range(3, 23)])
    await publish(book, kafka, topic, without="person-")

    async def beyond(service: str, heads: object) -> object:
        return await erasures_beyond(kafka.bootstrap, kafka.security, f"/{service}", topic, heads)  # type: ignore[arg-type]

    said = await restored(tmp_path / "monday", other, Persons(read_keys([monday], PUBLIC), beyond=beyond))  # type: ignore[arg-type]
    [named] = [sentence for sentence in said if "lacks the positions" in sentence]
    assert "whether somebody was erased there cannot be said" in named
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    persons = Persons(read_keys([monday, tuesday], PUBLIC), beyond=beyond)  # type: ignore[arg-type]
    said = await restored(tmp_path / "monday", other, persons, replace=True)
    assert not [sentence for sentence in said if "lacks the positions" in sentence]
    assert (await other.names())[f"{BEA} 1"] == "erased"


async def test_what_the_signed_list_says_of_an_erasure_holds_against_what_the_topic_makes_of_it(
    book: Book, other: Book, kafka: Kafka, unique_prefix: str, tmp_path: Path
) -> None:
    topic = f"{unique_prefix}book.events"
    await ensure_topics(kafka.bootstrap, kafka.security, [topic], 2, 1)
    await book.write(("add", ANN), ("add", BEA))
    await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    await book.write(("erase", ANN))
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    await publish(book, kafka, topic, instead=(ANN, BEA))

    async def beyond(service: str, heads: object) -> object:
        return await erasures_beyond(kafka.bootstrap, kafka.security, f"/{service}", topic, heads)  # type: ignore[arg-type]

    await restored(tmp_path / "monday", other, Persons(read_keys([tuesday], PUBLIC), beyond=beyond))  # type: ignore[arg-type]
    assert await other.names() == {f"{ANN} 1": "erased", f"{BEA} 1": f"Name of {BEA}"}


async def test_a_withdrawn_proposal_comes_along_with_the_erasure_after_it(
    book: Book, other: Book, tmp_path: Path
) -> None:
    await book.write(("add", ANN))
    await back_up({BOOK: book.url}, tmp_path / "monday", quiet, SECRET)
    await book.write(("withdraw", ANN), ("erase", ANN), ("withdraw", BEA))
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    await restored(tmp_path / "monday", other, Persons(read_keys([tuesday], PUBLIC)))
    connection = await asyncpg.connect(other.url)
    try:
        again = [(each.place[1:], each.subject) for each in await erasures_of(connection)]
    finally:
        await connection.close()
    assert again == [
        ((1, "ErasureProposed"), ANN), ((1, "ErasureWithdrawn"), ANN), ((2, "ErasureProposed"), ANN),
        ((2, "DataSubjectErased"), ANN),
    ]  # fmt: skip
    assert len(await other.checked()) == 1


async def publish(
    book: Book, kafka: Kafka, topic: str, without: str | None = None, forged: str | None = None,
    instead: tuple[str, str] | None = None,
) -> None:  # fmt: skip
    """The log as its topic. ``without``: events of streams that begin so are left out. ``forged``: the last event of each partition is
    published as an erasure of that person. ``instead``: erasures of one person name another one."""
    database = await Database.open(book.url, 2, f"{BOOK}/1")
    log = Log(database, BOOK)
    producer = AIOKafkaProducer(bootstrap_servers=kafka.bootstrap, **kafka.security.client_options(), acks="all")
    await producer.start()
    try:
        for partition in range(2):
            rows = await log.after(partition, 0, 100)
            for row in rows:
                if without is not None and row.envelope.stream.startswith(without):
                    continue
                data, headers = row.data, dict(headers_of(row.envelope))
                if forged is not None and row is rows[-1]:
                    data = json.dumps(
                        {"subject": forged, "number": 1, "reason": "no", "proposed_by": "x", "approved_by": "y"}
                    )
                    headers |= {
                        "ce_type": b"book.DataSubjectErased", "ce_subject": f"person-{forged}".encode(), "ce_id": str(uuid7()).encode(),
                    }  # fmt: skip
                if instead is not None and row.envelope.stream.startswith("person-"):
                    data = data.replace(*instead)
                    headers["ce_subject"] = f"person-{instead[1]}".encode()
                await producer.send_and_wait(topic, data.encode(), partition=partition, headers=list(headers.items()))
    finally:
        await producer.stop()
        await database.close()


async def test_a_dump_of_a_former_version_brings_its_keys_and_the_list_of_erasures_holds_for_them_too(
    book: Book, other: Book, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await book.write(("add", ANN), ("add", BEA), ("erase", ANN), ("add", ANN))
    folder = tmp_path / "former"
    with monkeypatch.context() as before:
        before.setattr(backups, "KEYS", "nothing")
        await back_up({BOOK: book.url}, folder, quiet, SECRET)
    manifest = json.loads((folder / "manifest.json").read_text())
    for dump in manifest["dumps"]:
        del dump["keys"]
    del manifest["signature"], manifest["public_key"]
    (folder / "manifest.json").write_text(json.dumps(signed({**manifest, "format": "standing-backup/2"}, SECRET)))
    assert read(folder, PUBLIC).dumps[0].keys == 0
    await restored(folder, other, Persons())
    everybody = {f"{ANN} 1": "erased", f"{BEA} 1": f"Name of {BEA}", f"{ANN} 2": f"Name of {ANN}"}
    assert await other.names() == everybody
    await book.write(("erase", BEA))
    tuesday, _ = await back_up_keys({BOOK: book.url}, tmp_path / "tuesday.json", SECRET)
    await restored(folder, other, Persons(read_keys([tuesday], PUBLIC)), replace=True)
    assert await other.names() == {**everybody, f"{BEA} 1": "erased"}
