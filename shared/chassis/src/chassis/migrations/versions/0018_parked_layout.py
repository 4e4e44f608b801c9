"""Where parked messages stand sealed; null for one that stands as it came."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("ALTER TABLE parked ADD COLUMN layout json, ADD COLUMN edited_layout json")


def downgrade() -> None:
    raise RuntimeError("What is sealed could not be read without it; restore a backup instead.")
