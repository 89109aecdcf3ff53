"""Which files are received, told by their content and never by the name they carry."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import filetype

HEAD = 8192  # bytes at the beginning that are looked at
MEGABYTE = 1024 * 1024

OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."
ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = "[Content_Types].xml"


class FileType(StrEnum):
    """A kind of file that is received; the value is the media type under which it is served."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    GIF = "image/gif"
    WEBP = "image/webp"
    HEIC = "image/heic"
    TIFF = "image/tiff"
    DOCX = OFFICE + "wordprocessingml.document"
    XLSX = OFFICE + "spreadsheetml.sheet"
    PPTX = OFFICE + "presentationml.presentation"
    ODT = ODF + "text"
    ODS = ODF + "spreadsheet"
    ODP = ODF + "presentation"
    DOC = "application/msword"
    XLS = "application/vnd.ms-excel"
    PPT = "application/vnd.ms-powerpoint"
    MSG = "application/vnd.ms-outlook"
    TEXT = "text/plain"
    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    OGG = "audio/ogg"
    WAV = "audio/wav"
    MP4 = "video/mp4"
    MOV = "video/quicktime"
    THREE_GP = "video/3gpp"
    ZIP = "application/zip"

    @property
    def extensions(self) -> tuple[str, ...]:
        """Endings that fit the content; the first is the usual one."""
        return EXTENSIONS[self]

    def fits(self, ending: str) -> bool:
        """Whether an extension leads to no surprise: a PNG called `.jpg` opens all the same."""
        family = self.split("/")[0]
        kin = {"image": {"image"}, "audio": {"audio", "video"}, "video": {"audio", "video"}}
        families = kin.get(family, set())
        return ending in self.extensions or any(
            ending in kind.extensions for kind in FileType if kind.split("/")[0] in families
        )

    @property
    def label(self) -> str:
        """The word in a list of files."""
        return LABELS.get(self, self.extensions[0].upper())


EXTENSIONS: dict[FileType, tuple[str, ...]] = {
    FileType.PDF: ("pdf",),
    FileType.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileType.PNG: ("png",),
    FileType.GIF: ("gif",),
    FileType.WEBP: ("webp",),
    FileType.HEIC: ("heic", "heif"),
    FileType.TIFF: ("tif", "tiff"),
    FileType.DOCX: ("docx",),
    FileType.XLSX: ("xlsx",),
    FileType.PPTX: ("pptx",),
    FileType.ODT: ("odt",),
    FileType.ODS: ("ods",),
    FileType.ODP: ("odp",),
    FileType.DOC: ("doc",),
    FileType.XLS: ("xls",),
    FileType.PPT: ("ppt",),
    FileType.MSG: ("msg",),
    FileType.TEXT: ("txt", "csv", "tsv", "log", "md"),
    FileType.MP3: ("mp3",),
    FileType.M4A: ("m4a",),
    FileType.OGG: ("ogg", "oga", "opus"),
    FileType.WAV: ("wav",),
    FileType.MP4: ("mp4", "m4v"),
    FileType.MOV: ("mov",),
    FileType.THREE_GP: ("3gp",),
    FileType.ZIP: ("zip",),
}

LABELS = {
    FileType.JPEG: "Imagen JPG",
    FileType.PNG: "Imagen PNG",
    FileType.GIF: "Imagen GIF",
    FileType.WEBP: "Imagen WEBP",
    FileType.HEIC: "Imagen HEIC",
    FileType.TIFF: "Imagen TIFF",
    FileType.DOCX: "Documento de Word",
    FileType.DOC: "Documento de Word",
    FileType.XLSX: "Hoja de Excel",
    FileType.XLS: "Hoja de Excel",
    FileType.PPTX: "Presentación de PowerPoint",
    FileType.PPT: "Presentación de PowerPoint",
    FileType.ODT: "Documento de texto ODT",
    FileType.ODS: "Hoja de cálculo ODS",
    FileType.ODP: "Presentación ODP",
    FileType.MSG: "Correo de Outlook",
    FileType.TEXT: "Texto",
    FileType.MP3: "Audio MP3",
    FileType.M4A: "Audio M4A",
    FileType.OGG: "Audio OGG",
    FileType.WAV: "Audio WAV",
    FileType.MP4: "Video MP4",
    FileType.MOV: "Video MOV",
    FileType.THREE_GP: "Video 3GP",
    FileType.ZIP: "Carpeta ZIP",
}

# For the hint beside the box and for its `accept`, which only helps to choose.
ACCEPTED = "PDF, fotos (JPG, PNG, HEIC), Word, Excel, PowerPoint, texto, audio, video MP4 o ZIP"
ACCEPT = ",".join(f".{ending}" for kind in FileType for ending in kind.extensions)

