"""Nothing acknowledged is lost: the measures of `bench/survival`, small and without a clock.

They run the real server as a process of its own. The whole table is `make survival`.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bench.survival import crowd, disk, killing, locks, stopping
from bench.survival.installation import Installation, Server, serving

PEOPLE = 24


def apart(measure: Callable[..., Any], *args: object, **values: object) -> Any:
    """Take a measure in a thread of its own: it runs an event loop, and the browser of other tests
    keeps one in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(measure, *args, **values).result()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with citizens, which outlives what each test does to it."""
    installation = Installation(tmp_path_factory.mktemp("survival"), PEOPLE)
    installation.prepare()
    with serving(installation) as server:
        yield server


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path):
    tally = apart(killing.kill_again_and_again, tmp_path, kills=3, at_least=36)

    assert (tally.kills, len(tally.acknowledged) >= 36) == (3, True)
    assert tally.lost == []
    assert tally.strays == set()
    assert tally.is_sound
    assert not tally.has_gaps


def test_a_loss_would_be_noticed(server: Server):
    installation = server.installation
    _, [filed, *_] = apart(crowd.file_together, server, 2)
    name, *_ = installation.rows(
        "SELECT stored_as FROM attachment a JOIN requerimiento r ON r.id = a.requerimiento_id"
        " WHERE radicado = ?",
        filed.radicado,
    )[0]
    path = installation.uploads / name[:2] / name
    content = path.read_bytes()

    path.write_bytes(content[:-1])

    assert installation.digest_of_file(filed.radicado) != filed.sha256
    path.write_bytes(content)
    assert installation.digest_of_file(filed.radicado) == filed.sha256
    assert installation.digest_of_file("PRU2026ER999999") is None


def test_parallel_filings_are_all_kept_with_consecutive_radicados(server: Server):
    before = server.installation.radicados()

    replies, filed = apart(crowd.file_together, server, PEOPLE)

    assert {reply.status for reply in replies} == {303}
    kept = server.installation.radicados()[len(before) :]
    assert sorted(one.radicado for one in filed) == kept
    assert [server.installation.digest_of_file(one.radicado) for one in filed] == [
        one.sha256 for one in filed
    ]
    assert not server.installation.has_gaps()


def test_a_filing_waits_for_the_database_and_reading_does_not(server: Server):
    seen = apart(locks.file_while_locked, server, 0.0)

    # The pages were read before the database was let go, and the filing was sent before them.
    assert [reply.status for reply in seen.readings] == [200, 200, 200]
    assert seen.filed is not None
    assert server.installation.radicados()[-1] == seen.filed.radicado


def test_a_database_locked_for_long_is_told_in_words_and_nothing_is_lost(server: Server):
    before = server.installation.radicados()

    seen = apart(locks.file_while_locked, server, None)

    assert locks.is_told_to_wait(seen)
    assert [reply.status for reply in seen.readings] == [200, 200, 200]
    assert server.installation.radicados() == before
    assert apart(locks.file_while_locked, server, 0.0).filed is not None


@pytest.mark.parametrize("document", [200_000, 0], ids=["uploads", "database"])
def test_a_full_disk_refuses_in_words_and_recovers_without_a_restart(server: Server, document: int):
    seen = apart(disk.fill_up, server, disk.refuse_writes, document)

    assert disk.is_survived(seen), seen


def test_filings_in_hand_are_finished_before_the_server_stops(tmp_path: Path):
    installation = Installation(tmp_path, stopping.IN_HAND)
    installation.prepare()
    with serving(installation) as server:
        stopped = apart(stopping.stop_with_filings_in_hand, server)

    assert stopped.code == 0
    assert len(stopped.filed) == stopped.expected
    assert all(installation.digest_of_file(one.radicado) == one.sha256 for one in stopped.filed)
