"""What the bot keeps about its chats, for a day: questions, thumbs, answers, unanswered updates."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "chats_0001"
down_revision = None


def upgrade() -> None:
    """Create the first schema."""
    op.create_table(
        "exchange",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("question", TEXT, nullable=False),
        sa.Column("hits", sa.JSON, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("asked", sa.Float, nullable=False, index=True),
    )
    op.create_table(
        "feedback",
        sa.Column("key", TEXT, primary_key=True),
        sa.Column("chat_id", INTEGER, nullable=False, index=True),
        sa.Column("value", INTEGER, nullable=False),
        sa.Column("verdict", TEXT, nullable=False),
        sa.Column("rated", sa.Float, nullable=False),
    )
    op.create_table(
        "answer",
        sa.Column("chat_id", INTEGER, primary_key=True),
        sa.Column("question_message", INTEGER, primary_key=True),
        sa.Column("answer_message", INTEGER, nullable=False),
        sa.Column("sent", sa.Float, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", INTEGER, primary_key=True),
        sa.Column("chat_id", INTEGER, index=True),
        sa.Column("payload", TEXT, nullable=False),
        sa.Column("received", sa.Float, nullable=False),
        sa.Column("begun", sa.Boolean, nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
    )
