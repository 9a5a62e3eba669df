"""PDF files for tests: pages of lines, each with the size of its letters and its height."""

from __future__ import annotations

Line = tuple[str, int, int]


def make_pdf(*pages: list[Line]) -> bytes:
    """Write a PDF with one page for each list of lines."""
    parts: list[bytes] = [b"", b"", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    kids: list[bytes] = []
    for lines in pages:
        drawn = "\n".join(f"BT /F1 {size} Tf 72 {y} Td ({text}) Tj ET" for text, size, y in lines)
        parts.append(b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn.encode()))
        font = b"/MediaBox[0 0 600 800]/Resources<</Font<</F1 3 0 R>>>>"
        parts.append(b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R>>" % (font, len(parts)))
        kids.append(b"%d 0 R" % len(parts))
    parts[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    parts[1] = b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(kids), len(kids))
    written, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
    return written + head + table + tail % (len(parts) + 1, len(written))
