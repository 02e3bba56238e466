"""The curators' pages of who changed what, of all stores together."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter

from movieverse.admin.history import differences, shown_author, with_handles
from movieverse.admin.html import row_link, table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.lookups import as_number
from movieverse.models import Edit

_SHOWN_IN_LIST = 6  # facts


class KindFilter(DropdownFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind, kind.replace("_", " ")) for kind in sorted(_models())]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Edit]) -> QuerySet[Edit]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Edit)
class EditAdmin(ReadOnlyAdmin):
    list_display = ("at", "who", "action", "row", "facts")
    list_display_links = ("at",)
    list_filter = (KindFilter,)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("kind",)
    search_help_text = "@handle of who did it, or a row: movie:12"
    fields = (("at", "who"), ("action", "row"), "from_to")
    readonly_fields = ("at", "who", "action", "row", "from_to")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Edit], search_term: str
    ) -> tuple[QuerySet[Edit], bool]:
        term = search_term.strip()
        kind, _, number = term.partition(":")
        if term.startswith("@"):
            members = get_user_model()._default_manager.filter(handle=term[1:].lower())
            return queryset.filter(by__in=list(members.values_list("pk", flat=True))), False
        if (object_id := as_number(number)) is not None:
            return queryset.filter(kind=kind, object_id=object_id), False
        return (queryset.none() if term else queryset), False

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        with_handles(rows)

    @admin.display(description="by")
    def who(self, edit: Any) -> SafeString | str:
        return shown_author(edit)

    @admin.display(description="of")
    def row(self, edit: Edit) -> SafeString | str:
        label, model = f"{edit.kind} {edit.name}", _models().get(edit.kind)
        linked = model and edit.action != Edit.Action.DELETED and edit.object_id
        return row_link(model, edit.object_id, label) if model and linked else label

    @admin.display
    def facts(self, edit: Edit) -> str:
        names = [name.replace("_", " ") for name in edit.changes]
        more = len(names) - _SHOWN_IN_LIST
        return ", ".join(names[:_SHOWN_IN_LIST]) + (f" and {more} more" if more > 0 else "")

    @admin.display(description="changes")
    def from_to(self, edit: Edit) -> SafeString:
        return table(("What", "Before", "After"), differences(edit), "")


def _models() -> dict[str, type[Model]]:
    """Of the kinds of rows that have pages here."""
    edited = ((getattr(model_admin, "edited_as", ""), model) for model, model_admin in admin.site._registry.items())
    return {kind: model for kind, model in edited if kind}
