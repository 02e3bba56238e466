"""The curators' pages of an outbox: dead letters above all, which somebody has to try again or discard."""

from typing import Any

from django.apps import apps
from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from movieverse.admin.html import row_link
from movieverse.admin.options import StoreModelAdmin
from movieverse.outbox import services
from movieverse.outbox.models import Action, Event

_SHOWN = 120  # characters of a reason in the list
_STATES = {
    Event.State.WAITING: Q(dead_at=None, attempts=0),
    Event.State.FAILING: Q(dead_at=None, attempts__gt=0),
    Event.State.DEAD: Q(dead_at__isnull=False),
}


class StateFilter(DropdownFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Event.State.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        return queryset.filter(_STATES.get(self.value(), Q()))  # type: ignore[call-overload]


class OutboxAdmin(StoreModelAdmin):
    """For any app's Event. To try again takes the permission to change events, to discard the one to delete them."""

    list_display = ("id", "row", "action", "created_at", "shown_state", "attempts", "reason")
    list_display_links = ("id",)
    list_filter = (StateFilter,)
    sortable_by = ()
    ordering = ("id",)
    actions = ("retry",)
    list_before_template = "admin/movieverse/outbox_list.html"
    change_form_outer_before_template = "admin/movieverse/outbox_event.html"
    fields = (("row", "action"), ("created_at", "attempts"), ("due_at", "dead_at"), "error", "data")
    readonly_fields = ("row",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Event | None = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    @admin.display(description="of")
    def row(self, event: Event) -> SafeString | str:
        name = f"{event.kind.replace('_', ' ')} {event.object_id}"
        model = apps.get_model(event.KINDS[event.kind]) if event.kind in event.KINDS else None
        if model is None or event.action == Action.DELETED or not self.admin_site.is_registered(model):
            return name
        return row_link(model, event.object_id, name)

    @display(description="state", label={"Dead": "danger", "Failing": "warning", "Waiting": "info"})
    def shown_state(self, event: Event) -> str:
        return event.state.label

    @admin.display
    def reason(self, event: Event) -> str:
        return Truncator(event.error).chars(_SHOWN)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        own = {"show_delete": False, "may_retry": self.has_retry_permission(request)}
        return super().change_view(request, object_id, form_url, own | (extra_context or {}))

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if "delete_selected" in actions:
            function, name, _ = actions["delete_selected"]
            actions["delete_selected"] = (function, name, "Discard selected events")
        return actions

    @admin.action(permissions=["retry"], description="Retry selected events")
    def retry(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        chosen = list(queryset)
        services.retry(events=queryset)
        for event in chosen:
            self.log_change(request, event, "To be tried again.")
        text = "1 event is tried again" if len(chosen) == 1 else f"{len(chosen)} events are tried again"
        self.message_user(request, f"{text} within seconds.", messages.SUCCESS)

    def delete_model(self, request: HttpRequest, obj: Event) -> None:
        services.discard(event=obj)
