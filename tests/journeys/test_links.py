"""Nothing on the site leads nowhere: every link that somebody is shown can be followed."""

from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from werkzeug.exceptions import HTTPException

from tests.journeys.test_accessible import URLS
from tests.journeys.world import CITIZEN, STAFF, VISITOR
from tests.support.html import parse

# Pages of one endpoint with other numbers are alike: so many of each are enough.
OF_EACH = 6


@pytest.mark.parametrize("role", [VISITOR, CITIZEN, *STAFF])
def test_every_link_leads_to_a_page(world, chromium, role):
    broken, seen, opened = [], {"/"}, Counter()
    waiting = deque([("/", "the address of the site")])
    with world.page_of(chromium, role) as page:
        while waiting:
            address, origin = waiting.popleft()
            response = page.context.request.get(world.address + address)
            if response.status != 200:
                broken.append(f"{address} gives {response.status}, from {origin}")
            if not response.headers["content-type"].startswith("text/html"):
                continue
            document, _ = parse(response.text())
            for link in document.iter("a"):
                target = link.get("href", "")
                endpoint = leads_to(target, world.address)
                if endpoint and target not in seen and opened[endpoint] < OF_EACH:
                    opened[endpoint] += 1
                    seen.add(target)
                    waiting.append((target, address))

    assert not broken, "\n".join(broken)
    assert len(seen) > 12


def leads_to(target: str, site: str) -> str | None:
    """The endpoint of a link of ours, or the path itself when there is none; None elsewhere."""
    parts = urlsplit(target)
    if target.startswith("#") or parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc and parts.netloc != urlsplit(site).netloc:
        return None
    try:
        rule, _ = URLS.url_map.bind("localhost").match(parts.path, return_rule=True)
    except HTTPException:
        return parts.path
    return rule.endpoint
