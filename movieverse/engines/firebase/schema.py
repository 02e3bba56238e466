"""Tables of a store that has none: a note for each, so that migrations know what has been made."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db import NotSupportedError
from django.db.backends.base.creation import BaseDatabaseCreation
from django.db.backends.base.introspection import BaseDatabaseIntrospection, TableInfo
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Field, Model

from .conditions import Row, comparable
from .search import Bounds
from .values import stored

_BATCH = 500
_NUMBERS = ("Auto", "BigAuto", "SmallAuto", "BigInteger", "SmallInteger", "PositiveInteger", "PositiveBigInteger")
_TEXTS = ("Char", "Slug", "File", "FilePath")
_WRITTEN_ALIKE = {
    **{f"{name}Field": "IntegerField" for name in (*_NUMBERS, "PositiveSmallInteger")},
    **{f"{name}Field": "TextField" for name in _TEXTS},
    "MomentField": "DateTimeField",
}


class DatabaseIntrospection(BaseDatabaseIntrospection):
    connection: Any

    def get_table_list(self, cursor: Any) -> list[TableInfo]:
        return [TableInfo(name, "t") for name in self.connection.tables()]

    def table_names(self, cursor: Any = None, include_views: bool = False) -> list[str]:
        return sorted(self.connection.tables())

    def get_sequences(self, cursor: Any, table_name: str, table_fields: Any = ()) -> list[Any]:
        return []


class DatabaseCreation(BaseDatabaseCreation):
    """The test database is another path of the same database."""

    connection: Any

    def _execute_create_test_db(self, cursor: Any, parameters: dict[str, str], keepdb: bool = False) -> None:
        if not keepdb:
            self._destroy_test_db(parameters["dbname"], verbosity=0)

    def _destroy_test_db(self, test_database_name: str, verbosity: int) -> None:
        self.connection.close()
        self.connection.settings_dict["NAME"] = test_database_name
        self.connection.destroy()


class DatabaseSchemaEditor(BaseDatabaseSchemaEditor):
    connection: Any

    def create_model(self, model: type[Model]) -> None:
        _refuse_what_cannot_be(model)
        self.connection.note_table(model._meta.db_table)

    def delete_model(self, model: type[Model]) -> None:
        self.connection.drop([model._meta.db_table], forget=True)

    def add_field(self, model: type[Model], field: Field) -> None:
        """Rows that are there already get the default: what is missing would be read as null."""
        if field.unique:
            raise _keeps_nothing_unique(model, [field.name])
        default = stored(field.get_db_prep_save(self.effective_default(field), self.connection))
        if default is not None:
            self._rewrite(model, lambda row: {str(field.column): default})

    def remove_field(self, model: type[Model], field: Field) -> None:
        self._rewrite(model, lambda row: {str(field.column): None})

    def alter_field(self, model: type[Model], old_field: Any, new_field: Any, strict: bool = False) -> None:
        if old_field.primary_key != new_field.primary_key:
            raise NotSupportedError(f"{model.__name__}: the Realtime Database cannot change which column is the key.")
        if _kind(old_field) != _kind(new_field):
            kinds = f"{type(old_field).__name__} to {type(new_field).__name__}"
            raise NotSupportedError(f"{model.__name__}.{new_field.name}: values stay as they are written ({kinds}).")
        if old_field.null and not new_field.null:
            default = stored(new_field.get_db_prep_save(self.effective_default(new_field), self.connection))
            self._rewrite(model, lambda row: {} if old_field.column in row else {old_field.column: default})
        if old_field.column != new_field.column:
            self._rewrite(model, lambda row: {new_field.column: row.get(old_field.column), old_field.column: None})

    def alter_db_table(self, model: type[Model], old_db_table: str, new_db_table: str) -> None:
        if old_db_table != new_db_table:
            raise NotSupportedError(f"{old_db_table}: the Realtime Database cannot rename a table.")

    def add_index(self, model: type[Model], index: Any) -> None:
        """`manage.py firebase_rules` writes what its rules have to say."""

    def remove_index(self, model: type[Model], index: Any) -> None:
        """As for adding one."""

    def rename_index(self, model: type[Model], old_index: Any, new_index: Any) -> None:
        """It has no name here."""

    def add_constraint(self, model: type[Model], constraint: Any) -> None:
        raise NotSupportedError(f"{model.__name__}: the Realtime Database keeps no constraint ({constraint.name}).")

    def remove_constraint(self, model: type[Model], constraint: Any) -> None:
        """There was none."""

    def alter_unique_together(self, model: type[Model], old: Any, new: Any) -> None:
        if new:
            raise NotSupportedError(f"{model.__name__}: the Realtime Database keeps nothing unique but keys.")

    def alter_index_together(self, model: type[Model], old: Any, new: Any) -> None:
        """As for an index."""

    def execute(self, sql: Any, params: Any = ()) -> None:
        raise NotSupportedError("The Realtime Database speaks no SQL.")

    def _rewrite(self, model: type[Model], changes: Callable[[Row], Row]) -> None:
        for rows in self._batches(model):
            changed = {key: (row, row | changes(row)) for key, row in rows.items()}
            self.connection.change_rows(model._meta.db_table, model._meta.pk.column, changed, {})

    def _batches(self, model: type[Model]) -> Iterator[dict[str, Row]]:
        table, column = model._meta.db_table, str(model._meta.pk.column)
        start: Any = False
        while True:
            found = self.connection.pick(table, **Bounds(column, start).parameters(), limitToFirst=_BATCH)
            new = {key: row for key, row in found.items() if row[column] != start}
            if not new:
                return
            yield new
            start = max((row[column] for row in new.values()), key=comparable(model._meta.pk))


def _refuse_what_cannot_be(model: type[Model]) -> None:
    fields: Any = model._meta.local_concrete_fields
    unique = [field.name for field in fields if field.unique and not field.primary_key]
    unique += [constraint.name for constraint in model._meta.constraints]
    if unique or model._meta.unique_together:
        raise _keeps_nothing_unique(model, unique or ["unique_together"])


def _keeps_nothing_unique(model: type[Model], names: list[str]) -> NotSupportedError:
    return NotSupportedError(
        f"{model.__name__}: the Realtime Database keeps nothing unique but keys, nor any other constraint "
        f"({', '.join(names)})."
    )


def _kind(field: Any) -> str:
    name = str(field.get_internal_type())
    return _WRITTEN_ALIKE.get(name, name)
