"""How files come into the product: each part of a form streams to the uploads folder."""

from __future__ import annotations

from typing import IO, cast

from flask import Flask, Request, current_app, request

from app.config import Settings
from app.services.parts import Part
from app.services.storage import Store

# Bytes of a form without files. The longest text that we take, all of it accented, is a quarter.
MAX_PLAIN_FORM = 1_000_000


class StreamingRequest(Request):
    """A request whose files are written where they will stay, never to memory or `/tmp`.

    Files over the size and those after the last that fits are read and thrown away, so that the
    other fields of the form and the good files come through.
    """

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 - the parser gives it by name
        content_type: str | None,  # noqa: ARG002 - the parser gives it by name
        filename: str | None = None,
        content_length: int | None = None,  # noqa: ARG002 - the parser gives it by name
    ) -> IO[bytes]:
        chosen = store()
        is_wanted = bool(filename) and self._named < chosen.max_files
        part = chosen.new_part() if is_wanted else chosen.new_part(limit=0)
        self._named += bool(filename)
        self._parts.append(part)
        return cast(IO[bytes], part)

    @property
    def _parts(self) -> list[Part]:
        parts: list[Part] = self.__dict__.setdefault("sac.parts", [])
        return parts

    @property
    def _named(self) -> int:
        return cast(int, self.__dict__.get("sac.named_files", 0))

    @_named.setter
    def _named(self, count: int) -> None:
        self.__dict__["sac.named_files"] = count

    def close(self) -> None:
        """Remove what was not kept, also when the form was cut short."""
        super().close()
        for part in self._parts:
            part.close()


def init_app(app: Flask, settings: Settings) -> None:
    """Let the app receive files."""
    app.request_class = StreamingRequest
    app.before_request(_limit_plain_form)
    app.extensions["store"] = Store(
        settings.storage,
        secret_key=settings.secret_key,
        max_file_mb=settings.max_file_mb,
        max_files=settings.max_files,
    )


def _limit_plain_form() -> None:
    """Stop what the parser does not: it reads a form that carries no files whole into memory."""
    if request.mimetype == "application/x-www-form-urlencoded":
        limit = current_app.config["MAX_CONTENT_LENGTH"]
        request.max_content_length = min(MAX_PLAIN_FORM, limit)


def store() -> Store:
    """The store of the running app."""
    return cast(Store, current_app.extensions["store"])
