"""Lists of documents as tables of inputs, a row for each: one form field that holds a formset.

The fields of a row come from the TypedDict that describes a document. A row that nobody touched is kept letter
for letter; so is a whole list that a request says nothing about.
"""

from collections.abc import Callable
from functools import cached_property
from types import NoneType
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from django import forms
from django.db.models import Model
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.forms.utils import pretty_name
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from movieverse.admin.forms import UnchangedText
from movieverse.admin.html import row_link, table
from movieverse.admin.picks import PickField, labels_of
from movieverse.lookups import as_number

MOST_ROWS = 5_000
_HIGHEST_NUMBER = 2**31 - 1
_BESIDE = {ORDERING_FIELD_NAME, DELETION_FIELD_NAME}
_LONG = 20  # rows from which on a table has a filter
_MOST_TOLD = 5  # rows that are told of in words


class RowForm(UnchangedText, forms.Form):
    stamp: ClassVar[dict[str, Any]] = {}  # what else is set on a row that somebody changed

    @property
    def members(self) -> list[BoundField]:
        return [self[name] for name in self.fields if name not in _BESIDE]

    @property
    def is_doomed(self) -> bool:
        return bool(getattr(self, "cleaned_data", {}).get(DELETION_FIELD_NAME))

    @property
    def changed_members(self) -> set[str]:
        return set(self.changed_data) - _BESIDE

    def has_changed(self) -> bool:
        """A new row with nothing but a place is none."""
        return bool(self.changed_members)

    def full_clean(self) -> None:
        """What a source has said is not held against whoever edits something else."""
        super().full_clean()
        if self.initial and not self.changed_members:
            for name in self.errors.keys() - _BESIDE:
                del self.errors[name]

    def document(self) -> dict[str, Any]:
        if self.initial and not self.changed_members:
            return dict(self.initial)
        typed = {name: value for name, value in self.cleaned_data.items() if name not in _BESIDE}
        return {**self.initial, **typed, **self.stamp}