# Names under which the `filetype` library knows what it found.
KNOWN_SIGNATURES = {
    "pdf": FileType.PDF,
    "jpg": FileType.JPEG,
    "png": FileType.PNG,
    "apng": FileType.PNG,
    "gif": FileType.GIF,
    "webp": FileType.WEBP,
    "heic": FileType.HEIC,
    "tif": FileType.TIFF,
    "mp3": FileType.MP3,
    "m4a": FileType.M4A,
    "ogg": FileType.OGG,
    "wav": FileType.WAV,
    "mp4": FileType.MP4,
    "m4v": FileType.MP4,
    "mov": FileType.MOV,
}
PROGRAM_SIGNATURES = {"exe", "elf", "swf", "wasm", "crx", "deb", "rpm", "ar", "cab"}
TEXT_WITH_CODE = {"rtf", "ps"}

# Text that the computer of whoever opens it would run or draw instead of showing.
# fmt: off
PROGRAM_ENDINGS = frozenset({
    "apk", "app", "bat", "cmd", "com", "cpl", "dll", "exe", "gadget", "hta", "inf", "jar", "js",
    "jse", "lnk", "msi", "php", "pl", "ps1", "py", "rb", "reg", "scr", "sh", "url", "vb", "vbe",
    "vbs", "ws", "wsf", "wsh",
})
MARKUP_ENDINGS = frozenset({
    "htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml", "xml", "xsl", "xslt",
})
# fmt: on
MARKUP = (b"<html", b"<!doctype", b"<script", b"<svg", b"<body", b"<iframe", b"<?php", b"<?xml")
TEXT_BYTES = bytes({*range(0x20, 0x100), 0x09, 0x0A, 0x0C, 0x0D} - {0x7F})


class Reason(StrEnum):
    """Why a file is not received; the value is what follows its name, for its owner."""

    EMPTY = "está vacío. Revíselo en su equipo y elíjalo de nuevo."
    MARKUP = (
        "no se puede recibir: es una página web o un dibujo con código."
        " Puede enviarlo como PDF o JPG."
    )
    PROGRAM = (
        "no se puede recibir: es un programa o trae programas dentro."
        " Envíe solo documentos, imágenes, audio o video."
    )
    MACROS = (
        "no se puede recibir: contiene macros. Guárdelo sin macros o como PDF y envíelo de nuevo."
    )
    PROTECTED = (
        "no se puede recibir: está protegido con contraseña."
        " Guárdelo sin contraseña y envíelo de nuevo."
    )
    DAMAGED = (
        "parece dañado o incompleto. Ábralo en su equipo, guárdelo otra vez y envíelo de nuevo."
    )
    CROWDED = "trae demasiados archivos dentro. Puede repartirlo en varios."
    UNKNOWN = (
        "no se puede recibir: no es un documento, imagen, audio o video de los que se admiten."
        " Puede enviarlo como PDF o JPG."
    )

    def sentence(self, name: str) -> str:
        """What the page says beside the file."""
        return f"«{name}» {self}"


