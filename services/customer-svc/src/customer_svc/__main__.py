"""Run customer-svc: ``customer-svc`` or ``python -m customer_svc``."""

from chassis.main import run
from customer_svc.service import SERVICE


def main() -> None:
    run(SERVICE)


if __name__ == "__main__":
    main()
