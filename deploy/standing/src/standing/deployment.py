"""The files that other programs read, written from ``deploy/services.toml``: ``make deployment``.

compose.yaml and watch/prometheus.yaml are written by hand but for the lines between ``BEGIN`` and ``END``; the folders of services
in kubernetes/, and kubernetes/all, are written whole. A test compares what is committed with what would be written.

Where STANDING_AUTH_ISSUER is named, in the environment or in deploy/.env, that issuer is asked where it gives tokens, and
watch/prometheus.yaml gets its ``token_url``.
"""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from chassis.auth_settings import AuthSettings
from chassis.discovery import discovered
from chassis.errors import UsageError
from chassis.issuer_tls import explained, trusted
from standing.registry import DEPLOY, Entry, Registry, registry

BEGIN, END = "# begin: make deployment", "# end: make deployment"
ISSUER, TOKEN_URL = "STANDING_AUTH_ISSUER", re.compile(r"(?m)^(\s*token_url:).*$")
ANSWER_WITHIN_S = 10.0
WHOLE = "# Written by `make deployment` from services.toml.\n"


def files(services: Registry, deploy: Path = DEPLOY) -> dict[Path, str]:
    """Every file that depends on the services, with what belongs into it."""
    compose, prometheus = deploy / "compose.yaml", deploy / "watch" / "prometheus.yaml"
    kubernetes = deploy / "kubernetes"
    console = kubernetes / "console" / "kustomization.yaml"
    targets = ", ".join(f"{entry.name}:{entry.port}" for entry in services.entries)
    return {
        compose: _with_regions(
            compose, _compose_names(services), _compose_services(services), _compose_secrets(services)
        ),
        prometheus: _with_regions(prometheus, f"      - targets: [{targets}]\n"),
        kubernetes / "all" / "kustomization.yaml": _kubernetes_all(services),
        console: _with_regions(console, _kubernetes_peers(services)),
        **{
            kubernetes / entry.name / "kustomization.yaml": _kubernetes_service(services, entry)
            for entry in services.entries
        },
    }


def _with_regions(path: Path, *regions: str) -> str:
    """The file with its regions replaced, in their order. Raises ValueError when it has another number of them."""
    first, *parts = path.read_text(encoding="utf-8").split(BEGIN)
    if len(parts) != len(regions):
        raise ValueError(f"{path} has {len(parts)} regions that begin with {BEGIN!r}, not {len(regions)}.")
    text = first
    for part, region in zip(parts, regions, strict=True):
        _, end, rest = part.partition(END)
        if not end:
            raise ValueError(f"{path} has a region without {END!r}.")
        indent = text[text.rfind("\n") + 1 :]
        text += f"{BEGIN}\n{region}{indent}{END}{rest}"
    return text


def _compose_names(services: Registry) -> str:
    peers = ",\n".join(f'  "{name}": "{url}"' for name, url in services.peers.items())
    databases = " ".join(entry.database for entry in services.entries)
    return f"x-peers: &peers >-\n  {{\n{peers}\n  }}\nx-databases: &databases {databases}\n"


def _compose_services(services: Registry) -> str:
    return "\n".join("\n".join(_compose_service(services, entry)) + "\n" for entry in services.entries)


def _compose_service(services: Registry, entry: Entry) -> Iterator[str]:
    yield f"  {entry.name}:"
    yield "    <<: *service"
    yield f"    image: {services.images}/{entry.name}:{services.tag}"
    yield f"    build: {{ context: .., dockerfile: deploy/Dockerfile, args: {{ SERVICE: {entry.name} }} }}"
    yield f'    ports: ["127.0.0.1:{entry.port}:{entry.port}"]'
    yield "    secrets:"
    yield f"      [kafka-ca, {{ source: kafka-{entry.name}, target: kafka-password }},"
    yield f"      postgres-ca, {{ source: postgres-{entry.name}, target: postgres-password }}, issuer-services,"
    yield f"      {{ source: wrapping-{entry.name}, target: wrapping-keys }}]"
    yield "    environment:"
    yield "      <<: *environment"
    yield f'      STANDING_PORT: "{entry.port}"'
    yield f"      STANDING_KAFKA_USER: {entry.name}"
    yield (
        f"      STANDING_POSTGRES: postgresql://{entry.database}@postgres:5432?sslmode=verify-full&sslrootcert=/run/secrets/postgres-ca"
    )
    # Without a value compose passes on what the shell or .env sets.
    yield from (f"      {each.name}:{_comment(each.about)}" for each in entry.variables)
    yield from (f"      {each.name}:{_comment(each.about)}" for each in entry.secrets)


