"""Small real files for the demo: a PDF, a Word document and a picture, made by hand."""

import struct
import textwrap
import zipfile
import zlib
from collections.abc import Sequence
from html import escape
from io import BytesIO

DISCLAIMER = "Documento de demostración, sin valor."
_LINES_PER_PAGE = 46
_CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def paper(name: str, head: str, text: str) -> bytes:
    """The content of a file, of the sort that the ending of its name says."""
    title, _, ending = name.rpartition(".")
    paragraphs = [head, title, *text.split("\n\n"), DISCLAIMER]
    if ending == "docx":
        return docx(paragraphs)
    if ending == "png":
        return picture(sum(name.encode()))
    return pdf(paragraphs)


def pdf(paragraphs: Sequence[str]) -> bytes:
    """A PDF of plain text in Helvetica, on as many letter-size pages as it needs."""
    lines = [line for text in paragraphs for line in [*textwrap.wrap(text, 86), ""]]
    pages = [lines[i : i + _LINES_PER_PAGE] for i in range(0, len(lines), _LINES_PER_PAGE)]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (es-CO) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for page in pages:
        stream = _text_stream(page)
        objects += [
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792]"
            b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (len(objects) + 2),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        ]
    return _assemble(objects)


def docx(paragraphs: Sequence[str]) -> bytes:
    """A Word document with one paragraph for each text."""
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for text in paragraphs
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'
    )
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        archive.writestr("word/document.xml", document)
    return buffer.getvalue()


def picture(variant: int) -> bytes:
    """A PNG of a hill under the sky, 360 by 240; `variant` moves the hill and the hour."""
    width, height = 360, 240
    summit, dusk = 60 + variant % 240, variant % 90
    rows = []
    for y in range(height):
        sky = bytes((120 + dusk + y // 4, 165 + y // 4, 225 - dusk // 2))
        hill = bytes((46, 110 - y // 6 + dusk // 4, 62))
        half = max(0, (y - 70) * 3 // 2)
        left, right = max(0, summit - half), min(width, summit + half)
        rows.append(b"\0" + sky * left + hill * (right - left) + sky * (width - right))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(b"".join(rows))),
            _chunk(b"IEND", b""),
        )
    )


def _text_stream(lines: Sequence[str]) -> bytes:
    shown = [
        line.replace("\\", r"\\")
        .replace("(", r"\(")
        .replace(")", r"\)")
        .encode("cp1252", "replace")
        for line in lines
    ]
    return (
        b"BT /F1 11 Tf 72 720 Td 14 TL\n" + b"".join(b"(%s) '\n" % line for line in shown) + b"ET"
    )


def _assemble(objects: Sequence[bytes]) -> bytes:
    """Number the objects and write the table that says where each begins."""
    content = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    table = b"0000000000 65535 f \n"
    for number, body in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = len(objects) + 1
    return content + (
        b"xref\n0 %d\n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(content))
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
