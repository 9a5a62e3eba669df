"""What signs links to pages, and one-time words that let an admin into the newsroom."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0015"
down_revision = "chats_0014"


def upgrade() -> None:
    """Make both tables."""
    op.create_table(
        "page_key",
        sa.Column("number", INTEGER, primary_key=True),
        sa.Column("secret", TEXT, nullable=False),
        sa.Column("made", sa.Float, nullable=False),
        sqlite_autoincrement=True,  # a link names its key: no number may come twice
    )
    op.create_table(
        "page_login",
        sa.Column("digest", TEXT, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("until", sa.Float, nullable=False),
    )
