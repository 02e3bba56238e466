"""The curators' pages of what members say, and of what moderators do about it."""

from django.contrib import admin

from apps.reviews.admin import moderation, ratings, reviews
from apps.reviews.models import Event
from movieverse.admin.outbox import OutboxAdmin

__all__ = ["moderation", "ratings", "reviews"]

admin.site.register(Event, OutboxAdmin)
