"""The ids of IMDb, which many tables have as bare numbers."""

import re

_ID = re.compile(r"(?:tt)?(\d{1,10})", re.ASCII)


def spelled(text: str) -> str:
    """As IMDb writes it, such as tt0113277; empty if it is no title's."""
    match = _ID.fullmatch(text)
    return f"tt{int(match[1]):07}" if match else ""
