"""The staff's room: the queue, the case, the counter and what administrators see."""

from app.staff import administration, case, counter, people, queue, writing
from app.staff.blueprint import bp

__all__ = ["administration", "bp", "case", "counter", "people", "queue", "writing"]
