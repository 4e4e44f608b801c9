"""The events of policies are read from where a process stands, every second, without looking at any other event."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("CREATE INDEX event_of_policy ON event (partition, position) WHERE stream LIKE 'policy-%'")


def downgrade() -> None:
    op.execute("DROP INDEX event_of_policy")
