"""The curators' pages of profiles."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.accounts.models import User
from apps.accounts.selectors import handles_by_id
from apps.profiles import services
from apps.profiles.forms import WRITTEN, ProfileForm
from apps.profiles.models import Event, Profile
from apps.profiles.pictures import picture_url
from movieverse.admin.html import row_link
from movieverse.admin.outbox import OutboxAdmin
from movieverse.admin.versions import VersionedAdmin
from movieverse.lookups import as_number, starts_with

_HANDLES = 100

admin.site.register(Event, OutboxAdmin)


@admin.register(Profile)
class ProfileAdmin(VersionedAdmin):
    edited_as = "profile"
    form = ProfileForm
    list_display = ("user_id", "member", "display_name", "beginning", "updated_at")
    list_display_links = ("user_id",)
    sortable_by = ("user_id",)
    search_fields = ("user_id",)
    search_help_text = "Start of the handle, or the user's id"
    fieldsets = (
        (None, {"fields": ("member", "display_name", "bio", "uploaded_picture", "picture_url")}),
        ("Favourites", {"fields": ("favourite_genre_ids", "favourite_movie_ids")}),
        (
            "Who sees it",
            {"fields": (("about_visibility", "favourites_visibility"), ("watchlist_visibility", "diary_visibility"))},
        ),
        ("Dates", {"fields": ("updated_at",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Profile | None = None) -> Any:
        return super().get_fieldsets(request, obj) if obj else [(None, {"fields": ("user_id", *WRITTEN)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Profile | None = None) -> tuple[str, ...]:
        own = ("member", "uploaded_picture", "updated_at") if obj else ()
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
        return queryset.filter(pk__in=ids), False

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

    @admin.display
    def uploaded_picture(self, profile: Profile) -> SafeString | str:
        drawn = '<img class="mv-poster" src="{}" alt="" width="96">'
        return format_html(drawn, picture_url(profile)) if profile.picture else "None."

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        changes = {name: getattr(obj, name) for name in WRITTEN if name in form.changed_data}
        services.profile_update(user_id=obj.pk, by=request.user.pk, version=form.stored_version, **changes)

    def delete_model(self, request: HttpRequest, obj: Profile) -> None:
        services.profile_delete(user_id=obj.pk, by=request.user.pk, version=self.deleted_version(request))


from apps.profiles import shelves_admin  # noqa: E402, F401  registers the pages of watchlists and diaries
