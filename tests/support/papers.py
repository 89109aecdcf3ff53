"""Reading a PDF as other programs do (Poppler), and checking it by the rules of PDF/UA."""

import re
import subprocess
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf


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


# What PDF/UA-1 (ISO 14289-1) asks and a machine can see; the clause in brackets.

PAINTS = {"Tj", "TJ", "'", '"', "Do", "sh", "EI", "S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}
PLAIN_HEADINGS = [f"H{level}" for level in range(1, 7)]


def faults_of(paper: bytes) -> list[str]:
    """What is wrong with a paper by those rules; nothing, if all is well."""
    with pikepdf.open(BytesIO(paper)) as pdf:
        if "/StructTreeRoot" not in pdf.Root:
            return ["7.1: it has no structure"]
        elements = list(_below(pdf.Root.StructTreeRoot))
        return [
            *_faults_of_document(pdf),
            *_faults_of_headings(elements),
            *_faults_of_elements(pdf, elements),
            *_faults_of_fonts(pdf),
            *(
                fault
                for number, page in enumerate(pdf.pages, 1)
                for fault in _faults_of_page(pdf, page, number)
            ),
        ]


def _faults_of_document(pdf: Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield "7.1: it does not say that it is tagged"
    if not str(root.get("/Lang", "")):
        yield "7.2: it has no language"
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield "7.1: the title of the window is not that of the document"
    with pdf.open_metadata() as about:
        if about.get("pdfuaid:part") != "1":
            yield "5: it does not say that it follows the standard"
        if not about.get("dc:title"):
            yield "7.1: it has no title"


def _faults_of_headings(elements: list[Object]) -> Iterator[str]:
    levels = [int(kind[1]) for kind in map(_kind, elements) if kind in PLAIN_HEADINGS]
    if levels[:1] != [1]:
        yield "7.4: the first heading is not of the first level"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"7.4: a heading of level {below} follows one of level {above}"


def _faults_of_elements(pdf: Pdf, elements: list[Object]) -> Iterator[str]:
    names = _names(pdf)
    for element in elements:
        about = element.get("/A", Dictionary())
        match _kind(element):
            case "Figure" if not str(element.get("/Alt", "")).strip():
                yield "7.3: a figure has no words"
            case "TH" if about.get("/Scope") not in (Name.Row, Name.Column, Name.Both):
                yield "7.5: a header cell does not say what it heads"
            case "TD":
                headers = {str(header) for header in about.get("/Headers", Array())}
                if not headers or headers - names:
                    yield "7.5: a cell does not say under which headers it stands"
            case "Link" if not any(map(_is_annotation, _kids(element))):
                yield "7.18: a link is not tied to what is pressed"


def _faults_of_fonts(pdf: Pdf) -> Iterator[str]:
    for font in pdf.objects:
        if not isinstance(font, Dictionary) or font.get("/Type") != Name.Font:
            continue
        if "/DescendantFonts" in font and "/ToUnicode" not in font:
            yield f"7.21: the letters of {font.BaseFont} cannot be read"
        about = font.get("/FontDescriptor")
        if about is not None and not {"/FontFile", "/FontFile2", "/FontFile3"} & set(about.keys()):
            yield f"7.21: {font.BaseFont} is not embedded"


def _faults_of_page(pdf: Pdf, page: Page, number: int) -> Iterator[str]:
    if page.obj.get("/Tabs") != Name.S:
        yield f"7.18: page {number} is not walked in the order of its structure"
    for annotation in page.obj.get("/Annots", Array()):
        if "/StructParent" not in annotation or not str(annotation.get("/Contents", "")):
            yield f"7.18: a link of page {number} has no words, or no place in the structure"
    owners = _owners(pdf, page)
    reached = {element.objgen for element in _below(pdf.Root.StructTreeRoot)}
    for marks in _painted(page):
        belongs = [mark for mark in marks if mark == "artifact" or isinstance(mark, int)]
        if not belongs:
            yield f"7.1: page {number} has content that is neither tagged nor an artifact"
        for mark in belongs:
            if isinstance(mark, int) and owners[mark].objgen not in reached:
                yield f"7.1: page {number} has content that the structure does not reach"


def _painted(page: Page) -> Iterator[list[int | str]]:
    """The marks around each thing that is painted: the number of its element, or "artifact"."""
    marks: list[int | str] = []
    for instruction in pikepdf.parse_content_stream(page):
        operands = instruction.operands
        match str(instruction.operator):
            case "BMC" | "BDC" if operands[0] == Name.Artifact:
                marks.append("artifact")
            case "BDC":
                marks.append(int(operands[1].get("/MCID", -1)))
            case "BMC":
                marks.append("nothing")
            case "EMC":
                marks.pop()
            case name if name in PAINTS:
                yield list(marks)


def _owners(pdf: Pdf, page: Page) -> list[Object]:
    """The elements of the content of a page, by its numbers."""
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return list(numbers[2 * int(page.obj.StructParents) + 1])


def _names(pdf: Pdf) -> set[str]:
    """The names by which cells can find their headers."""
    names = pdf.Root.StructTreeRoot.get("/IDTree", Dictionary()).get("/Names", Array())
    return {str(name) for name in list(names)[::2]}


def _below(element: Object) -> Iterator[Object]:
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and kid.get("/Type") == Name.StructElem:
            yield kid
            yield from _below(kid)


def _kids(element: Object) -> list[Object]:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]


def _kind(element: Object) -> str:
    return str(element.S).removeprefix("/")


def _is_annotation(kid: Object) -> bool:
    return isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
