"""How many rows a list has, as exactly as the caller cares to pay for."""

from typing import Any

from django.db import connections
from django.db.models import QuerySet

MOST_COUNTED = 10_000

_STATISTICS = {
    "postgresql": "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
    "mysql": ("SELECT table_rows FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = %s"),
}


def exact(queryset: QuerySet[Any]) -> dict[str, Any]:
    # With a condition, for MongoDB answers a bare count from its statistics.
    return {"value": queryset.filter(pk__isnull=False).count(), "kind": "exact"}


def estimated(queryset: QuerySet[Any]) -> dict[str, Any]:
    """Of a whole table what the engine's statistics say; of a part of it a count that stops at MOST_COUNTED.

    Its kind says what it is: `exact`, `estimated`, or `at_least` where there are more.
    """
    if not queryset.query.where:
        value = _by_statistics(queryset)
        return exact(queryset) if value is None else {"value": value, "kind": "estimated"}
    counted = queryset.order_by()[: MOST_COUNTED + 1].count()
    if counted > MOST_COUNTED:
        return {"value": MOST_COUNTED, "kind": "at_least"}
    return {"value": counted, "kind": "exact"}


def _by_statistics(queryset: QuerySet[Any]) -> int | None:
    """None where the engine has none, or has not looked at the table yet."""
    connection = connections[queryset.db]
    if connection.vendor == "mongodb":
        return queryset.count()  # of a whole collection it is the server's own estimate
    if connection.vendor not in _STATISTICS:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_STATISTICS[connection.vendor], [queryset.model._meta.db_table])
        (value,) = cursor.fetchone()
    return value if value is not None and value >= 0 else None


COUNTS = {"exact": exact, "estimated": estimated}
