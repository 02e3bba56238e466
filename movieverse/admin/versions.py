"""Rows that several people work on: nobody writes over what somebody else has changed meanwhile, unless told to."""

import json
from collections.abc import Callable
from functools import cache, cached_property
from typing import Any, cast
from zlib import crc32

from django import forms
from django.db.models import Model
from django.forms.utils import pretty_name
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from movieverse.admin.forms import UnchangedText, plain
from movieverse.admin.html import once
from movieverse.admin.options import StoreModelAdmin
from movieverse.admin.rows import RowsBoundField, RowsField, RowsFormSet
from movieverse.lookups import as_number

_MOST_TOLD = 2_000  # characters of a text

CONFLICT = "Somebody else has changed this since you opened it. Nothing is saved yet: see above."


class _Beside:
    """A hidden field that is nothing of the row's."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class _OpenedField(_Beside, forms.JSONField):
    widget = forms.HiddenInput


class _OverwriteField(_Beside, forms.IntegerField):
    widget = forms.HiddenInput


class VersionedForm(UnchangedText, forms.ModelForm):
    """A form that knows what it was opened with, hence what somebody else has changed meanwhile.

    Their changes stay. Whoever has changes of their own is shown both, and may then save those, in place of
    what is stored (`overwrite` is the version that they were shown).
    """

    opened = _OpenedField(required=False)  # {field: digest of what was shown}
    overwrite = _OverwriteField(required=False)

    conflict = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored_version = self.instance.version if self.instance.pk else None  # a service raises the instance's
        self.kept: set[str] = set()
        for name, field in self.fields.items():
            if isinstance(field, RowsField) and field.read and self.instance.pk:
                self.initial[name] = field.read(self.instance)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name == "opened" and self.instance.pk:
            return {name: self._digest(name, self[name].initial) for name in self._of_the_row}
        return super().get_initial_for_field(field, field_name)

    @property
    def _of_the_row(self) -> list[str]:
        return [name for name, field in self.fields.items() if not isinstance(field, _Beside)]

    def _digest(self, name: str, value: Any) -> int:
        field = self.fields[name]
        value = field.comparable(value) if isinstance(field, RowsField) else value
        return crc32(json.dumps(_comparable(value), default=str).encode())

    @cached_property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name not in self.kept]

    @cached_property
    def changed_by_others(self) -> list[str]:
        opened = self.cleaned_data.get("opened")
        if not isinstance(opened, dict):
            return []
        return [
            name
            for name in self._of_the_row
            if name in opened and opened[name] != self._digest(name, self[name].initial)
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self.changed_by_others:
            if name in self.cleaned_data and self._is_as_opened(name):
                self.kept.add(name)
                self.cleaned_data[name] = self[name].initial
        told = self.cleaned_data.get("overwrite") == self.stored_version
        if self.changed_by_others and self.changed_data and not told:
            self.conflict = True
            self.add_error(None, CONFLICT)
        return self.cleaned_data

    def _is_as_opened(self, name: str) -> bool:
        return self._digest(name, self.cleaned_data[name]) == self.cleaned_data["opened"][name]

    def rows(self, name: str) -> RowsFormSet:
        """The table of a field of rows."""
        return cast(RowsBoundField, self[name]).formset

    @property
    def changes_row(self) -> bool:
        """Whether the row itself is to be written, not only what hangs on it."""
        own = {field.name for field in self.instance._meta.fields}
        return not own.isdisjoint(self.changed_data)

    def differences(self) -> list[tuple[str, str, str]]:
        """What a curator has changed: as it is stored now, and as it stands in the form."""
        return [
            (str(self[name].label), *_told(self.fields[name], self[name].initial, self.cleaned_data[name]))
            for name in self.changed_data
            if name in self.cleaned_data
        ]

    def kept_labels(self) -> list[str]:
        return [str(self[name].label) for name in self.changed_by_others if name in self.kept]


def _comparable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_comparable(item) for item in value]
    return plain(value) if isinstance(value, str) else value if value is not None else ""


def _told(field: Any, stored: Any, typed: Any) -> tuple[str, str]:
    if isinstance(field, RowsField):
        return field.told(stored or [], typed), field.told(typed, stored or [])
    tell = getattr(field, "told", _text)
    return tell(stored), tell(typed)


def _text(value: Any) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
    return text if len(text) <= _MOST_TOLD else f"{text[:_MOST_TOLD]}…"


class VersionedAdmin(StoreModelAdmin):
    """Subclasses hand `form.stored_version` and `deleted_version(request)` to their services.

    A form's fields that have a way to be `shown` are, to those who may not change them.
    """

    form: type[VersionedForm] = VersionedForm
    change_form_before_template = "admin/movieverse/version.html"
    warn_unsaved_form = False  # admin.js does: unfold's listens to each of a thousand inputs, again and again

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page that asks is of one version: what has changed by the time of the answer is not deleted."""
        if request.method == "GET" and "version" not in request.GET:
            row = self.get_object(request, object_id)
            if row is not None and self.has_delete_permission(request, row):
                query = request.GET.copy()
                query["version"] = str(row.version)
                return HttpResponseRedirect(f"{request.path}?{query.urlencode()}")
        return super().delete_view(request, object_id, extra_context)

    def deleted_version(self, request: HttpRequest) -> int | None:
        return as_number(request.GET.get("version", ""))

    def only_shown(self, request: HttpRequest, obj: Model | None) -> set[str]:
        """Fields that this user may not change, although the row may be."""
        return set()

    def _read_only(self, request: HttpRequest, obj: Model | None) -> dict[str, Any]:
        fields = {name: field for name, field in self.form.declared_fields.items() if hasattr(field, "shown")}
        may_change = self.has_change_permission(request, obj) if obj else self.has_add_permission(request)
        names = self.only_shown(request, obj) if may_change else set(fields)
        return {name: _column(name, field) for name, field in fields.items() if name in names}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = self._read_only(request, obj)
        return (*super().get_readonly_fields(request, obj), *shown, *shown.values())

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        shown = self._read_only(request, obj)
        return [
            (title, {**options, "fields": _replaced(options["fields"], shown)})
            for title, options in super().get_fieldsets(request, obj)
        ]


def _replaced(fields: Any, by: dict[str, Any]) -> list[Any]:
    return [_replaced(field, by) if isinstance(field, list | tuple) else by.get(field, field) for field in fields]


@cache
def _column(name: str, field: Any) -> Callable[[Model], str]:
    """A field of a form as a column of a page that is only read; the same each time, for Django compares them."""

    @once
    def column(row: Model) -> str:
        return field.shown(row, name)

    column.__name__ = f"{name}_shown"
    column.short_description = str(field.label or pretty_name(name))  # type: ignore[attr-defined]
    return column
