"""Who said what in each article."""

import sqlalchemy as sa
from alembic import op

revision = "articles_0002"
down_revision = "articles_0001"


def upgrade() -> None:
    """Make room for attributions; those of articles stored before are found later."""
    op.create_table(
        "attribution",
        _article(),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("start", sa.Integer, nullable=False),
        sa.Column("end", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("speaker_start", sa.Integer),
        sa.Column("speaker_end", sa.Integer),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("cue_start", sa.Integer),
        sa.Column("cue_end", sa.Integer),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Index("attribution_person", "name", "role"),
    )
    # An article in which nobody says anything has been read as well.
    op.create_table("extraction", _article(), sa.Column("version", sa.Integer, nullable=False))
    # Counts what the background finds in old articles: no passage changes, so no index need.
    op.add_column(
        "archive", sa.Column("extractions", sa.Integer, nullable=False, server_default="0")
    )


def _article() -> sa.Column[str]:
    of_article = sa.ForeignKey("article.id", ondelete="CASCADE")
    return sa.Column("article_id", sa.Text, of_article, primary_key=True)
