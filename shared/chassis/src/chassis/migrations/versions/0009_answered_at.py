"""When a command was answered, so that old answers to HTTP requests can be forgotten."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    # Answers from before count from now on: nobody knows how old they are.
    op.execute("ALTER TABLE command ADD COLUMN answered_at timestamptz NOT NULL DEFAULT now()")
    op.execute("CREATE INDEX command_of_requests ON command (answered_at) WHERE id LIKE 'http/%'")


def downgrade() -> None:
    op.execute("ALTER TABLE command DROP COLUMN answered_at")
