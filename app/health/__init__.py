"""What operators and load balancers ask."""

from app.health.views import bp

__all__ = ["bp"]
