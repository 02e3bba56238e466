"""What can be asked of text so that an index answers, on every engine."""

import re

from django.db.models import Q

_NUMBER = re.compile(r"-?[0-9]{1,18}")


def starts_with(field: str, start: str) -> Q:
    """As a range: LIKE is not served by the index on every engine, and regular expressions by none."""
    return Q(**{f"{field}__gte": start, f"{field}__lt": f"{start}\U0010ffff"})


def as_number(term: str) -> int | None:
    return int(term) if _NUMBER.fullmatch(term) else None
