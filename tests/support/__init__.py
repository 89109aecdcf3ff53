"""What the tests stand on: databases, a strict page client, a mail server, a browser."""
