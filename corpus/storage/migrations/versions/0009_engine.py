"""What an engine elsewhere holds of the passages, and how often each term stands in them."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0009"
down_revision = "articles_0008"


def upgrade() -> None:
    """Make room for it; nothing of it is used while the index lies in memory."""
    op.create_table("engine", sa.Column("name", TEXT, nullable=False))
    op.create_table(
        "term",
        sa.Column("number", INTEGER, primary_key=True),
        sa.Column("term", TEXT, nullable=False, unique=True),
        sqlite_autoincrement=True,  # so that no process mistakes a new term for one that is gone
    )
    op.create_table(
        "held",
        sa.Column("number", INTEGER, primary_key=True, autoincrement=False),
        sa.Column("shelf", TEXT, primary_key=True),
        sa.Column("passages", INTEGER, nullable=False),
    )
    op.create_index("held_shelf", "held", ["shelf"], sqlite_where=sa.text("shelf <> ''"))
    op.create_table(
        "printed",
        sa.Column("word", TEXT, primary_key=True),
        sa.Column("shelf", TEXT, primary_key=True),
    )
    op.create_table(
        "measured",
        sa.Column("shelf", TEXT, primary_key=True),
        sa.Column("passages", INTEGER, nullable=False),
        sa.Column("length", INTEGER, nullable=False),
    )
    op.create_table(
        "indexed",
        sa.Column("key", INTEGER, primary_key=True, autoincrement=False),
        # Empty as soon as the passage is gone, so that it is found without a look at all of them.
        sa.Column(
            "passage",
            INTEGER,
            sa.ForeignKey("passage.key", ondelete="SET NULL", onupdate="SET NULL"),
            index=True,
        ),
        sa.Column("shelf", TEXT),
        sa.Column("length", INTEGER, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("sent", sa.Boolean, nullable=False),
    )
    unsent = sa.text("NOT sent")
    op.create_index(
        "indexed_unsent", "indexed", ["key"], sqlite_where=unsent, postgresql_where=unsent
    )
