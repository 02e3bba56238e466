"""Private servers for development and tests: `python -m scripts.servers start|stop|status`."""
