"""Several processes over one database: who leads, and who answers which chat.

A process that has the chats' SQLite file to itself is `alone.Alone`; one of several over a
PostgreSQL database is a `replica.Replica`.
"""
