"""The blueprint of the administrators' room, which its modules hang their routes on."""

from flask import Blueprint

bp = Blueprint("administration", __name__, url_prefix="/gestion/administracion")
