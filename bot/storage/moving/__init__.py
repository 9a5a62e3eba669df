"""From files into PostgreSQL and back: everything once, and backups."""
