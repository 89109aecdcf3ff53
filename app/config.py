"""Settings: every value that changes between machines is read here and nowhere else."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from app.domain.signing import Keyring, KeyUnusable

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "SAC_"
YES, NO = {"1", "on", "true", "yes", "si", "sí"}, {"0", "off", "false", "no", ""}


class ConfigError(Exception):
    """A setting cannot be used. The text is the one line that the operator reads."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an installation decides from outside. Each field is `SAC_` + its name in capitals."""

    secret_key: str = field(repr=False)
    register_key: str = field(repr=False)
    receipt_key: str = field(repr=False)
    instance: Path = ROOT / "instance"
    database_url: str = field(default="", repr=False)
    storage_url: str = str(ROOT / "uploads")
    ratelimit_storage_url: str = field(default="memory://", repr=False)
    base_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    threads: int = 12
    trusted_proxy: str = ""
    mail_server: str = ""
    mail_port: int = 25
    mail_use_tls: bool = False
    mail_username: str = ""
    mail_password: str = field(default="", repr=False)
    mail_default_sender: str = "sac@localhost.localdomain"
    register_mail_to: str = ""
    returned_mail: str = ""
    max_file_mb: int = 25
    max_request_mb: int = 60
    max_files: int = 10
    reception_reading: int = 1
    document_as_first_password: bool = True
    embedded_worker: bool = True
    undo_seconds: int = 30
    insecure_http: bool = False

    @property
    def database(self) -> str:
        """The SQLAlchemy address; SQLite in the instance folder unless one was given."""
        return self.database_url or f"sqlite:///{self.instance / 'sac.db'}"

    @property
    def storage(self) -> Path:
        """The folder that holds the uploaded files."""
        return Path(self.storage_url)

    @property
    def secure(self) -> bool:
        """Whether browsers reach this installation over https."""
        return self.base_url.startswith("https://")

    @property
    def public_host(self) -> str:
        """The host name that visitors type."""
        return urlsplit(self.base_url).hostname or ""


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment, then from `instance/sac.env`.

    Raises:
        ConfigError: a value cannot be used, or the secret key is missing.
    """
    given = {k: v for k, v in (environment or os.environ).items() if k.startswith(PREFIX)}
    instance = instance_folder(given)
    values = {**_read_file(instance / "sac.env"), **given}
    port = _integer(values, "SAC_PORT", 8080, 1, 65535)
    _refuse_unknown(values)
    settings = Settings(
        secret_key=_key(values, instance, "secret"),
        register_key=_key(values, instance, "register"),
        receipt_key=_receipt_key(values, instance),
        instance=instance,
        database_url=_database_url(values),
        storage_url=_storage_url(values),
        ratelimit_storage_url=_ratelimit_url(values),
        base_url=_base_url(values, port),
        host=values.get("SAC_HOST", "") or "127.0.0.1",
        port=port,
        threads=_integer(values, "SAC_THREADS", 12, 1, 64),
        trusted_proxy=_proxy(values),
        mail_server=values.get("SAC_MAIL_SERVER", ""),
        mail_port=_integer(values, "SAC_MAIL_PORT", 25, 1, 65535),
        mail_use_tls=_boolean(values, "SAC_MAIL_USE_TLS", False),
        mail_username=values.get("SAC_MAIL_USERNAME", ""),
        mail_password=values.get("SAC_MAIL_PASSWORD", ""),
        mail_default_sender=_sender(values),
        register_mail_to=_mailbox(values, "SAC_REGISTER_MAIL_TO", ""),
        returned_mail=_maildir(values, "SAC_RETURNED_MAIL"),
        max_file_mb=_integer(values, "SAC_MAX_FILE_MB", 25, 1, 1000),
        max_request_mb=_integer(values, "SAC_MAX_REQUEST_MB", 60, 1, 4000),
        max_files=_integer(values, "SAC_MAX_FILES", 10, 1, 100),
        reception_reading=_integer(values, "SAC_RECEPTION_READING", 1, 1, 2),
        document_as_first_password=_choice(
            values, "SAC_DOCUMENT_AS_FIRST_PASSWORD", {"allow": True, "forbid": False}, "allow"
        ),
        embedded_worker=_boolean(values, "SAC_EMBEDDED_WORKER", True),
        undo_seconds=_integer(values, "SAC_UNDO_SECONDS", 30, 0, 300),
        insecure_http=_boolean(values, "SAC_INSECURE_HTTP", False),
    )
    _refuse_plain_http(settings)
    _refuse_what_is_not_built(values)
    return settings


def instance_folder(environment: Mapping[str, str] | None = None) -> Path:
    """The folder for database, keys and outbox files."""
    given = (environment or os.environ).get("SAC_INSTANCE", "")
    return Path(given or ROOT / "instance").resolve()


def _read_file(path: Path) -> dict[str, str]:
    """Read `NAME=value` lines; comments and blank lines are passed over."""
    if not path.exists():
        return {}
    values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        name, equals, value = text.partition("=")
        if not equals or not name.startswith(PREFIX):
            raise ConfigError(f"{path.name}, line {number}: expected SAC_NAME=value")
        values[name.strip()] = value.strip().strip("\"'")
    return values


def _key(values: Mapping[str, str], instance: Path, name: str) -> str:
    """A key from its setting, or from its file in the instance folder."""
    setting, path = f"SAC_{name.upper()}_KEY", instance / f"{name}.key"
    key = values.get(setting, "")
    if not key and path.exists():
        if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise ConfigError(f"{path.name} can be read by others: run chmod 600 on it")
        key = path.read_text(encoding="ascii").strip()
    if not key:
        raise ConfigError(f"{setting} is missing: run `flask --app wsgi keys` to make one")
    if len(key) < 32:
        raise ConfigError(f"{setting} is too short: it needs at least 32 characters")
    return key


def _receipt_key(values: Mapping[str, str], instance: Path) -> str:
    text = _key(values, instance, "receipt")
    try:
        Keyring(text)
    except KeyUnusable as problem:
        raise ConfigError(f"SAC_RECEIPT_KEY cannot be used: {problem}") from None
    return text


def _database_url(values: Mapping[str, str]) -> str:
    url = values.get("SAC_DATABASE_URL", "")
    url = re.sub(r"^(postgres|postgresql)://", "postgresql+psycopg://", url)
    if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("SAC_DATABASE_URL must begin with sqlite:/// or postgresql://")
    return url


def _storage_url(values: Mapping[str, str]) -> str:
    url = values.get("SAC_STORAGE_URL", "") or str(ROOT / "uploads")
    if "://" in url:
        raise ConfigError("SAC_STORAGE_URL must be a folder in this version")
    return str(Path(url).resolve())


def _ratelimit_url(values: Mapping[str, str]) -> str:
    url = values.get("SAC_RATELIMIT_STORAGE_URL", "") or "memory://"
    if url != "memory://":
        raise ConfigError("SAC_RATELIMIT_STORAGE_URL must be memory:// in this version")
    return url


def _base_url(values: Mapping[str, str], port: int) -> str:
    url = (values.get("SAC_BASE_URL", "") or f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError("SAC_BASE_URL must be an address such as https://sac.example.gov.co")
    return url


def _proxy(values: Mapping[str, str]) -> str:
    """Who is believed about the client's address decides whom the throttle stops."""
    address = values.get("SAC_TRUSTED_PROXY", "")
    try:
        return str(ip_address(address)) if address else ""
    except ValueError:
        raise ConfigError("SAC_TRUSTED_PROXY must be the IP address of the proxy") from None


