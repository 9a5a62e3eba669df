"""Rich text (RTF), as press databases and word processors write it."""

from __future__ import annotations

from collections.abc import Iterator

from corpus.article import Article
from corpus.errors import Failure, UnreadableError
from corpus.parse.formats.document import read_document

_DAMAGED = "damaged rich text (RTF); save it as plain text or HTML"
_LINK, _NO_LINK = "HYPERLINK", "LINK"


def read_rich_text(data: bytes, *, where: str) -> Iterator[Article | Failure]:
    """Read rich text, which is a document or an export of many.

    Raises:
        UnreadableError: It is damaged, or holds no text.
    """
    from striprtf.striprtf import rtf_to_text  # seldom needed

    # Left alone, links are written out behind their words.
    rich = data.decode("latin-1").replace(_LINK, _NO_LINK)
    try:
        text: str = rtf_to_text(rich, errors="replace")  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, LookupError, OverflowError):
        raise UnreadableError(_DAMAGED) from None
    if not any(map(str.isalpha, text)):
        raise UnreadableError("rich text (RTF) without text")
    yield from read_document(text.replace("|", " "), where=where)
