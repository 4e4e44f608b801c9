"""The tables of the log and its followers."""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    for name in ("0001_log.sql", "0001_append.sql"):
        script = Path(__file__).with_name(name).read_text()
        # A script of several statements cannot be prepared, so it goes to asyncpg itself, inside the same transaction.
        op.get_bind().connection.run_async(lambda connection, script=script: connection.execute(script))


def downgrade() -> None:
    raise RuntimeError("The log is never taken back; restore a backup instead.")