def _compose_secrets(services: Registry) -> str:
    return "".join(
        f"  kafka-{entry.name}: {{ file: ./secrets/kafka/{entry.name}.password }}\n"
        f"  postgres-{entry.name}: {{ file: ./secrets/postgres/{entry.database}.password }}\n"
        f"  wrapping-{entry.name}: {{ file: ./secrets/wrapping/{entry.name}.keys }}\n"
        for entry in services.entries
    )


def _kubernetes_peers(services: Registry) -> str:
    return f"      - STANDING_PEERS={json.dumps(services.peers, separators=(',', ':'))}\n"


def _kubernetes_all(services: Registry) -> str:
    folders = ", ".join(f"../{entry.name}" for entry in services.entries)
    return f"""\
{WHOLE}# All services, each process in all roles: kubectl apply -k deploy/kubernetes/all
namespace: standing
resources: [../boundary, ../settings, {folders}]
configMapGenerator:
  - name: standing
    behavior: merge
    literals:
{_kubernetes_peers(services)}"""


def _kubernetes_service(services: Registry, entry: Entry) -> str:
    config = "".join(f"      - {each.name}={each.value}{_comment(each.about)}\n" for each in entry.variables)
    generator = f"configMapGenerator:\n  - name: variables\n    literals:\n{config}" if config else ""
    sources = "                envFrom: [{ configMapRef: { name: standing } }, { configMapRef: { name: variables } }]\n"
    secrets = "".join(
        f"                  - name: {each.name}{_comment(each.about)}\n"
        f"                    valueFrom: {{ secretKeyRef: {{ name: {each.secret}, key: {each.key}, optional: true }} }}\n"
        for each in entry.secrets
    )
    return f"""\
{WHOLE}namePrefix: {entry.name.removesuffix("svc")}
resources: [../base]
labels:
  - pairs: {{ app.kubernetes.io/name: {entry.name}, app.kubernetes.io/part-of: standing }}
    includeSelectors: true
images:
  - {{ name: standing/service, newName: {services.images}/{entry.name}, newTag: {services.tag} }}
{generator}patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {{ name: svc }}
      spec:
        template:
          spec:
            containers:
              - name: service
{sources if config else ""}                ports: [{{ name: http, containerPort: {entry.port} }}]
                env:
                  - {{ name: STANDING_KAFKA_USER, value: {entry.name} }}
                  - name: STANDING_POSTGRES # postgresql://user@host:port?sslmode=verify-full&sslrootcert=/etc/standing/postgres/ca.pem
                    valueFrom: {{ secretKeyRef: {{ name: {entry.name}-postgres, key: url }} }}
{secrets}            volumes:
              - name: kafka
                secret: {{ secretName: {entry.name}-kafka }} # password and ca.pem
              - name: postgres
                secret: {{ secretName: {entry.name}-postgres }} # password, ca.pem and url
              - name: wrapping
                secret: {{ secretName: {entry.name}-wrapping, optional: true }} # keys, of a service that holds personal data
  - patch: |
      apiVersion: v1
      kind: Service
      metadata: {{ name: svc }}
      spec:
        ports: [{{ name: http, port: {entry.port}, targetPort: http }}]
"""


def _comment(about: str) -> str:
    return f" # {about}" if about else ""


def issuer_of(deploy: Path = DEPLOY) -> str | None:
    """The issuer that compose would name to the services: that of the environment, else of deploy/.env; None where neither does."""
    file = deploy / ".env"
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    named = [line.partition("=")[2].strip().strip("\"'") for line in lines if line.startswith(f"{ISSUER}=")]
    return os.environ.get(ISSUER) or (named[-1] if named else None)


async def with_token_url(prometheus: str, issuer: str) -> str:
    """The configuration of Prometheus with the address at which this issuer gives tokens.

    Raises httpx.HTTPError while the issuer does not answer, ValueError where its answer names no such address.
    """
    async with httpx.AsyncClient(timeout=ANSWER_WITHIN_S, verify=trusted(AuthSettings().auth_ca_file)) as http:
        endpoint = (await discovered(http, issuer)).get("token_endpoint")
    if not isinstance(endpoint, str):
        raise ValueError("its discovery document names no token_endpoint")
    return TOKEN_URL.sub(lambda found: f"{found[1]} {endpoint}", prometheus)


def main() -> None:
    texts = files(registry())
    if (issuer := issuer_of()) is not None:
        prometheus = DEPLOY / "watch" / "prometheus.yaml"
        try:
            texts[prometheus] = asyncio.run(with_token_url(texts[prometheus], issuer))
        except (httpx.HTTPError, UsageError, ValueError) as error:
            sys.exit(f"{issuer} does not say where it gives tokens: {explained(error)}; nothing was written.")
    for path, text in texts.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: deploy/{path.relative_to(DEPLOY)}")


if __name__ == "__main__":
    main()