class IsoDateField(forms.DateField):
    """A date as documents hold it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}), **kwargs)

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        return day.isoformat() if day else None


def row_form(shape: type, *, stamp: dict[str, Any] | None = None, **given: forms.Field | None) -> type[RowForm]:
    """A form for documents of a shape. Given fields replace the usual ones; None leaves a member to whoever saves."""
    fields = {name: given[name] if name in given else _field_of(hint) for name, hint in get_type_hints(shape).items()}
    for name, field in fields.items():
        if field:
            field.widget.attrs.setdefault("class", "mv-input")
            field.widget.attrs.setdefault("aria-label", pretty_name(name))
    shown = {name: field for name, field in fields.items() if field}
    return type(f"{shape.__name__}Row", (RowForm,), {**shown, "stamp": stamp or {}})


def _field_of(hint: Any) -> forms.Field:
    if get_origin(hint) is Literal:
        values = get_args(hint)
        choices = [(value, value.replace("_", " ") or "–") for value in values]
        return forms.ChoiceField(choices=choices, required="" not in values, initial=values[0])
    types = get_args(hint) or (hint,)
    optional = NoneType in types
    if bool in types:
        return forms.BooleanField(required=False)
    if int in types:
        return forms.IntegerField(required=not optional, min_value=0, max_value=_HIGHEST_NUMBER)
    return forms.CharField(required=False, empty_value=None if optional else "")


class RowsFormSet(forms.BaseFormSet):
    unique: tuple[str, ...] = ()  # members that no two rows have alike
    ordered: bool

    @property
    def kept(self) -> list[Any]:
        """The rows that are to stay, in their order."""
        known = self.initial_form_count()
        kept = [
            form
            for number, form in enumerate(self.forms)
            if not form.is_doomed and (number < known or form.has_changed())
        ]
        return sorted(kept, key=_place)

    def documents(self) -> list[dict[str, Any]]:
        return [form.document() for form in self.kept]

    @cached_property
    def labels(self) -> dict[str, dict[int, str]]:
        """{member: {id: name}} for the ids in all rows, a query for each member that holds ids."""
        return {name: labels_of(field.model, self._ids(name)) for name, field in _picks(self.form).items()}

    def _ids(self, name: str) -> list[int]:
        values = (as_number(str(form[name].value())) for form in self.forms)
        return [value for value in values if value is not None]

    def clean(self) -> None:
        self._refuse_unknown()
        self._refuse_repeated()

    def _refuse_unknown(self) -> None:
        for name, field in _picks(self.form).items():
            for form in self.kept:
                pk = form.cleaned_data.get(name)
                if pk and pk not in self.labels[name]:
                    form.add_error(name, f"There is no {field.model._meta.verbose_name} {pk}.")

    def _refuse_repeated(self) -> None:
        seen = set()
        for form in self.kept if self.unique else ():
            key = tuple(form.cleaned_data.get(name) for name in self.unique)
            if key in seen and form.changed_members:
                form.add_error(self.unique[0], "This is in the list already.")
            seen.add(key)

    def to_show(self) -> list[Any]:
        """The rows, in the order that was sent, with the names of what they refer to at hand."""
        shown = [*(sorted(self.forms, key=_place) if self.is_bound else self.forms), self.empty_form]
        for name, labels in self.labels.items():
            for form in shown:
                form.fields[name].widget.labels = labels
        return shown


def _place(form: Any) -> tuple[bool, int]:
    place = getattr(form, "cleaned_data", {}).get(ORDERING_FIELD_NAME)
    return place is None, place or 0


def _picks(form: type[forms.Form]) -> dict[str, PickField]:
    return {name: field for name, field in form.base_fields.items() if isinstance(field, PickField)}


class _RowsWidget(forms.Widget):
    def __init__(self, row: type[RowForm]) -> None:
        super().__init__()
        self.row = row

    @property
    def media(self) -> forms.Media:
        return sum((field.widget.media for field in self.row.base_fields.values()), forms.Media())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}-TOTAL_FORMS" not in data

    def id_for_label(self, id_: str) -> str:
        return ""


class RowsBoundField(BoundField):
    field: "RowsField"

    @cached_property
    def formset(self) -> RowsFormSet:
        sent = None if self._is_omitted else self.form.data
        return self.field.formset(sent, initial=self.initial, prefix=self.html_name, auto_id=False)

    @property
    def _is_omitted(self) -> bool:
        data, files = self.form.data, self.form.files
        return not self.form.is_bound or self.field.widget.value_omitted_from_data(data, files, self.html_name)

    @property
    def data(self) -> RowsFormSet | None:  # type: ignore[override]
        return None if self._is_omitted else self.formset

    def as_widget(self, *args: Any, **kwargs: Any) -> SafeString:
        *rows, empty = self.formset.to_show()
        context = {
            "name": self.html_name,
            "formset": self.formset,
            "rows": rows,
            "empty": empty,
            "add": self.field.add,
            "long": len(rows) >= _LONG,
        }
        return render_to_string("admin/movieverse/rows.html", context)


class RowsField(forms.Field):
    """A list of documents. `read` tells them of a row of the database whose field of this name they are not."""

    def __init__(
        self,
        row: type[RowForm],
        *,
        ordered: bool = False,
        unique: tuple[str, ...] = (),
        read: Callable[[Any], list[dict[str, Any]]] | None = None,
        add: str = "Add a row",
        **kwargs: Any,
    ) -> None:
        self.read, self.add = read, add
        own = type("Rows", (RowsFormSet,), {"unique": unique, "ordered": ordered})
        self.formset: Any = forms.formset_factory(
            row,
            own,
            extra=0,
            can_delete=True,
            can_order=ordered,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS,
            validate_max=True,
        )
        super().__init__(required=False, widget=_RowsWidget(row), **kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        return RowsBoundField(form, self, field_name)

    def clean(self, value: RowsFormSet | None) -> list[dict[str, Any]] | None:
        if value is None:
            return None
        if not value.is_valid():
            raise forms.ValidationError(_what_is_wrong(value))
        return value.documents()

    def has_changed(self, initial: Any, data: RowsFormSet | None) -> bool:
        return data is not None and (not data.is_valid() or data.documents() != (initial or []))

    def comparable(self, items: list[dict[str, Any]] | None) -> list[list[Any]]:
        """What a curator sees of them."""
        return [[item.get(name) for name in self.formset.form.base_fields] for item in items or ()]

    def told(self, items: list[dict[str, Any]], others: list[dict[str, Any]]) -> str:
        """How many there are, and those among them that others are not."""
        known = self.comparable(others)
        own = [item for item, row in zip(items, self.comparable(items), strict=True) if row not in known]
        rows = "1 row" if len(items) == 1 else f"{len(items)} rows"
        if not own:
            return f"{rows}, in another order" if len(items) == len(others) else rows
        return f"{rows}: {'; '.join(self._words(own[:_MOST_TOLD]))}{'; …' if len(own) > _MOST_TOLD else ''}"

    def _words(self, items: list[dict[str, Any]]) -> list[str]:
        labels = self._labels(items)
        given = ({name: item[name] for name in self.formset.form.base_fields if item.get(name)} for item in items)
        return [" · ".join(str(labels.get(name, {}).get(value, value)) for name, value in row.items()) for row in given]

    def _labels(self, items: list[dict[str, Any]]) -> dict[str, dict[int, str]]:
        return {
            member: labels_of(field.model, [item[member] for item in items])
            for member, field in _picks(self.formset.form).items()
        }

    def shown(self, row: Any, name: str) -> SafeString:
        items = self.read(row) if self.read else getattr(row, name)
        fields = self.formset.form.base_fields
        labels = self._labels(items)
        rows = [[_cell(item.get(name), field, labels.get(name)) for name, field in fields.items()] for item in items]
        headers = [str(field.label or pretty_name(member)) for member, field in fields.items()]
        return table(headers, rows, empty="There are none.")


def _what_is_wrong(formset: RowsFormSet) -> list[str]:
    wrong = sum(1 for errors in formset.errors if errors)
    rows = "1 row cannot be saved as it is." if wrong == 1 else f"{wrong} rows cannot be saved as they are."
    return [*formset.non_form_errors(), *([rows] if wrong else [])]


def _cell(value: Any, field: forms.Field, labels: dict[int, str] | None) -> Any:
    if labels is None:
        return value
    model: type[Model] = field.model  # type: ignore[attr-defined]
    return row_link(model, value, labels.get(value, f"{model._meta.verbose_name} {value}"))
