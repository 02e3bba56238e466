from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone

from movieverse import merging
from movieverse.fields import ListField, MomentField, SequenceField
from movieverse.outbox import models as outbox


class Visibility(models.TextChoices):
    EVERYBODY = "everybody"
    MEMBERS = "members"
    NOBODY = "nobody", "nobody else"


class Part(models.TextChoices):
    """Of what a member keeps here; each has its own visibility, the field `PART_visibility` of the profile."""

    ABOUT = "about"  # bio and picture; the display name is everybody's
    FAVOURITES = "favourites"
    WATCHLIST = "watchlist"
    DIARY = "diary"


def _visibility(default: Visibility) -> models.Field:
    return models.CharField(max_length=10, choices=Visibility, default=default)


class Profile(models.Model):
    """What a member says about themselves. A missing profile is an empty one: it is made on first write."""

    user_id = models.BigIntegerField(primary_key=True, db_column="_id")
    display_name = models.CharField(max_length=60, blank=True, help_text="Shown instead of the handle.")
    bio = models.TextField(blank=True, max_length=2_000, validators=[MaxLengthValidator(2_000)], help_text="Markdown.")
    picture = models.CharField(max_length=200, blank=True, editable=False, help_text="A file of the media storage.")
    picture_url = models.URLField(
        "picture URL", max_length=500, blank=True, help_text="Where there is no uploaded picture."
    )
    favourite_genre_ids = ListField(models.BigIntegerField(), help_text="One a line.")
    favourite_movie_ids = ListField(models.BigIntegerField(), help_text="One a line.")
    about_visibility = _visibility(Visibility.EVERYBODY)
    favourites_visibility = _visibility(Visibility.EVERYBODY)
    watchlist_visibility = _visibility(Visibility.NOBODY)
    diary_visibility = _visibility(Visibility.NOBODY)
    updated_at = MomentField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")

    class Meta:
        ordering = ("user_id",)
        indexes = (models.Index(fields=["updated_at"], name="profile_updated"),)

    def __str__(self) -> str:
        return f"Profile of user {self.user_id}"


class WatchlistItem(models.Model):
    """A movie that a member wants to see. Its key says both, so that no store can have it twice."""

    id = models.CharField(primary_key=True, db_column="_id", max_length=40, editable=False)
    user_id = models.BigIntegerField()
    movie_id = models.BigIntegerField(db_index=True)
    added_at = MomentField(default=timezone.now)

    class Meta:
        ordering = ("-added_at", "-id")
        indexes = (models.Index(fields=["user_id", "added_at", "id"], name="watchlist_of_user"),)

    def __str__(self) -> str:
        return f"Movie {self.movie_id} on the watchlist of user {self.user_id}"


class DiaryEntry(models.Model):
    """A day on which a member has seen a movie."""

    id = SequenceField(primary_key=True, db_column="_id")
    user_id = models.BigIntegerField()
    movie_id = models.BigIntegerField(db_index=True)
    watched_on = models.DateField()
    note = models.TextField(blank=True, max_length=1_000, validators=[MaxLengthValidator(1_000)])
    created_at = MomentField(default=timezone.now)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")

    class Meta:
        ordering = ("-watched_on", "-id")
        indexes = (models.Index(fields=["user_id", "watched_on", "id"], name="diary_of_user"),)
        verbose_name_plural = "diary entries"

    def __str__(self) -> str:
        return f"Movie {self.movie_id} seen by user {self.user_id} on {self.watched_on}"


class MergedRow(merging.MergedRow):
    """The profiles' part of the journal of merges."""

    KEYS_NAME_MEMBERS = True


class Event(outbox.Event):
    """What the other stores have to learn of profiles. The ids of all kinds are those of members."""

    KINDS = {"profile": "profiles.Profile", "watchlist": "profiles.Profile", "diary": "profiles.Profile"}
    IS_PUBLIC = False  # who shows their diary to nobody does not tell everybody when they write it either

    class Meta(outbox.Event.Meta):
        # A Realtime Database picks by these what has failed.
        indexes = (
            models.Index(fields=["attempts"], name="profiles_event_attempts"),
            models.Index(fields=["dead_at"], name="profiles_event_dead"),
        )
