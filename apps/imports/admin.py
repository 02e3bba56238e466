"""The curators' pages of imports, and of the rows that these could not use."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from apps.imports.models import Import, RejectedRow
from apps.imports.selectors import jobs_of
from apps.imports.services.imports import import_cancel, import_retry, import_undo
from apps.imports.services.rows import row_edit
from movieverse.admin.html import list_link, row_link, table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.admin.versions import VersionedAdmin, VersionedForm

_STATES = {
    "Queued": "info",
    "Started": "info",
    "Completed": "success",
    "Failed": "danger",
    "Cancelled": "warning",
    "Undone": "warning",
}
_PREFIX = "cell_"  # of the fields of a row's form


@admin.register(Import)
class ImportAdmin(ReadOnlyAdmin):
    list_display = ("id", "dataset", "shown_state", "dry_run", "read", "written", "rejected", "by", "created_at")
    list_display_links = ("id",)
    list_select_related = ("by",)
    sortable_by = ()
    ordering = ("-id",)
    actions = ("cancel", "retry", "undo")
    fields = (
        ("dataset", "shown_state", "mode", "dry_run"),
        ("by", "created_at", "started_at", "ended_at"),
        "reason",
        ("read", "written", "rejected"),
        ("stage", "waiting_for"),
        *("outcomes", "shown_files", "shown_findings"),
        ("retry_of", "undone_at", "undone_by"),
        "left",
    )
    readonly_fields = (
        *("shown_state", "read", "written", "rejected", "stage"),
        *("outcomes", "shown_files", "shown_findings", "left"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Import]:
        return super().get_queryset(request) & jobs_of(request.user)

    def has_import_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("imports.add_import")

    def has_undo_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("imports.undo_import")

    @display(description="state", label=_STATES)
    def shown_state(self, row: Import) -> str:
        return "Undone" if row.undone_at else row.get_state_display()

    @admin.display
    def read(self, row: Import) -> str:
        return f"{row.rows_read:,}"

    @admin.display
    def written(self, row: Import) -> str:
        return f"{row.rows_written:,}"

    @admin.display
    def rejected(self, row: Import) -> SafeString | str:
        if not row.rows_rejected:
            return "0"
        return list_link(RejectedRow, f"{row.rows_rejected:,}", imported__id__exact=row.pk)

    @admin.display(description="is at")
    def stage(self, row: Import) -> str:
        if not row.progress:
            return "–"
        left = "" if row.seconds_left is None else f", {row.seconds_left:.0f} seconds left"
        return f"{row.progress['done']:,} of {row.progress['total']:,} {row.progress['stage']}{left}"

    @admin.display(description="What became of the rows")
    def outcomes(self, row: Import) -> SafeString:
        rows = [(kind, *(f"{number:,}" for number, _ in told)) for kind, told in row.outcomes]
        return table(("Kind", "Created", "Updated", "Unchanged", "Rejected"), rows, "Nothing yet.")

    @admin.display(description="Files")
    def shown_files(self, row: Import) -> SafeString:
        return table(("Name", "Bytes"), [(file["name"], f"{file['bytes']:,}") for file in row.files], "None.")

    @admin.display(description="What was noticed")
    def shown_findings(self, row: Import) -> SafeString:
        rows = [(one["file"], one["detail"], one["suggestion"]) for one in row.findings]
        return table(("File", "What", "What to do"), rows, "Nothing.")

    @admin.display(description="Left by undoing")
    def left(self, row: Import) -> SafeString:
        rows = [(one["store"], one["kind"], one["id"], one["why"]) for one in row.kept]
        return table(("Store", "Row", "Id", "Why"), rows, "Nothing.")

    @admin.action(permissions=["import"], description="Cancel selected imports")
    def cancel(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        for row in queryset:
            import_cancel(row=row)
            self._done(request, row, "Cancelled.")

    @admin.action(permissions=["import"], description="Retry selected imports, or the rows they rejected")
    def retry(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        for row in queryset:
            again = import_retry(row=row, by=request.user.pk)
            self._done(request, row, f"Retried as import {again.pk}.")

    @admin.action(permissions=["undo"], description="Undo selected imports")
    def undo(self, request: HttpRequest, queryset: QuerySet[Import]) -> None:
        for row in queryset:
            import_undo(row=row, by=request.user.pk)
            self._done(request, row, "It is being undone.")

    def _done(self, request: HttpRequest, row: Import, text: str) -> None:
        self.log_change(request, row, text)
        self.message_user(request, f"{row}: {text}", messages.SUCCESS)


class _CellsForm(VersionedForm):
    """A field a column, by its place among the row's; their names are the owner's."""

    @property
    def cells(self) -> dict[str, str]:
        columns = {f"{_PREFIX}{number}": name for number, name in enumerate(self.instance.columns)}
        return {columns[name]: self.cleaned_data[name] for name in self.changed_data if name in columns}


@admin.register(RejectedRow)
class RejectedRowAdmin(ReadOnlyAdmin, VersionedAdmin):
    """Rows are put right here, and then tried again by retrying their import."""

    list_display = ("id", "of_import", "file", "line", "column", "value", "reason", "is_used", "retried_in")
    list_display_links = ("id",)
    list_select_related = ("imported", "retried_in")
    list_filter = ("is_used",)
    sortable_by = ()
    ordering = ("id",)
    readonly_fields = ("of_import", "file", "line", "column", "value", "reason", "is_used", "retried_in")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RejectedRow]:
        rows = super().get_queryset(request)
        everybodys = request.user.has_perm("imports.manage_import")
        return rows if everybodys else rows.filter(imported__in=jobs_of(request.user))

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup == "imported__id__exact" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("imports.change_rejectedrow")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        about = (("of_import", "file", "line"), ("column", "value", "is_used"), "reason", "retried_in")
        return (*about, *_cell_fields(obj)) if obj else about

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[ModelForm]:
        form = type("CellsForm", (_CellsForm,), _cell_fields(obj)) if obj else ModelForm
        return super().get_form(request, obj, change=change, **kwargs | {"form": form, "fields": []})

    def save_model(self, request: HttpRequest, obj: RejectedRow, form: Any, change: bool) -> None:
        if form.cells:
            row_edit(row=obj, cells=form.cells, version=form.stored_version)

    @admin.display(description="import")
    def of_import(self, row: RejectedRow) -> SafeString:
        return row_link(Import, row.imported_id, row.imported)  # type: ignore[attr-defined]


def _cell_fields(row: RejectedRow) -> dict[str, forms.Field]:
    return {f"{_PREFIX}{number}": _cell_field(name, row.cells_now[name]) for number, name in enumerate(row.columns)}


def _cell_field(name: str, cell: str) -> forms.Field:
    widget = UnfoldAdminTextareaWidget(attrs={"rows": 1 + len(cell) // 100})
    return forms.CharField(label=name or "(no name)", initial=cell, required=False, strip=False, widget=widget)
