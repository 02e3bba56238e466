"""What the pages of the catalogue's rows share: versions, other sources' ids, where facts come from, and locks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import pluralize
from django.urls import reverse
from unfold.decorators import action

from apps.catalog import services
from apps.catalog.admin.origins import LocksField
from apps.catalog.models import ExternalId
from apps.catalog.models.base import CatalogModel, DescribedModel
from apps.catalog.selectors import external_ids_of, find_by_external_ids, survivor_of
from movieverse.admin.html import row_url
from movieverse.admin.picks import PickableAdmin
from movieverse.admin.rows import RowForm, RowsField
from movieverse.admin.versions import VersionedAdmin, VersionedForm
from movieverse.lookups import as_number

SOURCES_TAB = ("Other sources", {"fields": ("external_ids",), "classes": ("tab",)})
ORIGINS_TAB = ("Where it comes from", {"fields": ("locks", ("created_at", "updated_at")), "classes": ("tab",)})


class _SourceField(forms.CharField):
    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").lower()


class ExternalIdRow(RowForm):
    source = _SourceField(
        max_length=40,
        validators=ExternalId._meta.get_field("source").validators,
        widget=forms.TextInput(attrs={"class": "mv-input", "aria-label": "Source", "placeholder": "imdb"}),
    )
    value = forms.CharField(
        label="Id there",
        max_length=80,
        widget=forms.TextInput(attrs={"class": "mv-input", "aria-label": "Id there", "placeholder": "tt0113277"}),
    )


def ids_field(kind: str) -> RowsField:
    """What other sources call a row of a kind."""

    def read(row: CatalogModel) -> list[dict[str, Any]]:
        return [{"source": known.source, "value": known.value} for known in external_ids_of(kind, row.pk)]

    unique = ("source", "value")
    return RowsField(ExternalIdRow, read=read, unique=unique, label="Known elsewhere as", add="Add an id")


class CatalogForm(VersionedForm):
    """Subclasses of kinds that other sources know have `external_ids`, those whose facts have origins `locks`."""

    kind: str = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        locks = self.fields.get("locks")
        if isinstance(locks, LocksField) and isinstance(self.instance, DescribedModel):
            self.initial["locks"] = locks.describe(self.instance)

    def clean_external_ids(self) -> list[dict[str, Any]] | None:
        """Tell at its row of an id that is already another's."""
        kept = self.rows("external_ids").kept if self.cleaned_data["external_ids"] else []
        for source, rows in _by_source(row for row in kept if row.changed_members).items():
            owners = find_by_external_ids(self.kind, source, rows)
            for value, owner in owners.items():
                if owner != self.instance.pk:
                    rows[value].add_error("value", f"This is already the id of {self.kind} {owner}.")
        if not all(row.is_valid() for row in kept):
            raise forms.ValidationError("An id belongs to one row only: take it off the other one first.")
        return self.cleaned_data["external_ids"]


def _by_source(rows: Iterable[RowForm]) -> dict[str, dict[str, RowForm]]:
    found: dict[str, dict[str, RowForm]] = {}
    for row in rows:
        found.setdefault(row.cleaned_data["source"], {})[row.cleaned_data["value"]] = row
    return found


class CatalogAdmin(PickableAdmin, VersionedAdmin):
    """Subclasses say how a row is saved and deleted; what hangs on it is saved here, after it."""

    form: type[CatalogForm] = CatalogForm
    readonly_fields: tuple[str, ...] = ("created_at", "updated_at")

    def save_row(self, row: Any, **how: Any) -> None:
        raise NotImplementedError

    def delete_row(self, row: Any, **how: Any) -> None:
        raise NotImplementedError

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        """Rows by what a curator types."""
        raise NotImplementedError

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        return (self.lookup(queryset, search_term) if search_term.strip() else queryset), False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is not there yet comes from nowhere."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj else [fieldset for fieldset in fieldsets if fieldset[0] != ORIGINS_TAB[0]]

    def only_shown(self, request: HttpRequest, obj: Any) -> set[str]:
        needed = ("catalog.add_externalid", "catalog.delete_externalid")
        return set() if request.user.has_perms(needed) else {"external_ids"}  # type: ignore[union-attr]

    def save_parts(self, request: HttpRequest, row: Any, form: Any, version: int | None) -> int | None:
        """Save what the form holds beside the row's own fields. Returns the row's version after that."""
        return version

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        version = form.stored_version
        if not change or form.changes_row:
            self.save_row(obj, by=request.user.pk, version=version)
            version = obj.version
        version = self.save_parts(request, obj, form, version)
        if "external_ids" in form.changed_data:
            _save_external_ids(form, obj.pk, request.user.pk)
        if "locks" in form.changed_data:
            _save_locks(form, obj, request.user.pk, version)

    def goes_along(self, row: Any) -> list[str]:
        """What else is deleted with a row."""
        kind = self.form.kind
        known = len(external_ids_of(kind, row.pk)) if kind else 0
        return [f"What other sources call it: {known} id{pluralize(known)}"] if known else []

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        to_delete, *others = super().get_deleted_objects(objs, request)
        return ([*to_delete, *(text for row in objs for text in self.goes_along(row))], *others)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_row(obj, by=request.user.pk, version=self.deleted_version(request))


class MergeableAdmin(CatalogAdmin):
    """Rows of which there may be two that are one. Whoever asks for one that was merged is shown the survivor."""

    actions_detail = ("merge_into",)

    def has_merge_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return request.user.has_perm("curation.merge_rows")

    @action(description="Merge into…", url_path="merge-into", permissions=["merge"])
    def merge_into(self, request: HttpRequest, object_id: str) -> HttpResponse:
        query = {"kind": self.model.COUNTER, "from_id": object_id}
        return HttpResponseRedirect(reverse("admin:curation_merge_add", query=query))

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        pk = as_number(object_id)
        survivor = survivor_of(self.model.COUNTER, pk) if pk else None
        if survivor is None:
            return super()._get_obj_does_not_exist_redirect(request, opts, object_id)
        self.message_user(request, f"The {opts.verbose_name} {pk} was merged into this one.", messages.INFO)
        return HttpResponseRedirect(row_url(self.model, survivor))


def _save_external_ids(form: Any, object_id: int, by: int | None) -> None:
    before, after = form.initial.get("external_ids", []), form.cleaned_data["external_ids"]
    for known in before:
        if known not in after:
            key = ExternalId.key_of(form.kind, known["source"], known["value"])
            services.external_id_delete(key=key, by=by)
    for known in after:
        if known not in before:
            services.external_id_add(kind=form.kind, object_id=object_id, by=by, **known)


def _save_locks(form: Any, row: Any, by: int | None, version: int | None) -> None:
    """Only what somebody ticked or unticked: what is edited in the same form is locked by that alone."""
    before, after = set(form.initial["locks"]), set(form.cleaned_data["locks"])
    if after - before:
        version = services.facts_lock(row=row, facts=sorted(after - before), by=by, version=version).version
    if before - after:
        services.facts_unlock(row=row, facts=sorted(before - after), by=by, version=version)
