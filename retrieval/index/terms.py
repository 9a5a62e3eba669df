"""How long a term or word may be where a database indexes it.

Tested with the index that does in `tests/retrieval/index/test_remote.py`.
"""

from __future__ import annotations

_LONGEST = 80


def cut(term: str) -> str:
    """Cut a term that no language has: a stranger's megabyte without a space.

    Example:
        >>> cut("ferri"), len(cut("a" * 1_000_000))
        ('ferri', 80)
    """
    return term[:_LONGEST]
