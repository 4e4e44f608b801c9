"""Parked messages are looked up by key, in whatever partition of their topic they lie."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("DROP INDEX parked_waiting")
    op.execute("CREATE INDEX parked_waiting ON parked (source, key, id) WHERE state = 'parked'")


def downgrade() -> None:
    op.execute("DROP INDEX parked_waiting")
    op.execute("CREATE INDEX parked_waiting ON parked (source, partition, key, id) WHERE state = 'parked'")
