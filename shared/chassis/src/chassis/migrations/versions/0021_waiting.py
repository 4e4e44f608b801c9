"""How many records of a topic wait, as the consumer of the partition measured it last: of other systems' topics nobody else can say."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("ALTER TABLE inbox ADD COLUMN waiting bigint NOT NULL DEFAULT 0")


def downgrade() -> None:
    op.execute("ALTER TABLE inbox DROP COLUMN waiting")
