"""The files that other programs read, written from ``deploy/services.toml``: ``make deployment``.

compose.yaml and watch/prometheus.yaml are written by hand but for the lines between ``BEGIN`` and ``END``; the folders of services
in kubernetes/, and kubernetes/all, are written whole. A test compares what is committed with what would be written.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from standing.registry import DEPLOY, Entry, Registry, registry

BEGIN, END = "# begin: make deployment", "# end: make deployment"
WHOLE = "# Written by `make deployment` from services.toml.\n"


def files(services: Registry, deploy: Path = DEPLOY) -> dict[Path, str]:
    """Every file that depends on the services, with what belongs into it."""
    compose, prometheus = deploy / "compose.yaml", deploy / "watch" / "prometheus.yaml"
    kubernetes = deploy / "kubernetes"
    targets = ", ".join(f"{entry.name}:{entry.port}" for entry in services.entries)
    return {
        compose: _with_regions(compose, _compose_names(services), _compose_services(services)),
        prometheus: _with_regions(prometheus, f"      - targets: [{targets}]\n"),
        kubernetes / "all" / "kustomization.yaml": _kubernetes_all(services),
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
    yield "    environment:"
    yield "      <<: *environment"
    yield f'      STANDING_PORT: "{entry.port}"'
    yield f"      STANDING_POSTGRES: postgresql://{entry.database}:${{SERVICES_PASSWORD}}@postgres:5432"
    # Without a value compose passes on what the shell or .env sets.
    yield from (f"      {each.name}:{_comment(each.about)}" for each in entry.variables)
    yield from (f"      {each.name}:{_comment(each.about)}" for each in entry.secrets)


def _kubernetes_all(services: Registry) -> str:
    folders = ", ".join(f"../{entry.name}" for entry in services.entries)
    return f"""\
{WHOLE}# All services, each process in all roles: kubectl apply -k deploy/kubernetes/all
namespace: standing
resources: [../settings, {folders}]
configMapGenerator:
  - name: standing
    behavior: merge
    literals:
      - STANDING_PEERS={json.dumps(services.peers, separators=(",", ":"))}
"""


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
                  - name: STANDING_POSTGRES # postgresql://user:password@host:port, without a database
                    valueFrom: {{ secretKeyRef: {{ name: {entry.name}-postgres, key: url }} }}
{secrets}  - patch: |
      apiVersion: v1
      kind: Service
      metadata: {{ name: svc }}
      spec:
        ports: [{{ name: http, port: {entry.port}, targetPort: http }}]
"""


def _comment(about: str) -> str:
    return f" # {about}" if about else ""


def main() -> None:
    for path, text in files(registry()).items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"written: deploy/{path.relative_to(DEPLOY)}")


if __name__ == "__main__":
    main()
