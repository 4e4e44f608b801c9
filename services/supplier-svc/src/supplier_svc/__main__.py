"""Run supplier-svc: ``supplier-svc`` or ``python -m supplier_svc``."""

from chassis.main import run
from supplier_svc.service import SERVICE


def main() -> None:
    run(SERVICE)


if __name__ == "__main__":
    main()
