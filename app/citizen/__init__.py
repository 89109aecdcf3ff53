"""The citizen's room: file a requerimiento, follow it, and read its answer."""

from app.citizen import filing, following, guest
from app.citizen.blueprint import bp

__all__ = ["bp", "filing", "following", "guest"]
