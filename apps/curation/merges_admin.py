"""The curators' pages of merges: choose two, see what merging them would do, do it, and undo it."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from apps.catalog.services.merging import MERGEABLE
from apps.curation.merging import merge_preview, merge_rows, merge_undo
from apps.curation.models import Merge
from movieverse.admin.html import row_link, row_url, table
from movieverse.admin.options import ReadOnlyAdmin
from movieverse.admin.picks import PickField
from movieverse.exceptions import DomainError


class MergeForm(forms.Form):
    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        for name, label in (("from_id", "Merge"), ("into_id", "into, which stays")):
            self.fields[name] = PickField(MERGEABLE[kind], label=label)

    @property
    def asked(self) -> dict[str, Any]:
        return {"kind": self.kind, **self.cleaned_data}


@admin.register(Merge)
class MergeAdmin(ReadOnlyAdmin):
    list_display = ("id", "what", "shown_state", "by", "created_at")
    list_display_links = ("id",)
    list_select_related = ("by",)
    sortable_by = ()
    ordering = ("-id",)
    fields = (("what", "shown_state"), ("by", "created_at", "finished_at"), ("undone_by", "undone_at"), "rows", "left")
    readonly_fields = ("what", "shown_state", "rows", "left")
    change_form_outer_before_template = "admin/curation/merge_undo.html"

    def get_urls(self) -> list[URLPattern]:
        undo = path("<int:pk>/undo/", self.admin_site.admin_view(self.undo_view), name="curation_merge_undo")
        return [undo, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("curation.merge_rows")

    @admin.display(description="merge")
    def what(self, merge: Merge) -> SafeString:
        survivor = row_link(MERGEABLE[merge.kind], merge.into_id, f"{merge.kind} {merge.into_id}")
        return format_html("{} {} into {}", merge.kind, merge.from_id, survivor)

    @display(
        description="state", label={"Merged": "success", "Merging": "info", "Undoing": "info", "Undone": "warning"}
    )
    def shown_state(self, merge: Merge) -> str:
        return merge.get_state_display()

    @admin.display(description="What became of rows")
    def rows(self, merge: Merge) -> SafeString:
        rows = [
            (store, kind, found["moved"], found["removed"])
            for store, kinds in merge.counts.items()
            for kind, found in kinds.items()
        ]
        return table(("Store", "Rows", "Moved", "Removed"), rows, "Nothing yet.")

    @admin.display(description="Left with the survivor")
    def left(self, merge: Merge) -> SafeString:
        rows = [(one["store"], one["kind"], one["id"], one["why"]) for one in merge.kept]
        return table(("Store", "Row", "Id", "Why"), rows, "Nothing.")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The two are chosen by GET, which shows what merging them would do; POST does it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        kind = given.get("kind", "")
        kind = kind if kind in MERGEABLE else Merge.Kind.MOVIE
        form = MergeForm(kind, given) if "into_id" in given else MergeForm(kind, initial=given.dict())
        found = _asked(form, merge_preview) if request.method == "GET" else self._merged(request, form)
        return redirect(row_url(Merge, found.pk)) if isinstance(found, Merge) else self._page(request, form, found)

    def _merged(self, request: HttpRequest, form: MergeForm) -> Merge | None:
        merge: Merge | None = _asked(form, merge_rows, by=request.user.pk)
        if merge:
            self.log_addition(request, merge, "Merged.")
            self.message_user(request, f"The {merge} is on its way.", messages.SUCCESS)
        return merge

    def _page(self, request: HttpRequest, form: MergeForm, found: dict[str, Any] | None) -> HttpResponse:
        others = [kind for kind in MERGEABLE if kind != form.kind]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Merge two {MERGEABLE[form.kind]._meta.verbose_name_plural}",
            "form": form,
            "found": found,
            "counts": [(number, name.replace("_", " ")) for name, number in found["counts"].items()] if found else [],
            "others": [(kind, MERGEABLE[kind]._meta.verbose_name_plural) for kind in others],
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/curation/merge.html", context)

    def undo_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        merge = self.get_object(request, str(pk))
        if merge is None:
            return redirect("admin:curation_merge_changelist")
        try:
            merge_undo(merge=merge, by=request.user.pk)
        except DomainError as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.log_change(request, merge, "Undone.")
            self.message_user(request, "It is being undone.", messages.SUCCESS)
        return redirect(row_url(Merge, pk))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        merge = self.get_object(request, object_id)
        may_undo = bool(merge and merge.state == Merge.State.MERGED and self.has_add_permission(request))
        own = {"undo_url": reverse("admin:curation_merge_undo", args=[merge.pk]) if may_undo else ""}
        return super().change_view(request, object_id, form_url, own | (extra_context or {}))


def _asked(form: MergeForm, service: Any, **more: Any) -> Any:
    """What a service answers; None where it refuses, which the form then says, or where nothing is asked yet."""
    if not form.is_valid():
        return None
    try:
        return service(**form.asked, **more)
    except ValidationError as error:
        form.add_error(None, error)
    except DomainError as error:
        form.add_error(None, str(error))
    return None