class NotAccepted(ValueError):
    """The content is not on the list of what is received."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Look:
    """What was seen of a file: its beginning, and the names inside when it is a container."""

    head: bytes
    ending: str = ""  # extension of its name, in small letters
    members: tuple[str, ...] | None = None  # None: not a container, or one that does not open
    manifest: bytes = b""  # what the container says of its parts
    is_text: bool = False  # every byte of it is plain text

    @property
    def is_zip(self) -> bool:
        """Whether it begins as zip archives do."""
        return self.head.startswith(ZIP_MARKS)

    @property
    def is_ole(self) -> bool:
        """Whether it begins as Office files of 1997 to 2003 do."""
        return self.head.startswith(OLE_MARK)


def recognise(look: Look) -> FileType:
    """Return what the file is.

    Raises:
        NotAccepted: it is empty, dangerous, damaged or not on the list.
    """
    if not look.head:
        raise NotAccepted(Reason.EMPTY)
    if look.is_zip or look.is_ole:
        return _container(look)
    kind = filetype.guess(look.head.lstrip(b"\xef\xbb\xbf\r\n\t ")[:HEAD])
    found = kind.extension if kind else ""
    if look.head[4:11] == b"ftyp3gp":  # the library misses this one
        return FileType.THREE_GP
    if found in KNOWN_SIGNATURES:
        return KNOWN_SIGNATURES[found]
    if look.is_text and found not in TEXT_WITH_CODE:
        return _text(look)
    raise NotAccepted(Reason.PROGRAM if found in PROGRAM_SIGNATURES else Reason.UNKNOWN)


def is_plain(chunk: bytes) -> bool:
    """Whether a piece of a file holds only letters, tabs and line ends (UTF-8 or Latin-1)."""
    return not chunk.translate(None, TEXT_BYTES)


def megabytes(size: int) -> str:
    """Return a size as a person reads it: `31 MB`, `25,1 MB`, `350 kB`. Never rounded down."""
    if size < MEGABYTE:
        return f"{math.ceil(size / 1024)} kB"
    tenths = math.ceil(size * 10 / MEGABYTE)
    return f"{tenths // 10}{f',{tenths % 10}' if tenths % 10 else ''} MB"


def too_big(name: str, size: int, limit: int) -> str:
    """Say that a file weighs more than the limit, and what to do."""
    return (
        f"«{name}» pesa {megabytes(size)}; el máximo es {megabytes(limit)} por archivo."
        " Puede partirlo o enviarlo después."
    )


def too_many(name: str, limit: int) -> str:
    """Say that a file came after the last one that fits."""
    return (
        f"«{name}» no se recibió: caben {limit} archivos a la vez."
        " Guarde estos y envíe los demás después."
    )


def disk_full(name: str) -> str:
    """Say that the file could not be written, which is no fault of the person."""
    return (
        f"«{name}» no se pudo guardar porque ahora no hay espacio en el sistema."
        " Intente de nuevo en unos minutos o envíelo después."
    )


def _text(look: Look) -> FileType:
    if look.ending in PROGRAM_ENDINGS or look.head.startswith(b"#!"):
        raise NotAccepted(Reason.PROGRAM)
    beginning = look.head.lstrip(b"\xef\xbb\xbf\r\n\t\x0c ").lower()
    # A log or a list may quote a page further on; what begins as one is one.
    quotes_allowed = look.ending in FileType.TEXT.extensions
    seen = beginning[:1024] if quotes_allowed else beginning
    begins = seen.startswith((b"<!--", *MARKUP))
    holds = not quotes_allowed and any(mark in seen for mark in MARKUP)
    if begins or holds or look.ending in MARKUP_ENDINGS:
        raise NotAccepted(Reason.MARKUP)
    return FileType.TEXT


def _container(look: Look) -> FileType:
    if look.members is None:
        raise NotAccepted(Reason.DAMAGED)
    return _zip(look, look.members) if look.is_zip else _ole(look.members)


def _zip(look: Look, members: tuple[str, ...]) -> FileType:
    declared = look.manifest.lower()
    if b"macroenabled" in declared or b"vbaproject" in declared:
        raise NotAccepted(Reason.MACROS)
    if any(name.lower().endswith("vbaproject.bin") for name in members):
        raise NotAccepted(Reason.MACROS)
    if CONTENT_TYPES in members:
        return _office(members)
    if look.head[30:38] == b"mimetype":
        return _open_document(look.head, members)
    endings = {name.lower().rpartition(".")[2] for name in members}
    if endings & PROGRAM_ENDINGS or "META-INF/MANIFEST.MF" in members:
        raise NotAccepted(Reason.PROGRAM)
    return FileType.ZIP


def _office(members: tuple[str, ...]) -> FileType:
    for folder, kind in (
        ("word/", FileType.DOCX),
        ("xl/", FileType.XLSX),
        ("ppt/", FileType.PPTX),
    ):
        if any(name.startswith(folder) for name in members):
            return kind
    raise NotAccepted(Reason.UNKNOWN)


def _open_document(head: bytes, members: tuple[str, ...]) -> FileType:
    if any(name.startswith(("Basic/", "Scripts/")) for name in members):
        raise NotAccepted(Reason.MACROS)
    media_type = head[38:].partition(b"PK")[0]
    for kind in (FileType.ODT, FileType.ODS, FileType.ODP):
        if media_type == kind.encode():
            return kind
    raise NotAccepted(Reason.UNKNOWN)


def _ole(members: tuple[str, ...]) -> FileType:
    names = {name.lower() for name in members}
    if names & {"_vba_project_cur", "_vba_project", "macros", "vba"}:
        raise NotAccepted(Reason.MACROS)
    if "encryptedpackage" in names:
        raise NotAccepted(Reason.PROTECTED)
    for mark, kind in (
        ("__properties_version1.0", FileType.MSG),
        ("worddocument", FileType.DOC),
        ("powerpoint document", FileType.PPT),
        ("workbook", FileType.XLS),
        ("book", FileType.XLS),
    ):
        if mark in names:
            return kind
    raise NotAccepted(Reason.UNKNOWN)
