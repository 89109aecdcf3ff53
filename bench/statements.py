"""Count the SQL statements of pages: `python -m bench.statements PATH…`, as the clerk.

Reads the clerk's password on standard input and prints the counts in JSON.
"""

import json
import sys

from sqlalchemy import Engine, event

from app import create_app
from bench.client import hidden_fields
from bench.sites import CLERK


def main() -> None:
    """Enter as the clerk, open each page twice, and count what the second time cost."""
    password = sys.stdin.readline().strip()
    client = create_app().test_client()
    fields = hidden_fields(client.get("/ingreso").text, "password")
    entered = client.post("/ingreso", data={**fields, "username": CLERK, "password": password})
    assert entered.status_code in (302, 303), entered.text
    seen: list[str] = []

    @event.listens_for(Engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    counts = []
    for path in sys.argv[1:]:
        assert client.get(path).status_code == 200, path
        seen.clear()
        client.get(path)
        counts.append(len(seen))
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
