"""What every model's admin shares: capped counts, index-served orders, rows completed from other stores, refusals."""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet, TextField, URLField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin
from unfold.views import ChangeList
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from movieverse.admin.history import history_of
from movieverse.admin.html import row_url
from movieverse.admin.paginator import CappedPaginator
from movieverse.exceptions import DomainError, StoreUnavailable
from movieverse.fields import ListField
from movieverse.lookups import as_number


class StoreChangeList(ChangeList):
    model_admin: "StoreModelAdmin"
    result_list: Any

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list = list(self.result_list)
        if not self.query and not self.has_active_filters:
            self.full_result_count = self.result_count  # nothing to say about a selection that is none
        self.model_admin.complete_rows(request, self.result_list)

    def get_ordering_field(self, field_name: Any) -> Any:
        """Also of an address that somebody wrote: an order that no index serves is none."""
        return super().get_ordering_field(field_name) if field_name in self.sortable_by else None

    def get_ordering(self, request: HttpRequest, queryset: QuerySet) -> list[str]:
        """Without the default order behind the chosen one: no index serves both."""
        return super().get_ordering(request, queryset.order_by())

    def _get_deterministic_ordering(self, ordering: list[str]) -> list[str]:
        """Break ties in the direction of the last field: only then does its index serve the order."""
        ordered = super()._get_deterministic_ordering(ordering)
        if len(ordered) > len(ordering) > 0 and not ordering[-1].startswith("-"):
            ordered[-1] = "pk"
        return ordered


def told(error: ValidationError | DomainError) -> str:
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)


class _Refused:
    """A form that shows why the service would not take what it holds."""

    refusal: ValidationError

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]
        if not hasattr(self.refusal, "error_dict"):
            self.add_error(None, self.refusal)  # type: ignore[attr-defined]
            return cleaned
        for name, errors in self.refusal.error_dict.items():
            self.add_error(name if name in self.fields else None, errors)  # type: ignore[attr-defined]
        return cleaned


class StoreModelAdmin(ModelAdmin):
    """Subclasses write through their app's services, in save_model and delete_model.

    A service's refusal is shown on the form, with all that was typed still in it. `edited_as` is the kind by which the
    services note edits of its rows: its History shows them instead of Django's log.
    """

    edited_as: str = ""
    object_history_template = "admin/movieverse/history.html"

    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = ShowFacets.NEVER  # they count the whole table once for each choice
    list_disable_select_all = True  # it would reach beyond what the paginator counts
    list_per_page = 50
    compressed_fields = False
    warn_unsaved_form = True
    formfield_overrides: ClassVar[dict] = {
        ListField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 4})},
        TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 6})},
        URLField: {"widget": UnfoldAdminURLInputWidget, "assume_scheme": "https"},
    }

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[StoreChangeList]:
        return StoreChangeList

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        """Set on the rows of a page what comes from other stores, a query for each store."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            self.complete_rows(request, [row])
        return row

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        pk = as_number(unquote(object_id))
        own = {"edits": history_of(self.edited_as, pk)} if self.edited_as and pk is not None else {}
        return super().history_view(request, object_id, own | (extra_context or {}))

    def look_up(
        self, request: HttpRequest, read: Callable[[Iterable[int]], dict[int, str]], ids: Iterable[int]
    ) -> dict[int, str]:
        """Names from another store; without them the list still makes sense."""
        try:
            return read(ids)
        except StoreUnavailable as error:
            text = f"The {error.alias} store does not answer: ids are shown instead of names."
            self.message_user(request, text, messages.WARNING)
            return {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (ValidationError, DomainError) as error:
            refusal = error if isinstance(error, ValidationError) else ValidationError(str(error))
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Model | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(form.__name__, (_Refused, form), {"refusal": refusal}) if refusal else form

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except (ValidationError, DomainError) as error:
            return self._told(request, error, row_url(self.model, object_id))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """An action stops at the first row that its service refuses."""
        try:
            return super().changelist_view(request, extra_context)
        except (ValidationError, DomainError) as error:
            return self._told(request, error, request.get_full_path())

    def _told(self, request: HttpRequest, error: ValidationError | DomainError, url: str) -> HttpResponse:
        self.message_user(request, told(error), messages.ERROR)
        return HttpResponseRedirect(url)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """One by one: each row leaves the way its service says."""
        for row in queryset:
            self.delete_model(request, row)


class ReadOnlyAdmin(StoreModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False
