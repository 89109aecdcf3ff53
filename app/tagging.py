"""What PDF/UA asks of the tags of a paper and WeasyPrint 70 leaves out, written into its objects
before they become a file:

* the running footer is an artifact of the page, and no content that the structure does not reach;
* each header cell says whether it heads a row or a column;
* the names of header cells, by which the others refer to them, can be looked up.
"""

from collections.abc import Iterator
from typing import Any

import pydyf


def finish(_document: Any, pdf: pydyf.PDF) -> None:
    """Mend the tags of a paper (the `finisher` of WeasyPrint)."""
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    elements = {element.number: element for element in _below(pdf, root)}
    _scope_headers(pdf, elements)
    _name_headers(pdf, root, elements)
    pages = _object(pdf, root["ParentTree"])["Nums"]
    for number, contents in _pages(pdf):
        _set_apart(contents, pages[2 * number + 1], elements)
    for made in pdf.objects:
        if _is_element(made) and made.number not in elements:
            made.clear()  # an object that is left out altogether upsets the table of all


def _is_element(made: Any) -> bool:
    return isinstance(made, pydyf.Dictionary) and made.get("Type") == "/StructElem"


def _object(pdf: pydyf.PDF, reference: bytes) -> Any:
    return pdf.objects[_number(reference)]


def _number(reference: bytes) -> int:
    """The number in «12 0 R»."""
    return int(reference.split()[0])


def _below(pdf: pydyf.PDF, element: pydyf.Dictionary) -> Iterator[pydyf.Dictionary]:
    """The elements of structure that are reached from one."""
    for kid in element.get("K", ()):
        if isinstance(kid, bytes):
            child = _object(pdf, kid)
            if _is_element(child):
                yield child
                yield from _below(pdf, child)


def _pages(pdf: pydyf.PDF) -> Iterator[tuple[int, pydyf.Stream]]:
    """Each page by the number under which its content is mapped to the structure."""
    for page in pdf.objects:
        if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
            yield page["StructParents"], _object(pdf, page["Contents"])


def _scope_headers(pdf: pydyf.PDF, elements: dict[int, pydyf.Dictionary]) -> None:
    for element in elements.values():
        if element["S"] == "/TH":
            row = _object(pdf, element["P"])
            heads_column = _object(pdf, row["P"])["S"] == "/THead"
            element["A"]["Scope"] = "/Column" if heads_column else "/Row"


def _name_headers(
    pdf: pydyf.PDF, root: pydyf.Dictionary, elements: dict[int, pydyf.Dictionary]
) -> None:
    """The tree of names, sorted as the standard wants it."""
    named = [element for element in elements.values() if "ID" in element]
    names = pydyf.Array()
    for element in sorted(named, key=lambda element: element["ID"].data):
        names.extend((element["ID"], element.reference))
    if names:
        tree = pydyf.Dictionary({"Names": names})
        pdf.add_object(tree)
        root["IDTree"] = tree.reference


def _set_apart(
    contents: pydyf.Stream, owners: pydyf.Array, elements: dict[int, pydyf.Dictionary]
) -> None:
    """Make an artifact of what belongs to nothing that is reached: what runs on every page."""
    stray = {number for number, owner in enumerate(owners) if _number(owner) not in elements}
    for place, part in enumerate(contents.stream):
        if isinstance(part, pydyf.Dictionary) and part.get("MCID") in stray:
            owners[part["MCID"]] = "null"
            contents.stream[place - 1] = "/Artifact"
            contents.stream[place] = pydyf.Dictionary(
                {"Type": "/Pagination", "Subtype": "/Footer", "Attached": pydyf.Array(("/Bottom",))}
            )
