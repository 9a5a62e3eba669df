"""Articles, their passages with embeddings, feeds."""

import sqlalchemy as sa
from alembic import op

revision = "articles_0001"
down_revision = None


def upgrade() -> None:
    """Create the first schema."""
    op.create_table(
        "article",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("digest", sa.Text, nullable=False, index=True),
        sa.Column("url", sa.Text, unique=True),
        sa.Column("headline", sa.Text, nullable=False),
        sa.Column("authors", sa.Text, nullable=False),
        sa.Column("publisher", sa.Text),
        sa.Column("published", sa.Text, index=True),
        sa.Column("day_only", sa.Boolean, nullable=False),
        sa.Column("section", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("credit", sa.Text),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("added", sa.Text, nullable=False),
    )
    op.create_table(
        "encoder",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("fingerprint", sa.Text, nullable=False, unique=True),
    )
    op.create_table(
        "passage",
        sa.Column("key", sa.Integer, primary_key=True),
        sa.Column(
            "article_id",
            sa.Text,
            sa.ForeignKey("article.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("encoder_id", sa.Integer, sa.ForeignKey("encoder.id"), nullable=False),
        sa.Column("embedding", sa.LargeBinary, nullable=False),
        # A key is never given twice, so that an index can tell a new passage from an old one.
        sqlite_autoincrement=True,
    )
    op.create_table(
        "feed",
        sa.Column("url", sa.Text, primary_key=True),
        sa.Column("etag", sa.Text),
        sa.Column("modified", sa.Text),
    )
    archive = op.create_table("archive", sa.Column("revision", sa.Integer, nullable=False))
    op.bulk_insert(archive, [{"revision": 0}])
