"""Opening an account on line (Registrarse), completing the one opened at the counter, accepting an
invitation to the staff, and making the first entity of an installation."""

from importlib import import_module

from app.registration.views import bp

# Each hangs its routes on the blueprint.
for _part in ("installing", "invitation"):
    import_module(f"app.registration.{_part}")

__all__ = ["bp"]
