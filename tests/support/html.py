"""What every page of the site must be, whatever it shows. No browser needed."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

import html5lib
from html5lib.constants import E as PARSE_ERRORS

CONTROLS = {"input", "select", "textarea"}
NEED_NO_LABEL = {"hidden", "submit", "button", "reset", "image"}
# What differs between two sights of the same page, and says nothing of how it is made.
TOKEN = re.compile(r'(?<=name="csrf_token" value=")[^"]+|(?<=data-token=")[^"]+')
REFERRING = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "form")


@lru_cache(maxsize=16)
def parse(html: str) -> tuple[Element, list[str]]:
    """Return the document and what a validator would say of its syntax. A page is looked at more
    than once, and reading it takes longer than making it, so the last ones are kept: do not change
    what you are given."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    document = parser.parse(html)
    mistakes = []
    for (line, column), code, values in parser.errors:
        mistakes.append(f"line {line}, column {column}: {PARSE_ERRORS[code] % values}")
    return document, mistakes


def problems(html: str) -> list[str]:
    """Everything that is wrong with a page, in words; an empty list is a good page."""
    return _problems(TOKEN.sub("token", html))


@lru_cache(maxsize=512)
def _problems(html: str) -> list[str]:
    document, mistakes = parse(html)
    checks = (_frame, _ids, _references, _labels, _inline, _pictures, _forms, _names)
    return mistakes + [problem for check in checks for problem in check(document)]


def text_of(element: Element) -> str:
    """What a person reads in an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def _frame(document: Element) -> Iterator[str]:
    if document.get("lang") != "es-CO":
        yield f"<html lang> is {document.get('lang')!r}, not 'es-CO'"
    title = document.find("head/title")
    if title is None or not text_of(title):
        yield "the page has no <title>"
    for name in ("h1", "main"):
        found = len(list(document.iter(name)))
        if found != 1:
            yield f"the page has {found} <{name}>, not one"


def _ids(document: Element) -> Iterator[str]:
    seen = Counter(element.get("id") for element in document.iter() if "id" in element.attrib)
    yield from (f"id {name!r} is used {times} times" for name, times in seen.items() if times > 1)


def _references(document: Element) -> Iterator[str]:
    ids = {element.get("id") for element in document.iter()}
    for element in document.iter():
        for attribute in REFERRING:
            for target in element.get(attribute, "").split():
                if target not in ids:
                    yield f"<{element.tag} {attribute}={target!r}> points nowhere"
        href = element.get("href", "")
        if href.startswith("#") and href[1:] not in ids:
            yield f"<{element.tag} href={href!r}> points nowhere"


def _labels(document: Element) -> Iterator[str]:
    named = {label.get("for") for label in document.iter("label") if text_of(label)}
    wrapped = {id(inside) for label in document.iter("label") for inside in label.iter()}
    for control in document.iter():
        if control.tag not in CONTROLS or control.get("type") in NEED_NO_LABEL:
            continue
        own_name = control.get("aria-label") or control.get("aria-labelledby")
        if not (own_name or control.get("id") in named or id(control) in wrapped):
            yield f"<{control.tag} name={control.get('name')!r}> has no label"


def _inline(document: Element) -> Iterator[str]:
    for element in document.iter():
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"inline <{element.tag}>"
        for attribute in element.attrib:
            if attribute == "style" or attribute.startswith("on"):
                yield f"<{element.tag} {attribute}=…>: inline style or script"
        if element.get("href", "").lower().startswith("javascript:"):
            yield f"<{element.tag} href='javascript:…'>"


def _pictures(document: Element) -> Iterator[str]:
    for picture in document.iter("img"):
        if "alt" not in picture.attrib:
            yield f"<img src={picture.get('src')!r}> has no alt"


def _forms(document: Element) -> Iterator[str]:
    for form in document.iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        if not any(field.get("name") == "csrf_token" for field in form.iter("input")):
            yield f"the form to {form.get('action')!r} carries no csrf_token"


def _names(document: Element) -> Iterator[str]:
    """A link or a button that says nothing is a hole for a screen reader."""
    for element in document.iter():
        if element.tag == "button" or (element.tag == "a" and element.get("href")):
            pictures = any(picture.get("alt") for picture in element.iter("img"))
            if not (text_of(element) or element.get("aria-label") or pictures):
                yield f"<{element.tag} href={element.get('href')!r}> has no text"
