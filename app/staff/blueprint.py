"""The blueprint of the staff's room, which its modules hang their routes on."""

from flask import Blueprint

bp = Blueprint("staff", __name__, url_prefix="/gestion")
