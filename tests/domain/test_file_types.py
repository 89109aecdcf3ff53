"""What is received and what is not, told by content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.file_names import (
    MAX_NAME,
    clean_name,
    content_disposition,
    download_name,
    extension,
)
from app.domain.file_types import (
    EXTENSIONS,
    MEGABYTE,
    FileType,
    Look,
    NotAccepted,
    Reason,
    disk_full,
    is_plain,
    megabytes,
    recognise,
    too_big,
    too_many,
)

ZIP = b"PK\x03\x04" + b"\0" * 26
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504
OPEN_DOCUMENT = b"PK\x03\x04" + b"\0" * 26 + b"mimetype"

SIGNATURES = {
    FileType.PDF: b"%PDF-1.7\n%\xe2\xe3",
    FileType.JPEG: b"\xff\xd8\xff\xe0\x00\x10JFIF",
    FileType.PNG: b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    FileType.GIF: b"GIF89a\x01\x00",
    FileType.WEBP: b"RIFF\x24\x00\x00\x00WEBPVP8 ",
    FileType.HEIC: b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    FileType.TIFF: b"II*\x00\x08\x00\x00\x00\x00\x00",
    FileType.MP3: b"ID3\x04\x00\x00\x00",
    FileType.M4A: b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00",
    FileType.OGG: b"OggS\x00\x02\x00\x00",
    FileType.WAV: b"RIFF\x24\x00\x00\x00WAVEfmt ",
    FileType.MP4: b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    FileType.MOV: b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
    FileType.THREE_GP: b"\x00\x00\x00\x18ftyp3gp5\x00\x00\x01\x003gp53gp4",
}


def office(*members: str, **seen: bytes) -> Look:
    return Look(ZIP, members=("[Content_Types].xml", "_rels/.rels", *members), **seen)


def text(content: bytes, ending: str = "txt") -> Look:
    return Look(content, ending, is_text=True)


def refusal(look: Look) -> Reason:
    with pytest.raises(NotAccepted) as caught:
        recognise(look)
    return caught.value.reason


def outcome(look: Look) -> FileType | Reason:
    try:
        return recognise(look)
    except NotAccepted as refused:
        return refused.reason


@pytest.mark.parametrize("kind", SIGNATURES, ids=lambda kind: kind.name)
def test_a_file_is_what_it_begins_with_whatever_its_name(kind):
    assert recognise(Look(SIGNATURES[kind], "exe")) is kind


def test_a_scan_with_a_byte_order_mark_before_the_pdf_is_a_pdf():
    assert recognise(Look(b"\xef\xbb\xbf\r\n" + SIGNATURES[FileType.PDF])) is FileType.PDF


@pytest.mark.parametrize(
    ("look", "kind"),
    [
        (office("word/document.xml"), FileType.DOCX),
        (office("xl/workbook.xml"), FileType.XLSX),
        (office("ppt/presentation.xml"), FileType.PPTX),
        (Look(ZIP, members=("carta.pdf", "fotos/1.jpg")), FileType.ZIP),
        (Look(b"PK\x05\x06" + b"\0" * 18, members=()), FileType.ZIP),
        (Look(OLE, members=("Root Entry", "WordDocument")), FileType.DOC),
        (Look(OLE, members=("Root Entry", "Workbook")), FileType.XLS),
        (Look(OLE, members=("Root Entry", "Book")), FileType.XLS),
        (Look(OLE, members=("Root Entry", "PowerPoint Document")), FileType.PPT),
        (Look(OLE, members=("Root Entry", "__properties_version1.0")), FileType.MSG),
        *[
            (Look(OPEN_DOCUMENT + kind.encode() + b"PK\x03\x04", members=("mimetype",)), kind)
            for kind in (FileType.ODT, FileType.ODS, FileType.ODP)
        ],
    ],
    ids=lambda value: value.name if isinstance(value, FileType) else "",
)
def test_a_container_is_what_it_holds(look, kind):
    assert recognise(look) is kind


@pytest.mark.parametrize(
    "look",
    [
        office("word/document.xml", "word/vbaProject.bin"),
        office("xl/workbook.xml", "xl/VBAPROJECT.BIN"),
        office("word/document.xml", "word/other.bin", manifest=b"...ms-office.vbaProject..."),
        office("word/document.xml", manifest=b"...word.document.macroEnabled.main+xml..."),
        Look(OPEN_DOCUMENT + FileType.ODT.encode() + b"PK", members=("Basic/script-lc.xml",)),
        Look(OLE, members=("WordDocument", "Macros", "VBA")),
        Look(OLE, members=("Workbook", "_VBA_PROJECT_CUR")),
    ],
)
def test_documents_with_macros_are_refused(look):
    assert refusal(look) is Reason.MACROS


@pytest.mark.parametrize(
    ("look", "reason"),
    [
        (Look(b""), Reason.EMPTY),
        (Look(ZIP, members=None), Reason.DAMAGED),
        (Look(OLE, members=None), Reason.DAMAGED),
        (Look(OLE, members=("EncryptedPackage", "EncryptionInfo")), Reason.PROTECTED),
        (Look(OLE, members=("Root Entry", "Property")), Reason.UNKNOWN),
        (office("package/thing.xml"), Reason.UNKNOWN),
        (Look(OPEN_DOCUMENT + b"application/epub+zip" + b"PK", members=()), Reason.UNKNOWN),
        (Look(ZIP, members=("META-INF/MANIFEST.MF", "A.class")), Reason.PROGRAM),
        (Look(ZIP, members=("factura.pdf.EXE",)), Reason.PROGRAM),
        (Look(b"MZ\x90\x00" + b"\0" * 60, "pdf"), Reason.PROGRAM),
        (Look(b"\x7fELF\x02\x01" + b"\0" * 60), Reason.PROGRAM),
        (Look(b"\x00\x01\x02\x03", "pdf"), Reason.UNKNOWN),
        (text(b"{\\rtf1 hola}", "rtf"), Reason.UNKNOWN),
        (Look(b"BM\x00\x00\x00\x00", "jpg"), Reason.UNKNOWN),
    ],
)
def test_anything_off_the_list_is_refused_with_its_reason(look, reason):
    assert refusal(look) is reason


@pytest.mark.parametrize(
    "content",
    [
        b"Buenos d\xc3\xadas",
        b"Buenos d\xedas",
        b"fecha;valor\r\n2026-03-16;10\r\n",
        b"MZ son mis iniciales",
        b"El error dice: <html><body>503</body></html>",
    ],
)
def test_plain_text_is_received(content):
    assert recognise(text(content)) is FileType.TEXT


@pytest.mark.parametrize("ending", ["", "txt", "csv", "carta", "2026"])
def test_text_needs_no_extension(ending):
    assert recognise(text(b"Solicito copia del acta.", ending)) is FileType.TEXT


@pytest.mark.parametrize(
    "look",
    [
        text(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "txt"),
        text(b"\xef\xbb\xbf \n<!DOCTYPE html><p>", "txt"),
        text(b"<!-- nada --><script>alert(1)</script>", "txt"),
        text(b"<?xml version='1.0'?><svg/>", "csv"),
        text(b"hola <ScRiPt>alert(1)</script>", ""),
        text(b"hola", "html"),
        text(b"hola", "svg"),
    ],
)
def test_pages_and_drawings_with_code_are_refused(look):
    assert refusal(look) is Reason.MARKUP


@pytest.mark.parametrize("ending", ["bat", "js", "ps1", "vbs", "hta", "lnk"])
def test_text_that_a_computer_would_run_is_refused(ending):
    assert refusal(text(b"echo hola", ending)) is Reason.PROGRAM


def test_a_script_is_refused_whatever_its_name():
    assert refusal(text(b"#!/bin/sh\nrm -r .", "txt")) is Reason.PROGRAM


@given(st.binary(max_size=300), st.sampled_from(["", "pdf", "docx", "txt"]), st.booleans())
def test_any_bytes_get_a_type_or_a_reason(content, ending, is_text):
    assert outcome(Look(content, ending, is_text=is_text)) in {*FileType, *Reason}


@pytest.mark.parametrize("byte", [0x00, 0x07, 0x1B, 0x7F])
def test_a_control_byte_is_not_text(byte):
    assert not is_plain(b"hola" + bytes([byte]))


def test_every_type_has_an_extension_and_a_label():
    assert set(EXTENSIONS) == set(FileType)
    assert all(kind.label and kind.extensions for kind in FileType)


# Sentences


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (1, "1 kB"),
        (350 * 1024, "350 kB"),
        (31 * MEGABYTE, "31 MB"),
        (25 * MEGABYTE + 1, "25,1 MB"),
        (MEGABYTE, "1 MB"),
    ],
)
def test_sizes_read_as_people_say_them_and_never_round_down(size, words):
    assert megabytes(size) == words


def test_the_sentences_name_the_file_and_say_what_to_do():
    assert too_big("video.mp4", 31 * MEGABYTE, 25 * MEGABYTE) == (
        "«video.mp4» pesa 31 MB; el máximo es 25 MB por archivo. Puede partirlo o enviarlo después."
    )
    assert "caben 10 archivos" in too_many("a.pdf", 10)
    assert "no hay espacio" in disk_full("a.pdf")
    assert Reason.MARKUP.sentence("foto.svg").startswith("«foto.svg» no se puede recibir: ")


@pytest.mark.parametrize("reason", Reason)
def test_no_sentence_shouts_or_blames(reason):
    sentence = reason.sentence("a.pdf")

    assert sentence.endswith(".")
    assert not {"!", "¡"} & set(sentence)
    assert "inválido" not in sentence


# Names


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("carta.pdf", "carta.pdf"),
        ("C:\\fakepath\\carta.pdf", "carta.pdf"),
        ("../../etc/passwd", "passwd"),
        ("foto\u202egpj.exe", "fotogpj.exe"),
        ("a\x00b\x1f.pdf", "ab.pdf"),
        ("dos\r\nlíneas.pdf", "dos líneas.pdf"),
        ("acta\u2028final.pdf", "acta final.pdf"),
        ("informe.pdf. . .", "informe.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("日本.pdf", "日本.pdf"),
        ("   ", "archivo"),
        ("...", "archivo"),
        ("/", "archivo"),
        (None, "archivo"),
    ],
)
def test_a_name_is_kept_as_one_line_of_visible_text(given_name, kept):
    assert clean_name(given_name) == kept


def test_a_long_name_is_cut_before_its_extension():
    name = clean_name("ñ" * 300 + ".pdf")

    assert len(name) == MAX_NAME
    assert name.endswith("ñ.pdf")


@given(st.text(max_size=400))
def test_any_name_becomes_one_that_can_be_kept(raw):
    name = clean_name(raw)

    assert 0 < len(name) <= MAX_NAME
    assert name.isprintable()
    assert not set("/\\") & set(name)
    assert clean_name(name) == name


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.PDF", "pdf"), ("a.tar.gz", "gz"), ("a", ""), (".pdf", ""), ("Sr. Pérez", "")],
)
def test_the_extension_is_what_follows_the_last_dot(name, ending):
    assert extension(name) == ending


@pytest.mark.parametrize(
    ("name", "kind", "leaves_as"),
    [
        ("carta.pdf", FileType.PDF, "carta.pdf"),
        ("FOTO.JPEG", FileType.JPEG, "FOTO.JPEG"),
        ("datos.csv", FileType.TEXT, "datos.csv"),
        ("captura.jpg", FileType.PNG, "captura.jpg"),
        ("nota de voz.m4a", FileType.MP4, "nota de voz.m4a"),
        ("carta.hta", FileType.PDF, "carta.hta.pdf"),
        ("Carta Sr. Pérez", FileType.TEXT, "Carta Sr. Pérez.txt"),
    ],
)
def test_a_file_leaves_under_an_extension_that_tells_the_truth(name, kind, leaves_as):
    assert download_name(name, kind) == leaves_as


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("carta.pdf", 'attachment; filename="carta.pdf"'),
        (
            "petición 1.pdf",
            "attachment; filename=\"peticion 1.pdf\"; filename*=UTF-8''petici%C3%B3n%201.pdf",
        ),
        (
            'a";b.pdf',
            "attachment; filename=\"a__b.pdf\"; filename*=UTF-8''a%22%3Bb.pdf",
        ),
    ],
)
def test_the_header_carries_the_name_for_old_and_new_browsers(name, header):
    assert content_disposition(name) == header


@given(st.text(max_size=400))
def test_no_name_breaks_the_header(raw):
    header = content_disposition(clean_name(raw))

    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2
