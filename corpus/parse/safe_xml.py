"""XML of strangers: no entities, nothing fetched, broken documents read as far as they go.

Tested with what is read from it in `tests/corpus/parse/test_feed.py`.
"""

from __future__ import annotations

import re

from lxml import etree

from corpus.errors import UnreadableError
from corpus.parse.bounds import cut_attributes

_ENTITY = re.compile(rb"<!(?:ENTITY|ATTLIST)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def refuse_entities(data: bytes) -> None:
    """Refuse documents that declare entities, which can swell a page into gigabytes.

    Raises:
        UnreadableError: It does.
    """
    plain = data.replace(b"\x00", b"")
    doctype = _DOCTYPE.search(plain)
    if doctype and _ENTITY.search(plain, doctype.end()):
        raise UnreadableError("the XML declares entities, which are not read for safety")


def parse_xml(data: bytes) -> tuple[str, etree._Element | None]:
    """Parse a document.

    Returns:
        The local name of its root in small letters, and the root; "" and None where it has none.

    Raises:
        UnreadableError: It declares entities.
    """
    refuse_entities(data)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, recover=True
    )
    try:
        root = etree.fromstring(cut_attributes(data.strip()), parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return "", None
    return str(root.tag).rpartition("}")[2].casefold(), root
