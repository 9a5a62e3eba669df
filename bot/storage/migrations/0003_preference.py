"""What each chat set: language, time zone, how much is shown, and which publishers."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0003"
down_revision = "chats_0002"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "preference",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("timezone", TEXT, nullable=False),
        sa.Column("context", TEXT, nullable=False),
        sa.Column("preferred", sa.JSON, nullable=False),
        sa.Column("left_out", sa.JSON, nullable=False),
    )
