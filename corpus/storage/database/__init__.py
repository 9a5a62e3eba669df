"""The two databases that keep what Byline knows: SQLite files, or schemas of one PostgreSQL."""
