"""The public pages: what the office does and how to begin."""

from app.portal.views import bp

__all__ = ["bp"]
