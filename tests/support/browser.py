"""Debian's Chromium, driven as a person would, with and without JavaScript.

A page fixture fails its test when the page broke a rule of the content security policy, threw an
error in a script, or asked for a file of ours that was not there.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

# Root needs --no-sandbox; the rest keeps Chromium from calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What a narrower window or the dark can change.
AXE_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
# Axe waits on timers, which a page without JavaScript never runs.
_WITHOUT_SCRIPT: WeakSet[Page] = WeakSet()
OVERFLOWING = """width => [...document.querySelectorAll('body *')]
    .filter(e => e.getBoundingClientRect().right > width + 0.5)
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
# What holds more than it shows, and cannot be scrolled; what only a screen reader hears is 1 px.
CUT_OFF = """() => [...document.querySelectorAll('body *')]
    .filter(e => !e.matches('input, select, textarea, svg, svg *') && e.checkVisibility()
        && e.clientWidth > 1 && e.scrollWidth > e.clientWidth + 1
        && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX))
    .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for each test process."""
    executable = shutil.which("chromium")
    assert executable, "the tests need Debian's chromium: `make test` installs it"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser, live_server: str) -> Iterator[Page]:
    """A page of a new visitor, at 1280 px, with JavaScript."""
    with visitor(chromium, live_server) as page:
        yield page


@pytest.fixture
def no_js_page(chromium: Browser, live_server: str) -> Iterator[Page]:
    """The same, without JavaScript, on a telephone."""
    with visitor(chromium, live_server, java_script=False, width=360) as page:
        yield page


@contextmanager
def visitor(
    chromium: Browser, base_url: str, *, java_script: bool = True, width: int = 1280
) -> Iterator[Page]:
    """Lend the page of a new visitor from Colombia, with cookies of their own."""
    context = browser_context(chromium, base_url, java_script=java_script, width=width)
    page = context.new_page()
    if not java_script:
        _WITHOUT_SCRIPT.add(page)
    faults = faults_of(page)
    try:
        yield page
    finally:
        context.close()
    assert not faults, "the browser complained:\n- " + "\n- ".join(faults)


def browser_context(
    chromium: Browser, base_url: str, *, java_script: bool = True, width: int = 1280
) -> BrowserContext:
    """What one person in Colombia has open: cookies, cache and windows of their own."""
    context = chromium.new_context(
        base_url=base_url,
        locale="es-CO",
        timezone_id="America/Bogota",
        viewport={"width": width, "height": 800},
        java_script_enabled=java_script,
    )
    context.set_default_timeout(20_000)
    return context


def axe(page: Page, *, looks_only: bool = False) -> None:
    """Fail when axe finds a breach of WCAG 2.2 AA or of good practice on the page shown; only of
    what another window or other colours can change, where `looks_only`."""
    assert page not in _WITHOUT_SCRIPT, "axe needs a page with JavaScript"
    whole = {"type": "tag", "values": AXE_TAGS}
    only = {"type": "rule", "values": AXE_LOOKS} if looks_only else whole
    options = {"runOnly": only, "resultTypes": ["violations"], "preload": False}
    # Evaluated by the browser's own protocol, so the page's policy need not allow it.
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(f"() => {{ {AXE.read_text(encoding='utf-8')} }}")
    violations: list[dict[str, Any]] = page.evaluate(
        "async options => (await axe.run(document, options)).violations", options
    )
    found = [
        f"{violation['id']}: {violation['help']}: {node['html'][:160]} {node['target']}"
        for violation in violations
        for node in violation["nodes"]
    ]
    assert not found, f"axe on {page.url}:\n- " + "\n- ".join(found)


def assert_fits(page: Page, width: int = 320) -> None:
    """Fail when the page must be scrolled sideways in a window of that width, or hides a part."""
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 640})
    needed: int = page.evaluate("() => document.documentElement.scrollWidth")
    culprits = page.evaluate(OVERFLOWING, width) if needed > width else []
    cut = page.evaluate(CUT_OFF)
    if before is not None:
        page.set_viewport_size(before)
    assert needed <= width, f"{page.url} needs {needed} px of {width}:\n- " + "\n- ".join(culprits)
    assert not cut, f"{page.url} cuts off at {width} px:\n- " + "\n- ".join(cut)


def assert_good(page: Page) -> None:
    """What every page of a journey must pass: no sideways scrolling at 320 px, and axe.

    Axe cannot run where JavaScript is off; there the page is only measured.
    """
    if page not in _WITHOUT_SCRIPT:
        axe(page)
    assert_fits(page, 320)


def faults_of(page: Page) -> list[str]:
    """Collect what goes wrong behind the page."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    page.on(
        "console",
        lambda line: (
            faults.append(f"console: {line.text}")
            # A refused form or a missing page is the test's own affair.
            if line.type == "error" and not line.text.startswith("Failed to load resource")
            else None
        ),
    )
    page.on(
        "response",
        lambda response: (
            faults.append(f"{response.status} {response.url}")
            if response.status >= 400 and "/static/" in response.url
            else None
        ),
    )
    return faults
