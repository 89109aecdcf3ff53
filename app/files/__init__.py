"""The only door to the files of a case."""

from app.files.views import bp

__all__ = ["bp"]
