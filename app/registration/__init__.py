"""Opening an account on line (Registrarse), or completing the one opened at the counter."""

from app.registration.views import bp

__all__ = ["bp"]
