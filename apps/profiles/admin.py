"""The curators' pages of profiles."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id
from apps.profiles import services
from apps.profiles.forms import ProfileForm
from apps.profiles.models import Event, Profile
from movieverse.admin.html import row_link
from movieverse.admin.outbox import OutboxAdmin
from movieverse.admin.versions import VersionedAdmin
from movieverse.lookups import as_number, starts_with

_HANDLES = 100

admin.site.register(Event, OutboxAdmin)


@admin.register(Profile)
class ProfileAdmin(VersionedAdmin):
    form = ProfileForm
    list_display = ("user_id", "member", "beginning", "updated_at")
    list_display_links = ("user_id",)
    sortable_by = ("user_id",)
    search_fields = ("user_id",)
    search_help_text = "Start of the handle, or the user's id"

    def get_fields(self, request: HttpRequest, obj: Profile | None = None) -> tuple[str, ...]:
        own = ("bio", "favourite_movie_ids")
        return ("member", *own, "updated_at") if obj else ("user_id", *own)

    def get_readonly_fields(self, request: HttpRequest, obj: Profile | None = None) -> tuple[str, ...]:
        own = ("member", "updated_at") if obj else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Profile], search_term: str
    ) -> tuple[QuerySet[Profile], bool]:
        term = search_term.strip().lstrip("@").lower()
        if not term:
            return queryset, False
        named = User.objects.filter(starts_with("handle", term)).values_list("pk", flat=True)[:_HANDLES]
        number = as_number(term)
        ids = [*named, *([] if number is None else [number])]
        return queryset.filter(Q(pk__in=ids)), False

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        handles = self.look_up(request, handles_by_id, [row.pk for row in rows])
        for row in rows:
            row.handle = handles.get(row.pk)

    @admin.display
    def member(self, profile: Profile) -> SafeString | str:
        handle = profile.handle if hasattr(profile, "handle") else handles_by_id([profile.pk]).get(profile.pk)
        return row_link(User, profile.pk, f"@{handle}") if handle else f"user {profile.pk}"

    @admin.display(description="bio")
    def beginning(self, profile: Profile) -> str:
        return profile.bio if len(profile.bio) <= 80 else f"{profile.bio[:80]}…"

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        changes = {name: getattr(obj, name) for name in ("bio", "favourite_movie_ids") if name in form.changed_data}
        services.profile_update(user_id=obj.pk, version=form.stored_version, **changes)

    def delete_model(self, request: HttpRequest, obj: Profile) -> None:
        services.profile_delete(user_id=obj.pk, version=self.deleted_version(request))
