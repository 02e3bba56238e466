"""Model fields that mean the same on MongoDB, SQLite, PostgreSQL and MySQL."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.core import checks
from django.core.exceptions import EmptyResultSet, FieldError, FullResultSet, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import connections, models, router
from django.db.models.lookups import Lookup


class FoldedField(models.CharField):
    """A short text that is compared and ordered by its code points on every engine.

    The owner stores it folded (`movieverse.text`); PostgreSQL and MySQL are told not to fold once more.
    """

    _COLLATIONS = {"postgresql": "C", "mysql": "utf8mb4_bin"}

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        return super().db_parameters(connection) | {"collation": self._COLLATIONS.get(connection.vendor)}


class MomentField(models.DateTimeField):
    """A point in time, kept to the millisecond: that is all that MongoDB keeps."""

    def pre_save(self, model_instance: models.Model, add: bool) -> datetime | None:
        value = super().pre_save(model_instance, add)
        if value is not None:
            value = value.replace(microsecond=value.microsecond // 1000 * 1000)
            setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if type(value) is datetime and value.tzinfo:  # as it nearly always is: there is nothing to look after
            return connection.ops.adapt_datetimefield_value(value)
        return super().get_db_prep_value(value, connection, prepared)


class DocumentField(models.JSONField):
    """Nested JSON for display only.

    A lookup into it would find on MongoDB and find nothing on SQLite, without a word; so there is none.
    """

    def get_transform(self, name: str) -> Any:
        raise FieldError(
            f"{self.model.__name__}.{self.name} is nested JSON and cannot be looked into ({name!r}): "
            "keep the ids to filter by in a ListField."
        )

    def get_lookup(self, name: str) -> Any:
        return super().get_lookup(name) if name == "isnull" else self.get_transform(name)


def _no_nul_characters(lines: list[str]) -> None:
    for line in lines:
        ProhibitNullCharactersValidator()(line)


class LinesField(forms.Field):
    """A form field that shows a list one item a line."""

    widget = forms.Textarea
    default_validators = [_no_nul_characters]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, list | tuple) else value

    def to_python(self, value: Any) -> list[str]:
        lines = value if isinstance(value, list) else (value or "").splitlines()
        return [line.strip() for line in lines if line.strip()]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(item) for item in initial or []] != self.to_python(data)


def _json(items: Any) -> str:
    """As it is stored: MariaDB compares JSON texts, to which an escaped é is another letter."""
    return json.dumps(items, ensure_ascii=False)


class ListField(models.Field):
    """A list of plain values: an array on MongoDB and Firebase, JSON elsewhere.

    The lookups `has`, `has_any` and `has_all` are all there is. The order of the items is kept.
    """

    _TYPES = {"mongodb": "array", "firebase": "array", "postgresql": "jsonb", "mysql": "json", "sqlite": "text"}

    def __init__(self, base_field: models.Field, **kwargs: Any) -> None:
        self.base_field = base_field
        kwargs.setdefault("default", list)
        super().__init__(**kwargs | {"blank": True})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, [self.base_field.clone(), *args], kwargs

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        errors = super().check(**kwargs)
        if self.null:
            errors.append(checks.Error("A ListField is never null.", obj=self, id="movieverse.E003"))
        return errors

    def db_type(self, connection: Any) -> str:
        return self._TYPES[connection.vendor]

    def get_placeholder(self, value: Any, compiler: Any, connection: Any) -> str:
        return "%s::jsonb" if connection.vendor == "postgresql" else "%s"

    def to_python(self, value: Any) -> list[Any]:
        if isinstance(value, str):
            try:
                value = json.loads(value)
            except json.JSONDecodeError:
                raise ValidationError(f"{value!r} is not a JSON list.") from None
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            raise ValidationError(f"{value!r} is not a list.")
        return [self.base_field.to_python(item) for item in value]

    def validate(self, value: list[Any], model_instance: models.Model | None) -> None:
        super().validate(value, model_instance)
        for item in value:
            self.base_field.run_validators(item)

    def get_prep_value(self, value: Any) -> list[Any]:
        return [self.base_field.get_prep_value(item) for item in value or ()]

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        items = value if prepared else self.get_prep_value(value)
        return _json(items) if connection.speaks_sql else items

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Any]:
        return json.loads(value) if isinstance(value, str) else list(value or ())

    def value_to_string(self, obj: models.Model) -> str:
        return _json(self.value_from_object(obj))

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": LinesField} | kwargs)

    def get_transform(self, name: str) -> Any:
        return None

    def get_lookup(self, name: str) -> type[Lookup] | None:
        return _LIST_LOOKUPS.get(name)


class _ListLookup(Lookup):
    mongodb_operator: str

    def get_prep_lookup(self) -> list[Any]:
        return [self.lhs.output_field.base_field.get_prep_value(item) for item in self._given()]

    def _given(self) -> Iterable[Any]:
        if isinstance(self.rhs, str) or not isinstance(self.rhs, Iterable):
            raise FieldError(f"{self.lookup_name} takes a list, not {self.rhs!r}.")
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        self._refuse_empty()
        column, _ = compiler.compile(self.lhs)  # a plain column: it has no parameters of its own
        return getattr(self, f"_{connection.vendor}")(column)

    def as_mql(self, compiler: Any, connection: Any, as_expr: bool = False) -> dict[str, Any]:
        self._refuse_empty()
        return {self.lhs.as_mql(compiler, connection): {self.mongodb_operator: self.rhs}}

    def _refuse_empty(self) -> None:
        raise NotImplementedError


class HasAll(_ListLookup):
    lookup_name = "has_all"
    mongodb_operator = "$all"

    def _refuse_empty(self) -> None:
        if not self.rhs:
            raise FullResultSet

    def _postgresql(self, column: str) -> Any:
        return f"{column} @> %s::jsonb", [_json(self.rhs)]

    def _mysql(self, column: str) -> Any:
        return f"JSON_CONTAINS({column}, %s)", [_json(self.rhs)]

    def _sqlite(self, column: str) -> Any:
        one = f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value = %s)"
        return f"({' AND '.join([one] * len(self.rhs))})", self.rhs


class HasAny(_ListLookup):
    lookup_name = "has_any"
    mongodb_operator = "$in"

    def _refuse_empty(self) -> None:
        if not self.rhs:
            raise EmptyResultSet

    def _postgresql(self, column: str) -> Any:
        one = f"{column} @> %s::jsonb"
        return f"({' OR '.join([one] * len(self.rhs))})", [_json([item]) for item in self.rhs]

    def _mysql(self, column: str) -> Any:
        return f"JSON_OVERLAPS({column}, %s)", [_json(self.rhs)]

    def _sqlite(self, column: str) -> Any:
        places = ", ".join(["%s"] * len(self.rhs))
        return f"EXISTS (SELECT 1 FROM json_each({column}) WHERE value IN ({places}))", self.rhs


class Has(HasAll):
    lookup_name = "has"

    def _given(self) -> Iterable[Any]:
        return [self.rhs]


_LIST_LOOKUPS: dict[str, type[Lookup]] = {lookup.lookup_name: lookup for lookup in (Has, HasAll, HasAny)}


class ListIndex(models.Index):
    """An index that serves `has…` on its ListField, which comes first, where the engine has such a thing.

    MongoDB indexes the items and whatever fields follow; PostgreSQL gets a GIN index on the list alone;
    SQLite and MySQL read the rows.
    """

    suffix = "list"

    def create_sql(self, model: type[models.Model], schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return "SELECT 1"  # a schema editor executes what it gets, and needs something to execute
        column = cast(models.Field, model._meta.get_field(self.fields[0])).column
        quote = schema_editor.quote_name
        return (
            f"CREATE INDEX {quote(self.name)} ON {quote(model._meta.db_table)} "
            f"USING gin ({quote(column)} jsonb_path_ops)"
        )

    def remove_sql(self, model: type[models.Model], schema_editor: Any, **kwargs: Any) -> Any:
        if schema_editor.connection.vendor != "postgresql":
            return "SELECT 1"
        return super().remove_sql(model, schema_editor, **kwargs)


class SequenceField(models.BigAutoField):
    """A primary key that the store counts up when a row is written, also one that has no such thing.

    A number is taken within the transaction and never given back, so numbers may be missing, and those of two
    transactions may be committed in either order.
    """

    def db_type(self, connection: Any) -> str | None:
        return "long" if connection.vendor == "mongodb" else super().db_type(connection)

    def _check_backend_specific_checks(self, databases: Any = None, **kwargs: Any) -> list[checks.CheckMessage]:
        return []  # it is what MongoDB's backend asks for instead of an AutoField

    def get_pk_value_on_save(self, instance: models.Model) -> Any:
        number([instance])
        return instance.pk


def number(rows: Sequence[models.Model]) -> None:
    """Give new rows with a SequenceField their numbers at once, where the store does not do so by itself."""
    model = type(rows[0])
    connection: Any = connections[router.db_for_write(model)]
    if not connection.speaks_sql:
        for row, pk in zip(rows, connection.next_numbers(model._meta.db_table, len(rows)), strict=True):
            row.pk = pk
