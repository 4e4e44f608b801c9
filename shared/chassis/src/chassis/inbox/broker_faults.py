"""What is wrong between a client and its Kafka, as a sentence that says what to change.

The client library reports most of it as a broker that cannot be reached, so the broker is then asked once more, by a bare connection.
"""

import asyncio
import contextlib
import ssl
from collections.abc import Iterator, Sequence

from aiokafka import errors
from aiokafka.conn import collect_hosts, create_conn
from aiokafka.protocol.metadata import MetadataRequest

from chassis.errors import UsageError
from chassis.kafka_security import PREFIX, KafkaSecurity
from chassis.kafka_tokens import TokenUnavailable
from chassis.settings import Settings

ANSWERS_WITHIN_S = 5.0
HOST_MISMATCH, IP_MISMATCH, EXPIRED, NOT_YET = 62, 64, 10, 9
"""OpenSSL's X509_V_ERR_… of a certificate for another name, or of another time."""
UNREACHED = (errors.KafkaConnectionError, errors.NodeNotReadyError, errors.RequestTimedOutError, TimeoutError, OSError)
ON_A_GROUP, ON_THE_CLUSTER = errors.GroupAuthorizationFailedError, errors.ClusterAuthorizationFailedError
ON_A_TOPIC = errors.TopicAuthorizationFailedError
DENIED = (ON_A_GROUP, ON_A_TOPIC, ON_THE_CLUSTER)
GOES_ON = "Nothing is lost: it is tried again, and goes on by itself."


class Denied(Exception):
    """Kafka's rules do not let us do something; the message says which rule is missing."""


def denial(security: KafkaSecurity, operation: str, kind: str, name: str) -> str:
    """The sentence about a rule that is missing: ``Read`` on topic ``x``."""
    return (
        f"Kafka does not let {security.principal} {operation.lower()} the {kind} {name}. Add the rule: kafka-acls --add"
        f" --allow-principal {security.principal} --operation {operation} --{kind} {name} (all that are needed: standing kafka-acls)."
        f" {GOES_ON}"
    )


class BrokerFault:
    """What is wrong with one client right now. ``operation``: what it does to its ``topics``, Read or Write."""

    def __init__(self, settings: Settings, operation: str, topics: Sequence[str], group: str = "") -> None:
        self._settings = settings
        self._operation = operation
        self._topics = topics
        self._group = group
        self.sentence: str | None = None

    async def note(self, error: Exception) -> None:
        settings = self._settings
        self.sentence = await sentence_about(
            error, settings.kafka, settings.kafka_security, self._operation, self._topics, self._group
        )

    def clear(self) -> None:
        self.sentence = None


async def sentence_about(
    error: BaseException, bootstrap: str, security: KafkaSecurity, operation: str, topics: Sequence[str], group: str = ""
) -> str:  # fmt: skip
    """What an error of a client means; its type and words where nothing better is known."""
    chain = list(_causes(error))
    for each in chain:
        if isinstance(each, Denied | UsageError):
            return str(each)
        if isinstance(each, DENIED):
            return _denied(each, security, operation, topics, group)
    if any(isinstance(each, UNREACHED) for each in chain):
        refusal = await _refusal(bootstrap, security)
        if refusal is not None:
            return f"{refusal} {GOES_ON}"
    return f"{type(error).__name__}: {error}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _denied(
    error: BaseException, security: KafkaSecurity, operation: str, topics: Sequence[str], group: str
) -> str:  # fmt: skip
    if isinstance(error, ON_A_GROUP):
        return denial(security, "Read", "group", group or str(error.args[0] if error.args else "of this service"))
    # A producer needs to write at least one topic before Kafka gives it an id, and is refused as if on the cluster.
    named = [topic for topic in topics if topic in str(error)] if isinstance(error, ON_A_TOPIC) else []
    return denial(security, operation, "topic", (named or list(topics) or ["?"])[0])


