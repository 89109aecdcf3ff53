"""The staff's room: the queue, the case and the counter."""

from importlib import import_module

from app.staff.blueprint import bp

# Each hangs its routes on the blueprint.
for _part in (
    "absences",
    "answering",
    "bulk",
    "case",
    "counter",
    "legal",
    "moving",
    "people",
    "queue",
    "related",
    "reserve",
    "telling",
    "workload",
    "writing",
):
    import_module(f"app.staff.{_part}")

__all__ = ["bp"]
