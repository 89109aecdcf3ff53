"""Coming in and going out: Ingreso, its two cookies, and a forgotten password."""

from app.auth.views import bp

__all__ = ["bp"]
