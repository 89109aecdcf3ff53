"""Names that people give to files: text to be shown, never a place on our disk."""

import unicodedata
from urllib.parse import quote

from app.domain.file_types import FileType

MAX_NAME = 200  # characters
NAMELESS = "archivo"
# Letters of these Unicode categories are invisible, reorder the line or belong to no one:
# controls, formats (zero width, bidirectional overrides), surrogates, unassigned.
INVISIBLE = {"Cc", "Cf", "Cs", "Cn", "Co"}
SEPARATORS = {"Zl", "Zp", "Zs"}
# RFC 8187, attr-char: what stands unescaped in an extended parameter.
ATTR_CHAR = "!#$&+-.^_`|~"


def clean_name(raw: str | None) -> str:
    """Return the name as it may be shown, kept and sent back: one line of visible letters.

    Folders that some browsers put before the name go away, and so do control letters, the marks
    that reverse the reading order (`gpj.exe` seen as `exe.jpg`) and dots at the end, which
    Windows drops. Length is cut in the middle so that the extension stays.
    """
    name = (raw or "").replace("\\", "/").rsplit("/", 1)[-1]
    name = unicodedata.normalize("NFC", "".join(map(_visible, name)))
    name = " ".join(name.split()).rstrip(". ")
    if not name.strip(". "):
        return NAMELESS
    if len(name) <= MAX_NAME:
        return name
    tail = extension(name)
    tail = f".{tail}" if tail else ""
    return name[: MAX_NAME - len(tail)].rstrip(". ") + tail


def extension(name: str) -> str:
    """What follows the last dot, in small letters; empty when that is no extension."""
    stem, dot, tail = name.rpartition(".")
    is_extension = dot and stem and tail.isalnum() and len(tail) <= 10
    return tail.lower() if is_extension else ""


def download_name(name: str, media_type: str) -> str:
    """Return a name whose extension tells the truth about the content.

    A file that is a PDF to us and `carta.hta` by name would be run by the computer of whoever
    opens it; it leaves as `carta.hta.pdf`.
    """
    kind = FileType(media_type)
    return name if kind.fits(extension(name)) else f"{name}.{kind.extensions[0]}"


def content_disposition(name: str) -> str:
    """Return the header that saves a file under `name` (RFC 6266, with RFC 8187 for accents)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode("ascii")
    plain = "".join("_" if letter in '"\\%;' else letter for letter in plain)
    if plain == name:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=ATTR_CHAR)}"


def _visible(letter: str) -> str:
    category = unicodedata.category(letter)
    if letter in "\t\n\r" or category in SEPARATORS:
        return " "
    return "" if category in INVISIBLE else letter
