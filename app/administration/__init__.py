"""The administrators' room: what an entity decides for itself, in the browser."""

from importlib import import_module

from app.administration.blueprint import bp

# Each hangs its routes on the blueprint.
for _part in (
    "answer_templates",
    "calendar",
    "changes",
    "entities",
    "index",
    "mail",
    "offices",
    "people",
    "portal_texts",
    "procedures",
    "reminding",
    "reserve_team",
    "rules",
    "settling",
    "tables",
    "topics",
):
    import_module(f"app.administration.{_part}")

__all__ = ["bp"]
