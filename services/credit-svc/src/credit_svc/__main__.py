"""Run credit-svc: ``credit-svc`` or ``python -m credit_svc``."""

from chassis.main import run
from credit_svc.service import SERVICE


def main() -> None:
    run(SERVICE)


if __name__ == "__main__":
    main()
