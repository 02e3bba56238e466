from django.core.validators import MaxLengthValidator
from django.db import models

from movieverse.fields import ListField, MomentField
from movieverse.outbox import models as outbox


class Profile(models.Model):
    """What a member says about themselves. A missing profile is an empty one: it is made on first write."""

    user_id = models.BigIntegerField(primary_key=True, db_column="_id")
    bio = models.TextField(blank=True, max_length=2_000, validators=[MaxLengthValidator(2_000)])
    favourite_movie_ids = ListField(models.BigIntegerField(), help_text="One a line.")
    updated_at = MomentField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")

    class Meta:
        ordering = ("user_id",)

    def __str__(self) -> str:
        return f"Profile of user {self.user_id}"


class Event(outbox.Event):
    """What the other stores have to learn of profiles."""

    KINDS = {"profile": "profiles.Profile"}
    IS_LOGGED = False  # nobody's business
