"""The texts of the demo: what is asked, what is said on the way and what is answered."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from app.domain.requerimiento import Kind


@dataclass(frozen=True, kw_only=True)
class Story:
    """One requerimiento from the filing to the answer. Texts that are "" are not written."""

    kind: Kind
    topic: str
    body: str
    files: tuple[str, ...] = ()
    note: str = ""
    message: str = ""
    contribution: str = ""
    contribution_files: tuple[str, ...] = ()
    answer: str
    answer_files: tuple[str, ...] = ()
    teller: str = ""  # «colegio», «organización», or anybody

    def told(self, random: Random) -> Story:
        """The story with its blanks filled in, each everywhere with the same word."""
        chosen = {name: random.choice(words) for name, words in _library().words.items()}
        body = " ".join(filter(None, [chosen["opening"], self.body.format(**chosen)]))
        return replace(
            self,
            body="\n\n".join(filter(None, [body, chosen["closing"]])),
            note=self.note.format(**chosen),
            message=self.message.format(**chosen),
            contribution=self.contribution.format(**chosen),
            answer=self.answer.format(**chosen),
        )


@dataclass(frozen=True)
class _Library:
    stories: tuple[Story, ...]
    words: dict[str, list[str]]
    reminders: list[str]


def stories() -> tuple[Story, ...]:
    """Every story, with its blanks."""
    return _library().stories


def reminder(random: Random) -> str:
    """What a citizen writes when the term has ended without an answer."""
    return random.choice(_library().reminders)


@cache
def _library() -> _Library:
    content = tomllib.loads(
        files("app.services.demo").joinpath("stories.toml").read_text(encoding="utf-8")
    )
    return _Library(tuple(map(_story, content["story"])), content["words"], content["reminders"])


def _story(values: dict[str, Any]) -> Story:
    texts = {name: value.strip() for name, value in values.items() if isinstance(value, str)}
    lists = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Story(**{**values, **texts, **lists, "kind": Kind(values["kind"])})
