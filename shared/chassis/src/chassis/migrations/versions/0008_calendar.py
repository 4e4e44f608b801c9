"""New events lie inside the calendar that contracts allow."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # NOT VALID: an older log may hold -infinity, which stays readable; only what is appended from now on is held to it.
    op.execute(
        "ALTER TABLE event ADD CONSTRAINT event_in_calendar"
        " CHECK (occurred_at >= '1900-01-01 00:00:00+00' AND occurred_at < '3000-01-01 00:00:00+00') NOT VALID"
    )


def downgrade() -> None:
    op.execute("ALTER TABLE event DROP CONSTRAINT event_in_calendar")
