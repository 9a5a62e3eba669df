"""Who said what in each article."""

import sqlalchemy as sa
from alembic import op

from corpus.storage.database.dialects import INTEGER, TEXT

revision = "articles_0002"
down_revision = "articles_0001"


def upgrade() -> None:
    """Make room for attributions; those of articles stored before are found later."""
    op.create_table(
        "attribution",
        _article(),
        sa.Column("position", INTEGER, primary_key=True),
        sa.Column("start", INTEGER, nullable=False),
        sa.Column("end", INTEGER, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("speaker_start", INTEGER),
        sa.Column("speaker_end", INTEGER),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("cue_start", INTEGER),
        sa.Column("cue_end", INTEGER),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Index("attribution_person", "name", "role"),
    )
    # An article in which nobody says anything has been read as well.
    op.create_table("extraction", _article(), sa.Column("version", INTEGER, nullable=False))
    # Counts what the background finds in old articles: no passage changes, so no index need.
    op.add_column("archive", sa.Column("extractions", INTEGER, nullable=False, server_default="0"))


def _article() -> sa.Column[str]:
    of_article = sa.ForeignKey("article.id", ondelete="CASCADE")
    return sa.Column("article_id", TEXT, of_article, primary_key=True)
