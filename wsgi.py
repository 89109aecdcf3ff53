"""The application object that servers and the `flask` command load."""

import sys

from app import create_app, migrating
from app.config import ConfigError

try:
    app = create_app()
except ConfigError as problem:
    sys.exit(f"SAC cannot start: {problem}")
migrating.prepare(app)
