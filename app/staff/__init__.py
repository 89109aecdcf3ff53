"""The staff's room: the queue, the case, the counter and what administrators see."""

from importlib import import_module

from app.staff.blueprint import bp

# Each hangs its routes on the blueprint.
for _part in (
    "administration",
    "answer_templates",
    "answering",
    "bulk",
    "calendar",
    "case",
    "counter",
    "legal",
    "people",
    "queue",
    "writing",
):
    import_module(f"app.staff.{_part}")

__all__ = ["bp"]