def _refuse_unknown(values: Mapping[str, str]) -> None:
    """A misspelt name would leave its setting at the default without a word."""
    known = {PREFIX + entry.name.upper() for entry in fields(Settings)} | {"SAC_CLAMD"}
    if unknown := sorted(set(values) - known):
        raise ConfigError(f"{unknown[0]} is not a setting: see the table in README.md")


def _sender(values: Mapping[str, str]) -> str:
    default = "sac@localhost.localdomain"
    given = values.get("SAC_MAIL_DEFAULT_SENDER", "") or default
    return given if given == default else _mailbox(values, "SAC_MAIL_DEFAULT_SENDER", default)


def _mailbox(values: Mapping[str, str], name: str, default: str) -> str:
    address = values.get(name, "") or default
    try:
        if address:
            validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ConfigError(f"{name} is not an e-mail address") from None
    return address


def _maildir(values: Mapping[str, str], name: str) -> str:
    path = values.get(name, "")
    if path and not all((Path(path) / folder).is_dir() for folder in ("new", "cur")):
        raise ConfigError(f"{name} must be a Maildir: a folder with new and cur in it")
    return path


def _integer(values: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = values.get(name, "") or str(default)
    if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
        raise ConfigError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return int(text)


def _boolean(values: Mapping[str, str], name: str, default: bool) -> bool:
    if name not in values:
        return default
    text = values[name].lower()
    if text not in YES | NO:
        raise ConfigError(f"{name} must be on or off, not {text!r}")
    return text in YES


def _choice(
    values: Mapping[str, str], name: str, options: Mapping[str, bool], default: str
) -> bool:
    text = values.get(name, "") or default
    if text not in options:
        raise ConfigError(f"{name} must be one of {', '.join(options)}, not {text!r}")
    return options[text]


def _refuse_plain_http(settings: Settings) -> None:
    """Passwords travel in the clear over http: only loopback, or who says so, may do that."""
    local = settings.public_host in ("127.0.0.1", "localhost", "::1")
    if not (settings.secure or local or settings.insecure_http):
        raise ConfigError("SAC_BASE_URL must be https:// (SAC_INSECURE_HTTP=on is for a demo)")


def _refuse_what_is_not_built(values: Mapping[str, str]) -> None:
    """An antivirus that is asked for and not there would be a false promise."""
    if values.get("SAC_CLAMD"):
        raise ConfigError("SAC_CLAMD is set, but this version does not scan files yet")
