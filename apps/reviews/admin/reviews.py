"""The curators' pages of reviews."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.reviews import services
from apps.reviews.admin.moderation import ModeratesReviews
from apps.reviews.models import TEXT, Review
from movieverse.admin.versions import VersionedAdmin


@admin.register(Review)
class ReviewAdmin(ModeratesReviews, VersionedAdmin):
    edited_as = "review"
    list_display = ("id", "text", "movie", "author", "state", "created_at")
    list_display_links = ("id", "text")
    list_filter = ("created_at",)
    ordering = ("-created_at", "-id")  # the index that serves the filter, too
    sortable_by = ("created_at",)
    fields = (
        ("movie", "author"), ("state", "helpful_count"), "title", "body", ("is_spoiler", "language"),
        ("created_at", "updated_at", "edited_at"), "history",
    )  # fmt: skip
    readonly_fields = ("movie", "author", "state", "helpful_count", "created_at", "updated_at", "edited_at", "history")
    actions = ("hide", "restore")

    def get_fields(self, request: HttpRequest, obj: Review | None = None) -> Any:
        """Who has reported a review, only moderators learn."""
        return (*self.fields, *self.trail) if self.has_moderate_permission(request) else self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Review | None = None) -> Any:
        return (*super().get_readonly_fields(request, obj), *self.trail)

    def save_model(self, request: HttpRequest, obj: Review, form: Any, change: bool) -> None:
        changes = {name: getattr(obj, name) for name in TEXT}
        services.review_update(review=obj, by=request.user.pk, version=form.stored_version, **changes)

    def delete_model(self, request: HttpRequest, obj: Review) -> None:
        services.review_delete(review=obj, by=request.user.pk, version=self.deleted_version(request))
