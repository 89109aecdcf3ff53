"""Looking at a page as an eye, a telephone and a keyboard do."""

from playwright.sync_api import Page, ViewportSize

from tests.support.browser import assert_fits, axe

OPEN_ALL = "() => document.querySelectorAll('details').forEach(part => { part.open = true; })"

# Tab goes on from where the last one or the last click was, unless the focus went to the body.
START_ANEW = """() => {
  document.body.tabIndex = -1;
  document.body.focus({ preventScroll: true });
  document.body.removeAttribute('tabindex');
  scrollTo(0, 0);
}"""
# What Tab must reach, in this order; of a group of radios, the one that is chosen or the first.
CONTROLS = """() => {
  const all = [...document.querySelectorAll(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')]
    .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility());
  const groups = new Map();
  for (const e of all.filter(e => e.type === 'radio')) {
    if (!groups.has(e.name) || e.checked) groups.set(e.name, e);
  }
  return all.filter(e => e.type !== 'radio' || groups.get(e.name) === e);
}"""
# How a control looks, with what is drawn around it: govuk paints the focus of a tick box beside it.
WATCH = f"""() => {{
  const parts = e => [
    [e, null], [e, '::before'], [e, '::after'],
    ...[...(e.labels || [])].flatMap(l => [[l, null], [l, '::before'], [l, '::after']]),
  ];
  window.looks = e => parts(e).map(([part, pseudo]) => {{
    const style = getComputedStyle(part, pseudo);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
            style.backgroundColor, style.borderColor, style.borderWidth].join();
  }}).join('|');
  window.nameOf = e => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110);
  const controls = ({CONTROLS})();
  window.calm = new Map(controls.map(e => [e, window.looks(e)]));
  return controls.map(window.nameOf);
}}"""
# Asked after each Tab, since a page without JavaScript has no listeners.
REACHED = """() => {
  const e = document.activeElement;
  const box = e.getBoundingClientRect();
  return {
    name: window.nameOf(e),
    isSeen: window.looks(e) !== window.calm.get(e),
    isHidden: box.bottom < 1 || box.top > innerHeight - 1 || box.right < 1,
  };
}"""
# Forms that nobody can send: with a button that only a script would show, or with none.
UNSENDABLE = """() => [...document.forms]
    .filter(form => ![...form.elements].some(e => e.type === 'submit' && e.checkVisibility()))
    .map(form => form.outerHTML.slice(0, 120))"""


def assert_readable(page: Page) -> None:
    """Fail when axe finds anything, by day and by night, in a wide window and on a telephone,
    or when the page must be scrolled sideways at 320 px. All that unfolds is open."""
    # Else a colour could be caught half way to another.
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(OPEN_ALL)
    axe(page)
    wide = page.viewport_size or {"width": 1280, "height": 800}
    page.set_viewport_size({"width": 320, "height": 640})
    page.emulate_media(color_scheme="dark")
    axe(page, looks_only=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(wide)
    assert_fits(page, 320)


def assert_keyboard(page: Page) -> None:
    """Fail unless Tab goes through every control in the order of the page, beginning with the
    link that jumps over the header, and each one shows that it has the focus."""
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(START_ANEW)
    expected = page.evaluate(WATCH)
    reached = []
    for _ in expected:
        page.keyboard.down("Tab")  # held down, as who is in a hurry does
        reached.append(page.evaluate(REACHED))
    page.keyboard.up("Tab")

    names = [control["name"] for control in reached]
    assert names == expected, f"{page.url}: Tab goes another way"
    assert "govuk-skip-link" in names[0]
    unseen = [control["name"] for control in reached if not control["isSeen"]]
    assert not unseen, f"{page.url}: nothing shows the focus on\n- " + "\n- ".join(unseen)
    hidden = [control["name"] for control in reached if control["isHidden"]]
    assert not hidden, f"{page.url}: the focus is out of sight on\n- " + "\n- ".join(hidden)


def assert_plain(page: Page) -> None:
    """Fail unless the page, opened without JavaScript on a telephone, can be used: it fits, Tab
    reaches all, and each form can be sent."""
    assert_keyboard(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert_fits(page, 320)
    unsendable = page.evaluate(UNSENDABLE)
    assert not unsendable, f"{page.url}: nothing sends\n- " + "\n- ".join(unsendable)
    page.evaluate(OPEN_ALL)
    assert_fits(page, 320)


def controls_in(page: Page, window: ViewportSize) -> list[str]:
    """What Tab reaches on the page in a window of that size, in order."""
    before = page.viewport_size
    page.set_viewport_size(window)
    found: list[str] = page.evaluate(WATCH)
    if before is not None:
        page.set_viewport_size(before)
    return found


def assert_skips_to_the_content(page: Page) -> None:
    """Fail unless the first link leads past the header: the next Tab is in the content."""
    page.evaluate(START_ANEW)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    inside = "() => document.querySelector('main').contains(document.activeElement)"
    assert page.evaluate(inside), f"{page.url}: the skip link does not lead to the content"
