"""Updates that cannot be read: their kind, beside the number by which they are known again."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import TEXT

revision = "chats_0007"
down_revision = "chats_0006"


def upgrade() -> None:
    """Add the column."""
    op.add_column("inbox", sa.Column("poison", TEXT))
