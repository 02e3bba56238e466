"""How values of Django's fields are written: texts that sort as what they say, and numbers."""

import datetime
import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.db import DataError
from django.db.backends.base.features import BaseDatabaseFeatures
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.backends.utils import format_number
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime, parse_time

from .values import BIGGEST_NUMBER, Document, decoded, encoded


class DatabaseFeatures(BaseDatabaseFeatures):
    allow_sliced_subqueries_with_in = False
    can_introspect_foreign_keys = False
    can_return_columns_from_insert = True
    can_return_rows_from_bulk_insert = True
    has_native_json_field = True
    has_native_uuid_field = False
    has_select_for_update = True
    supports_collation_on_charfield = False
    supports_collation_on_textfield = False
    supports_column_check_constraints = False
    supports_expression_defaults = False
    supports_expression_indexes = False
    supports_foreign_keys = False
    supports_json_field_contains = False
    supports_over_clause = False
    supports_paramstyle_pyformat = False
    supports_partial_indexes = False
    supports_select_difference = False
    supports_select_intersection = False
    supports_select_union = False
    supports_sequence_reset = False
    supports_table_check_constraints = False
    supports_timezones = False
    # Django's atomic() does nothing here: `movieverse.atomic` is this engine's transaction.
    supports_transactions = False
    supports_update_conflicts = True
    supports_update_conflicts_with_target = True
    uses_savepoints = False


class DatabaseOperations(BaseDatabaseOperations):
    connection: Any
    compiler_module = "movieverse.engines.firebase.compiler"

    def bulk_batch_size(self, fields: Sequence[Any], objs: Sequence[Any]) -> int:
        """Of `bulk_update`, each of whose rows is compared with the keys of all others of its batch."""
        return 100 if len(fields) > 1 and fields[0] == "pk" else len(objs)

    def quote_name(self, name: str) -> str:
        return name

    def integer_field_range(self, internal_type: str) -> tuple[int, int]:
        least, most = super().integer_field_range(internal_type)
        return max(least, -BIGGEST_NUMBER), min(most, BIGGEST_NUMBER)

    def adapt_integerfield_value(self, value: Any, internal_type: str) -> Any:
        return value

    def adapt_datefield_value(self, value: Any) -> Any:
        return value if value is None or hasattr(value, "resolve_expression") else value.isoformat()

    def adapt_datetimefield_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        if timezone.is_aware(value):
            value = value.astimezone(datetime.UTC).replace(tzinfo=None)
        return f"{value.isoformat(timespec='microseconds')}Z"

    def adapt_timefield_value(self, value: Any) -> Any:
        if value is None or hasattr(value, "resolve_expression"):
            return value
        return value.isoformat(timespec="microseconds")

    def adapt_decimalfield_value(
        self, value: Any, max_digits: int | None = None, decimal_places: int | None = None
    ) -> Any:
        return None if value is None else format_number(value, max_digits, decimal_places)

    def adapt_json_value(self, value: Any, encoder: Any) -> Any:
        try:
            return Document(encoded(json.loads(json.dumps(value, cls=encoder))))
        except ValueError as error:
            raise DataError(f"That is no JSON: {error}") from error

    def get_db_converters(self, expression: Any) -> list[Any]:
        own = _CONVERTERS.get(expression.output_field.get_internal_type())
        return [*super().get_db_converters(expression), *([own] if own else [])]

    def sql_flush(
        self, style: Any, tables: Sequence[str], *, reset_sequences: bool = False, allow_cascade: bool = False
    ) -> list[str]:
        return list(tables)

    def execute_sql_flush(self, sql_list: Iterable[str]) -> None:
        self.connection.drop(sql_list)

    def sequence_reset_sql(self, style: Any, model_list: Any) -> list[str]:
        return []  # what is loaded with numbers has raised the counters already


def _moment(value: Any, expression: Any, connection: Any) -> Any:
    moment = parse_datetime(value) if isinstance(value, str) else value
    if moment is None or settings.USE_TZ:
        return moment
    return timezone.make_naive(moment, connection.timezone)


def _day(value: Any, expression: Any, connection: Any) -> Any:
    return parse_date(value) if isinstance(value, str) else value


def _time(value: Any, expression: Any, connection: Any) -> Any:
    return parse_time(value) if isinstance(value, str) else value


def _decimal(value: Any, expression: Any, connection: Any) -> Any:
    return None if value is None else expression.output_field.to_python(value)


def _float(value: Any, expression: Any, connection: Any) -> Any:
    return None if value is None else float(value)  # 1.0 comes back as 1


def _json(value: Any, expression: Any, connection: Any) -> Any:
    return None if value is None else json.dumps(decoded(value))


def _list(value: Any, expression: Any, connection: Any) -> Any:
    """Others may have written there what is none."""
    return decoded(value) if isinstance(value, list) else []


def _uuid(value: Any, expression: Any, connection: Any) -> Any:
    return None if value is None else uuid.UUID(value)


_CONVERTERS = {
    "DateTimeField": _moment,
    "MomentField": _moment,
    "DateField": _day,
    "TimeField": _time,
    "DecimalField": _decimal,
    "FloatField": _float,
    "JSONField": _json,
    "ListField": _list,
    "UUIDField": _uuid,
}
