"""While the log is halted, no inbox moves either."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        "CREATE TRIGGER inbox_may_move BEFORE UPDATE ON inbox FOR EACH STATEMENT EXECUTE FUNCTION log_may_grow()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER inbox_may_move ON inbox")
