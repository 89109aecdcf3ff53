"""Files from the form to the disk, and what is left when something goes wrong on the way."""

import io
import os
import re
import resource
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import time_machine
from flask import Flask, request

from app import clock, uploads
from app.config import ROOT, Settings
from app.domain.file_types import MEGABYTE, FileType
from app.services.storage import GONE, TOKEN_LIFE, Store, StoredFile
from app.services.sweeping import KEPT_LIFE, sweep
from tests.support.product import RECEIPT_KEY

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\0" * 50
OWNER = "account:7"


def build_app(folder: Path, **changes: int) -> Flask:
    """An app that can do nothing but receive files."""
    app = Flask("files")
    app.config["MAX_CONTENT_LENGTH"] = 50 * MEGABYTE
    settings = Settings(
        secret_key="k" * 40,
        register_key="r" * 40,
        receipt_key=RECEIPT_KEY,
        storage_url=str(folder),
        **changes,
    )
    uploads.init_app(app, settings)

    @app.post("/")
    def receive() -> dict[str, object]:
        received = uploads.store().receive(
            request.files.getlist("attachments"), request.form.getlist("kept"), OWNER
        )
        return {
            "body": request.form.get("body"),
            "kept": [file.stored_as for file in received.kept],
            "types": [file.media_type for file in received.kept],
            "tokens": [uploads.store().token(file, OWNER) for file in received.kept],
            "problems": received.problems,
            "is_full": received.is_full,
        }

    @app.post("/mirada")
    def look() -> dict[str, object]:
        return {"files": len(request.files), "body": request.form["body"]}

    return app


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "uploads"


@pytest.fixture
def app(folder) -> Flask:
    return build_app(folder, max_file_mb=1, max_files=3)


@pytest.fixture
def store(app) -> Store:
    return app.extensions["store"]


def send(app: Flask, *files: tuple[bytes, str], path: str = "/", **fields: object) -> dict:
    data = {
        "body": "Mi petición",
        "attachments": [(io.BytesIO(content), name) for content, name in files],
        **fields,
    }
    response = app.test_client().post(path, data=data)
    response.request.environ["wsgi.input"].close()  # the client leaves a large one open
    assert response.status_code == 200
    return response.json


def content(store: Store, stored_as: str) -> bytes:
    with store.open(stored_as) as file:
        return file.read()


