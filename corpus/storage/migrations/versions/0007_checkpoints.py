"""How far the files of interrupted imports were read."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0007"
down_revision = "articles_0006"


def upgrade() -> None:
    """Make room for it; no import is under way."""
    numbers = ("pieces", "within", "articles", "failed")
    op.create_table(
        "checkpoint",
        sa.Column("file", TEXT, primary_key=True),
        sa.Column("state", TEXT, nullable=False),
        *(sa.Column(name, INTEGER, nullable=False) for name in numbers),
        sa.Column("done", sa.Boolean, nullable=False),
    )
