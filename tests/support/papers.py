"""Reading a PDF as other programs do (Poppler)."""

import re
import subprocess
import zlib
from pathlib import Path


def text_of(pdf: bytes, folder: Path) -> str:
    """Its words in reading order."""
    return re.sub(r"\s+", " ", _run("pdftotext", pdf, folder, "-"))


def info_of(pdf: bytes, folder: Path, *options: str) -> str:
    """What `pdfinfo` says of it: with "-struct" its tags, with "-meta" its metadata."""
    return _run("pdfinfo", pdf, folder, before=options)


def inflated(pdf: bytes) -> bytes:
    """Its objects as they read without compression."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompressobj().decompress(part) for part in streams)


def _run(program: str, pdf: bytes, folder: Path, *after: str, before: tuple[str, ...] = ()) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    command = [program, *before, str(path), *after]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