async def _refusal(bootstrap: str, security: KafkaSecurity) -> str | None:
    """Why no broker lets us in; None when one does, or when none answers at all."""
    found: str | None = None
    for host, port, _ in collect_hosts(bootstrap):
        try:
            options = security.client_options()
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                connection = await create_conn(host, port, request_timeout_ms=int(ANSWERS_WITHIN_S * 1000), **options)
        except Exception as error:
            found = found or _why(error, f"{host}:{port}", host, security)
            continue
        try:
            # Without a login where one is wanted, a broker ends the connection at the first question.
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                await connection.send(MetadataRequest([]))
        except TimeoutError:
            continue
        except (errors.KafkaError, OSError):
            found = found or _closed(f"{host}:{port}", security)
            continue
        finally:
            with contextlib.suppress(Exception):
                connection.close()
        return None
    return found


def _why(error: BaseException, where: str, host: str, security: KafkaSecurity) -> str | None:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _of_the_certificate(error, where, host, security)
    if isinstance(error, ssl.SSLError):
        return (
            f"Kafka at {where} does not agree on TLS ({error.reason or error}): this may be a port without TLS; {PREFIX}PROTOCOL is"
            f" {security.protocol}. Name the port of its {security.protocol} listener in STANDING_KAFKA; where it wants a certificate"
            f" of ours, name that in {PREFIX}CERT_FILE."
        )
    if isinstance(error, errors.SaslAuthenticationFailed | errors.AuthenticationFailedError):
        return _of_the_login(error, where, security)
    if isinstance(error, errors.UnsupportedSaslMechanismError):
        return f"Kafka at {where} has no login by {security.mechanism}; name one of its own in {PREFIX}MECHANISM."
    if isinstance(error, errors.IllegalSaslStateError):
        return f"Kafka at {where} wants no login at this port; {PREFIX}PROTOCOL is {security.protocol}, SSL or PLAINTEXT may be right."
    if isinstance(error, UsageError):
        return str(error)
    if isinstance(error, TokenUnavailable):
        return f"There is no token for Kafka at {where}: {error.args[0]}."
    if isinstance(error, errors.KafkaConnectionError):
        return _closed(where, security)
    return None


def _of_the_certificate(error: ssl.SSLCertVerificationError, where: str, host: str, security: KafkaSecurity) -> str:
    if error.verify_code in (HOST_MISMATCH, IP_MISMATCH):
        return (
            f"The certificate of Kafka at {where} is not made for the name {host}: {error.verify_message} Name the broker in"
            " STANDING_KAFKA as its certificate does, or have one made that names this host."
        )
    if error.verify_code in (EXPIRED, NOT_YET):
        return (
            f"The certificate of Kafka at {where} is not valid today: {error.verify_message}. Renew it at the broker."
        )
    authorities = (
        f"those of {PREFIX}CA_FILE ({security.ca_file})" if security.ca_file else "those that this system trusts"
    )
    return (
        f"The certificate of Kafka at {where} is not signed by a CA that counts here, {authorities}: {error.verify_message}. Name the"
        f" PEM file of the CA that signed it in {PREFIX}CA_FILE."
    )


def _of_the_login(error: BaseException, where: str, security: KafkaSecurity) -> str:
    if security.mechanism == "OAUTHBEARER":
        return (
            f"Kafka at {where} does not accept the token that {security.token_url} gives to {security.client_id!r}: {_words(error)}. The"
            " broker must know that issuer, its keys and the audience; the two clocks must agree."
        )
    file = security.password_file
    secret, again = (f"the file {file}", " The file is read again at each try.") if file else (f"{PREFIX}PASSWORD", "")
    return (
        f"Kafka at {where} does not let the user {security.user!r} in by {security.mechanism}: {_words(error)}. Either the password in"
        f" {secret} is not the one that Kafka has, or Kafka has no such user.{again}"
    )


def _closed(where: str, security: KafkaSecurity) -> str:
    return (
        f"Kafka at {where} ends the connection before it answers: its listener may want TLS or a login, or none;"
        f" {PREFIX}PROTOCOL is {security.protocol}. Name the protocol of the listener at that port."
    )


def _words(error: BaseException) -> str:
    return str(error.args[0] if error.args and error.args[0] else type(error).__name__).rstrip(".")
