"""Mailboxes, which are cut into their messages, and how a message begins.

Tested with what reads them in `tests/corpus/parse/formats/test_mail.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MAX_MESSAGE_BYTES = 5_000_000
"""What follows in a message are attachments, as a rule."""

_TECHNICAL = frozenset(
    b"received return-path delivered-to message-id mime-version content-type x-received"
    b" dkim-signature snapshot-content-location content-transfer-encoding".split()
)
_PLAIN = frozenset(b"from to cc subject date reply-to sender".split())
_HEADS = 100
_FROM = b"From "


def opens_message(head: bytes, *, named_so: bool = False) -> bool:
    """Tell a message by its headers.

    Args:
        head: How it begins.
        named_so: Whether its name says so; then headers that a person may have typed suffice.
    """
    names = set[bytes]()
    for line in head.splitlines()[:_HEADS]:
        name, colon, _ = line.partition(b":")
        if not line.strip():
            break
        if line[:1] in b" \t":
            continue
        if not colon or b" " in name:
            return False
        names.add(name.lower())
    known = len(names & (_PLAIN | _TECHNICAL))
    return known >= 2 and (named_so or not names.isdisjoint(_TECHNICAL))


def opens_mailbox(head: bytes) -> bool:
    """Tell a mailbox by the line before its first message ("From ada@news.example Thu Mar ...")."""
    line, _, rest = head.partition(b"\n")
    return line.startswith(_FROM) and len(line.split()) >= 2 and opens_message(rest, named_so=True)


def cut_mailbox(lines: Iterable[bytes], *, where: str) -> Iterator[tuple[str, bytes]]:
    """Cut a mailbox into messages, each with where it stands ("FILE:NUMBER").

    Of a message over 5 MB only the beginning is kept.
    """
    kept, number, after_blank = bytearray(), 0, True
    for line in lines:
        if after_blank and line.startswith(_FROM):
            if number:
                yield f"{where}:{number}", bytes(kept)
            kept, number = bytearray(), number + 1
        elif len(kept) < MAX_MESSAGE_BYTES:
            # A line of the text that begins so was written with a mark before it.
            is_marked = line.startswith(b">") and line.lstrip(b">").startswith(_FROM)
            kept += line[is_marked : MAX_MESSAGE_BYTES - len(kept) + is_marked]
        after_blank = not line.strip()
    if number:
        yield f"{where}:{number}", bytes(kept)