def everything(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@contextmanager
def disk_that_takes(size: int) -> Iterator[None]:
    """Let the system refuse to write files beyond a size, as a full disk does."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)


def pack(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "contenido")
    return buffer.getvalue()


# Receiving


def test_good_files_are_kept_byte_for_byte_under_our_own_names(app, store, folder):
    answer = send(app, (PDF, "petición.pdf"), (PNG, "../foto.png"))

    assert answer["problems"] == []
    assert answer["types"] == [FileType.PDF, FileType.PNG]
    assert [content(store, name) for name in answer["kept"]] == [PDF, PNG]
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in answer["kept"])
    assert not list((folder / "incoming").iterdir())


def test_a_kept_file_knows_its_name_size_and_digest(store):
    stored = store.add("C:\\carta.pdf", io.BytesIO(PDF))

    assert (stored.name, stored.size, stored.sha256, stored.media_type) == (
        "carta.pdf",
        len(PDF),
        sha256(PDF).hexdigest(),
        FileType.PDF,
    )


def test_an_empty_box_is_no_file(app, folder):
    answer = send(app, (b"", ""))

    assert (answer["kept"], answer["problems"]) == ([], [])
    assert everything(folder) == []


def test_a_box_without_a_name_writes_nothing_however_much_comes(app, folder):
    answer = send(app, (PDF * 20, ""))

    assert (answer["body"], answer["kept"], answer["problems"]) == ("Mi petición", [], [])
    assert everything(folder) == []


def test_a_file_over_the_limit_is_dropped_and_the_rest_of_the_form_comes_through(app, store):
    answer = send(app, (PDF * 250, "grande.pdf"), (PNG, "foto.png"))

    assert answer["body"] == "Mi petición"
    [problem] = answer["problems"]
    assert problem.startswith("«grande.pdf» pesa 2,5 MB; el máximo es 1 MB por archivo.")
    assert [content(store, name) for name in answer["kept"]] == [PNG]


def test_a_file_of_exactly_the_limit_is_kept(app, store):
    exact = PDF + b"x" * (MEGABYTE - len(PDF))

    [kept] = send(app, (exact, "justo.pdf"))["kept"]

    assert content(store, kept) == exact


def test_files_after_the_last_that_fits_are_named_and_the_others_kept(app):
    answer = send(app, *[(PDF, f"{number}.pdf") for number in range(1, 6)])

    assert len(answer["kept"]) == 3
    assert [problem.split("»")[0] for problem in answer["problems"]] == ["«4.pdf", "«5.pdf"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ((b"", "vacío.pdf"), "está vacío"),
        ((b"<svg onload='x()'/>", "foto.svg"), "página web o un dibujo"),
        ((b"<!doctype html><p>", "foto.png"), "página web o un dibujo"),
        ((b"MZ\x90\x00" + b"\0" * 90, "factura.pdf"), "programa"),
        ((pack("[Content_Types].xml", "word/vbaProject.bin"), "acta.docx"), "macros"),
        ((b"PK\x03\x04" + b"\0" * 90, "acta.docx"), "dañado"),
        ((pack("acta.docx")[:-9], "acta.zip"), "dañado"),
        ((pack(*[f"{n:04}-{'x' * 90}" for n in range(2000)]), "muchos.zip"), "demasiados"),
    ],
)
def test_a_refused_file_leaves_a_sentence_and_nothing_on_disk(app, folder, file, words):
    answer = send(app, file)

    assert answer["kept"] == []
    assert words in answer["problems"][0]
    assert file[1] in answer["problems"][0]
    assert everything(folder) == []


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (("[Content_Types].xml", "word/document.xml"), FileType.DOCX),
        (("[Content_Types].xml", "xl/workbook.xml"), FileType.XLSX),
        (("fotos/a.jpg",), FileType.ZIP),
    ],
)
def test_real_archives_are_looked_into(app, members, kind):
    assert send(app, (pack(*members), "archivo"))["types"] == [kind]


def test_an_archive_that_declares_a_huge_directory_is_not_believed(app):
    honest = bytearray(pack("a.txt"))
    honest[-10:-6] = (0x7FFFFFFF).to_bytes(4, "little")

    assert send(app, (bytes(honest), "bomba.zip"))["kept"] == []


def test_text_is_read_to_its_end_before_it_is_believed(app):
    answer = send(app, (b"hola " * 30_000, "bien.txt"), (b"hola " * 30_000 + b"\0", "mal.txt"))

    assert answer["types"] == [FileType.TEXT]
    assert "mal.txt" in answer["problems"][0]


def test_word_97_files_are_told_by_their_streams(app):
    assert send(app, (ole("WordDocument"), "acta.doc"))["types"] == [FileType.DOC]
    assert "macros" in send(app, (ole("WordDocument", "Macros"), "acta.doc"))["problems"][0]
    assert "dañado" in send(app, (ole("WordDocument")[:600], "acta.doc"))["problems"][0]


def test_an_ole_directory_that_bites_its_tail_ends(app):
    looped = bytearray(ole("WordDocument"))
    looped[512 + 4 : 512 + 8] = (1).to_bytes(4, "little")  # the directory goes on in itself

    assert "dañado" in send(app, (bytes(looped), "acta.doc"))["problems"][0]


def ole(*streams: str) -> bytes:
    """A Word 97 container: header, allocation table, directory."""
    end = (0xFFFFFFFE).to_bytes(4, "little")
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[68:72] = end
    header[76:] = b"\xff" * (512 - 76)
    header[76:80] = (0).to_bytes(4, "little")
    table = (b"\xfd\xff\xff\xff" + end).ljust(512, b"\xff")
    directory = b""
    for name in ("Root Entry", *streams):
        raw = (name + "\0").encode("utf-16-le")
        directory += raw.ljust(64, b"\0") + len(raw).to_bytes(2, "little") + b"\x02" + bytes(61)
    return bytes(header) + table + directory.ljust(512, b"\0")


# Faults


def test_a_full_disk_loses_the_file_and_not_the_form(app, store, folder, caplog):
    with disk_that_takes(64 * 1024):
        answer = send(app, (PDF * 30, "grande.pdf"), (PNG, "foto.png"))

    assert answer["body"] == "Mi petición"
    assert answer["is_full"]
    assert "«grande.pdf» no se pudo guardar" in answer["problems"][0]
    assert [content(store, name) for name in answer["kept"]] == [PNG]
    assert not list((folder / "incoming").iterdir())
    assert "could not be written" in caplog.text


def test_after_a_full_disk_the_next_file_is_kept_without_a_restart(app):
    with disk_that_takes(1024):
        assert send(app, (PDF, "a.pdf"))["is_full"]

    assert len(send(app, (PDF, "a.pdf"))["kept"]) == 1


def test_a_disk_that_fails_at_the_last_moment_leaves_nothing(app, folder, caplog):
    folder.mkdir()
    for number in range(256):
        (folder / f"{number:02x}").touch()  # where each folder would be

    answer = send(app, (PDF, "a.pdf"))

    assert (answer["kept"], answer["is_full"]) == ([], True)
    assert not list((folder / "incoming").iterdir())
    assert "could not be kept" in caplog.text


def test_bytes_and_both_folders_reach_the_disk_before_it_is_acknowledged(
    store, folder, monkeypatch
):
    synced = []
    fsync = os.fsync

    def watching(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink())
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watching)
    stored = store.add("a.pdf", io.BytesIO(PDF))

    part, *folders = synced
    assert part.parent == folder / "incoming"
    assert folders == [folder / stored.stored_as[:2], folder]


def test_parts_of_a_form_cut_short_go_with_the_request(app, folder):
    boundary = "corte"
    cut = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="attachments"; filename="a.pdf"'
        "\r\n\r\n"
    ).encode() + PDF * 30
    with app.test_request_context(
        "/",
        method="POST",
        data=cut,
        content_type=f"multipart/form-data; boundary={boundary}",
    ):
        assert request.files.getlist("attachments") == []
        assert len(list((folder / "incoming").iterdir())) == 1

    assert list((folder / "incoming").iterdir()) == []


def test_files_nobody_asked_for_go_with_the_request(app, folder):
    assert send(app, (PDF, "a.pdf"), (PNG, "b.png"), path="/mirada")["files"] == 1

    assert everything(folder) == []


def test_memory_stays_flat_while_large_files_arrive(tmp_path):
    app = build_app(tmp_path / "uploads", max_file_mb=25)
    boundary = "frontera"
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="attachments"; filename="a.pdf"'
        "\r\n\r\n"
    ).encode()
    body = tmp_path / "body"
    body.write_bytes(head + PDF + b"\xe2" * 20 * MEGABYTE + f"\r\n--{boundary}--\r\n".encode())
    send(app, (PDF, "first.pdf"))  # what is loaded once is not what is measured

    tracemalloc.start()
    with body.open("rb") as stream:
        response = app.test_client().post(
            "/",
            input_stream=stream,
            content_type=f"multipart/form-data; boundary={boundary}",
            content_length=body.stat().st_size,
        )
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(response.json["kept"]) == 1
    assert peak < 2 * MEGABYTE


# Keeping for a form that is shown again


def test_a_form_shown_again_still_has_its_good_files(app, store):
    first = send(app, (PDF, "buena.pdf"), (b"", "vacía.pdf"))

    second = send(app, (PNG, "otra.png"), kept=first["tokens"])

    assert second["problems"] == []
    assert [content(store, name) for name in second["kept"]] == [PDF, PNG]
    assert second["kept"][0] == first["kept"][0]


def test_kept_files_count_towards_the_limit(app):
    first = send(app, (PDF, "1.pdf"), (PDF, "2.pdf"))

    second = send(app, (PDF, "3.pdf"), (PDF, "4.pdf"), kept=first["tokens"])

    assert len(second["kept"]) == 3
    assert "«4.pdf»" in second["problems"][0]


def test_a_file_named_twice_is_one_file(app):
    [token] = send(app, (PDF, "1.pdf"))["tokens"]

    assert len(send(app, kept=[token, token])["kept"]) == 1


def test_a_claimed_file_is_the_one_that_was_kept(store):
    stored = store.add("Acta ñ.pdf", io.BytesIO(PDF))

    assert store.claim(store.token(stored, OWNER), OWNER) == stored


@pytest.mark.parametrize("owner", ["account:8", "", "account:77"])
def test_nobody_claims_the_file_of_another(store, owner):
    token = store.token(store.add("a.pdf", io.BytesIO(PDF)), OWNER)

    assert store.claim(token, owner) is None


def test_a_token_grows_old(store):
    token = store.token(store.add("a.pdf", io.BytesIO(PDF)), OWNER)

    with time_machine.travel(clock.now() + TOKEN_LIFE + timedelta(minutes=1)):
        assert store.claim(token, OWNER) is None


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "../../etc/passwd"])
def test_a_forged_token_opens_nothing_and_is_said(app, token):
    answer = send(app, kept=[token])

    assert (answer["kept"], answer["problems"]) == ([], [GONE])


def test_a_token_whose_file_is_gone_says_so(app, store):
    answer = send(app, (PDF, "a.pdf"))
    store.delete(answer["kept"][0])

    assert send(app, kept=answer["tokens"])["problems"] == [GONE]


def test_the_longest_name_survives_its_token(store):
    stored = store.add("\U0001f600" * 300 + ".pdf", io.BytesIO(PDF))

    claimed = store.claim(store.token(stored, OWNER), OWNER)

    assert claimed is not None
    assert claimed.name == stored.name


@pytest.mark.parametrize("name", ["../secret", "", "ab", "incoming", "A" * 32, "a" * 33])
def test_no_name_of_another_shape_opens_a_file(store, name):
    assert not store.exists(name)
    with pytest.raises(FileNotFoundError):
        store.open(name)


# Sweeping


def restarted(store: Store) -> Store:
    """The store as the next process opens it."""
    return Store(store.folder, secret_key="k" * 40, max_file_mb=1, max_files=3)


def nobody(_names: object) -> set[str]:
    return set()


def release(stored: StoredFile) -> str:
    """Do what the end of a request does."""
    assert stored.lease is not None
    stored.lease.close()
    return stored.stored_as


def test_after_a_restart_what_no_row_names_is_cleared_and_told(store):
    stray = release(store.add("a.pdf", io.BytesIO(PDF)))

    swept = sweep(restarted(store), nobody, clock.now())

    assert swept.strays == [stray]
    assert not store.exists(stray)


def test_a_file_that_a_row_names_stays(store):
    filed = release(store.add("a.pdf", io.BytesIO(PDF)))

    assert sweep(restarted(store), set, clock.now()).strays == []
    assert store.exists(filed)


def test_a_file_that_a_form_may_still_ask_for_stays_until_its_token_is_old(store):
    stored = store.add("a.pdf", io.BytesIO(PDF))
    store.token(stored, OWNER)
    kept = release(stored)
    later = restarted(store)

    assert sweep(later, nobody, clock.now()).strays == []
    assert sweep(later, nobody, clock.now() + TOKEN_LIFE).strays == []
    assert sweep(later, nobody, clock.now() + KEPT_LIFE + timedelta(hours=1)).strays == [kept]
    assert everything(store.folder) == []


def test_a_filing_in_hand_keeps_its_files_from_the_sweep(store):
    stored = store.add("a.pdf", io.BytesIO(PDF))
    later = restarted(store)

    assert sweep(later, nobody, clock.now()).strays == []
    name = release(stored)
    assert sweep(later, nobody, clock.now()).strays == [name]


def test_rows_are_asked_after_the_locks_were_seen_open(store):
    """Between the two a filing may commit; the other way round its file would go."""
    stray = store.add("a.pdf", io.BytesIO(PDF))
    later = restarted(store)
    release(stray)

    def known(names):
        assert list(names) == [stray.stored_as]
        return names

    assert sweep(later, known, clock.now()).strays == []


def test_a_sweep_leaves_what_came_after_the_process_began(store):
    name = release(store.add("a.pdf", io.BytesIO(PDF)))

    assert sweep(store, nobody, clock.now()).strays == []
    assert store.exists(name)


def test_rows_without_their_file_are_told(store):
    there = store.add("a.pdf", io.BytesIO(PDF)).stored_as

    assert list(store.missing([there, "f" * 32])) == ["f" * 32]
    assert list(store.names()) == [there]


BUSY_PROCESS = """
import io, sys
from pathlib import Path
from app.services.storage import Store
store = Store(Path(sys.argv[1]), secret_key="k" * 40, max_file_mb=1, max_files=3)
part = store.new_part()
part.write(b"%PDF-1.7")
stored = store.add("a.pdf", io.BytesIO(b"%PDF-1.7"))
print(stored.stored_as, flush=True)
sys.stdin.read()
"""


def test_what_a_killed_process_left_is_told_from_what_a_living_one_holds(store):
    with subprocess.Popen(
        [sys.executable, "-c", BUSY_PROCESS, str(store.folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        name = process.stdout.readline().strip()
        other = restarted(store)
        alive = sweep(other, nobody, clock.now())
        process.kill()
    dead = sweep(other, nobody, clock.now())

    assert (alive.parts, alive.strays) == (0, [])
    assert (dead.parts, dead.strays) == (1, [name])
    assert everything(store.folder) == []
