"""One's own account: registration data, password, devices, and stopping the notices."""

from app.profile.views import bp

__all__ = ["bp"]
