"""Whether a chat has rich answers, and how many answers it had before it was asked."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER

revision = "chats_0013"
down_revision = "chats_0012"


def upgrade() -> None:
    """Add a column to the settings, and one to who asks."""
    op.add_column("preference", sa.Column("rich", INTEGER))
    op.add_column("reader", sa.Column("answers", INTEGER, nullable=False, server_default="0"))
