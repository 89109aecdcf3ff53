"""The blueprint of the citizen's room, which its modules hang their routes on."""

from flask import Blueprint

bp = Blueprint("citizen", __name__)
