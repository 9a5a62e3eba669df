"""Articles, their passages with embeddings, feeds."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0001"
down_revision = None


def upgrade() -> None:
    """Create the first schema."""
    op.create_table(
        "article",
        sa.Column("id", TEXT, primary_key=True),
        sa.Column("digest", TEXT, nullable=False, index=True),
        sa.Column("url", TEXT, unique=True),
        sa.Column("headline", TEXT, nullable=False),
        sa.Column("authors", TEXT, nullable=False),
        sa.Column("publisher", TEXT),
        sa.Column("published", TEXT, index=True),
        sa.Column("day_only", sa.Boolean, nullable=False),
        sa.Column("section", TEXT),
        sa.Column("language", TEXT, nullable=False),
        sa.Column("credit", TEXT),
        sa.Column("body", TEXT, nullable=False),
        sa.Column("added", TEXT, nullable=False),
    )
    op.create_table(
        "encoder",
        sa.Column("id", INTEGER, primary_key=True),
        sa.Column("fingerprint", TEXT, nullable=False, unique=True),
    )
    op.create_table(
        "passage",
        sa.Column("key", INTEGER, primary_key=True),
        sa.Column(
            "article_id",
            TEXT,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("start", INTEGER, nullable=False),
        sa.Column("end", INTEGER, nullable=False),
        sa.Column("encoder_id", INTEGER, sa.ForeignKey("encoder.id"), nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        # A key is never given twice, so that an index can tell a new passage from an old one.
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed",
        sa.Column("url", TEXT, primary_key=True),
        sa.Column("etag", TEXT),
        sa.Column("modified", TEXT),
    )
    archive = op.create_table("archive", sa.Column("revision", INTEGER, nullable=False))
    op.bulk_insert(archive, [{"revision": 0}])
