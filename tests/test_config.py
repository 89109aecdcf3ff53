"""Settings: what an operator may set, and the one line that refuses what cannot be used."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.config import ROOT, ConfigError, Settings, load
from tests.support.product import RECEIPT_KEY

KEY = "k" * 40
KEYS = {"SAC_SECRET_KEY": KEY, "SAC_REGISTER_KEY": KEY, "SAC_RECEIPT_KEY": RECEIPT_KEY}


def given(tmp_path: Path, **values: str) -> Settings:
    return load({"SAC_INSTANCE": str(tmp_path), **KEYS, **values})


def test_without_settings_it_is_sqlite_and_local_files(tmp_path):
    settings = given(tmp_path)

    assert settings.database == f"sqlite:///{tmp_path / 'sac.db'}"
    assert settings.storage == ROOT / "uploads"
    assert settings.base_url == "http://127.0.0.1:8080"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SAC_PORT", "eighty"),
        ("SAC_PORT", "70000"),
        ("SAC_PORT", "-1"),
        ("SAC_THREADS", "0"),
        ("SAC_MAX_FILES", "1.5"),
        ("SAC_SECRET_KEY", "short"),
        ("SAC_REGISTER_KEY", "short"),
        ("SAC_RECEIPT_KEY", "short"),
        ("SAC_RECEIPT_KEY", "k" * 50),
        ("SAC_RECEIPT_KEY", f"{RECEIPT_KEY} {KEY}"),
        ("SAC_DATABASE_URL", "mysql://localhost/sac"),
        ("SAC_STORAGE_URL", "ftp://files"),
        ("SAC_RATELIMIT_STORAGE_URL", "memcached://x"),
        ("SAC_RATELIMIT_STORAGE_URL", "redis://localhost"),
        ("SAC_BASE_URL", "sac.example.gov.co"),
        ("SAC_BASE_URL", "http://sac.example.gov.co"),
        ("SAC_MAIL_DEFAULT_SENDER", "not an address"),
        ("SAC_REGISTER_MAIL_TO", "not an address"),
        ("SAC_MAIL_USE_TLS", "perhaps"),
        ("SAC_RECEPTION_READING", "3"),
        ("SAC_DOCUMENT_AS_FIRST_PASSWORD", "maybe"),
        ("SAC_CLAMD", "/run/clamd"),
        ("SAC_TRUSTED_PROXY", "nginx"),
        ("SAC_PROT", "9000"),
    ],
)
def test_an_unusable_value_is_refused_in_one_line_that_names_it(tmp_path, name, value):
    with pytest.raises(ConfigError) as refusal:
        given(tmp_path, **{name: value})

    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_key_is_refused_and_says_how_to_make_one(tmp_path):
    for others, missing in (({}, "SECRET"), ({"SAC_SECRET_KEY": KEY}, "REGISTER")):
        with pytest.raises(ConfigError, match=f"SAC_{missing}_KEY.*flask --app wsgi keys"):
            load({"SAC_INSTANCE": str(tmp_path), **others})


def test_a_key_that_others_can_read_is_refused(tmp_path):
    path = tmp_path / "secret.key"
    path.write_text(KEY)
    path.chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        load({"SAC_INSTANCE": str(tmp_path)})


def test_the_file_is_read_and_the_environment_wins(tmp_path):
    (tmp_path / "sac.env").write_text("# ours\nSAC_THREADS=6\nSAC_PORT='9000'\n")

    settings = given(tmp_path, SAC_PORT="9100")

    assert (settings.threads, settings.port) == (6, 9100)


def test_a_line_that_is_no_setting_is_refused_with_its_number(tmp_path):
    (tmp_path / "sac.env").write_text("SAC_THREADS=6\nTHREADS 7\n")

    with pytest.raises(ConfigError, match=r"sac\.env, line 2"):
        given(tmp_path)


@pytest.mark.parametrize("url", ["postgres://u:p@h/sac", "postgresql://u:p@h/sac"])
def test_both_spellings_of_postgresql_are_understood(tmp_path, url):
    assert given(tmp_path, SAC_DATABASE_URL=url).database == "postgresql+psycopg://u:p@h/sac"


def test_the_folder_of_returned_mail_must_be_a_maildir(tmp_path):
    with pytest.raises(ConfigError, match="SAC_RETURNED_MAIL must be a Maildir"):
        given(tmp_path, SAC_RETURNED_MAIL=str(tmp_path))
    for name in ("new", "cur"):
        (tmp_path / name).mkdir()

    assert given(tmp_path, SAC_RETURNED_MAIL=str(tmp_path)).returned_mail == str(tmp_path)


def test_secrets_are_not_in_what_the_settings_print(tmp_path):
    printed = repr(
        given(tmp_path, SAC_MAIL_PASSWORD="hushhush", SAC_DATABASE_URL="postgres://u:hidden@h/x")
    )

    assert not re.search(f"{KEY}|hushhush|hidden", printed)


def test_the_readme_names_every_setting_and_no_other():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(SAC_[A-Z_]+)`", readme, re.MULTILINE))

    assert documented == {"SAC_" + field.name.upper() for field in fields(Settings)}
