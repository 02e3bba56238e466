"""The words that members give titles."""

import unicodedata

from django.core.exceptions import ValidationError
from django.db import models

from apps.reviews.models.batches import BROUGHT_WITH, Counted, OfShownBatches
from apps.reviews.models.shown import NOT_ITS_OWN, WITHHELD
from movieverse.fields import FoldedField, MomentField
from movieverse.text import fold


def folded_tag(text: str) -> str:
    """What tags are compared by: `Sci-Fi` and `sci fi` are one."""
    return (fold(text) or text.casefold())[:200]


def no_control_characters(text: str) -> None:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise ValidationError(f"A tag has no control characters, such as U+{ord(character):04X}.")


class Tag(models.Model):
    """A word, or a few, that a member gives a movie."""

    movie_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    text = models.CharField(max_length=100, validators=[no_control_characters])
    folded = FoldedField(max_length=200, editable=False)
    created_at = MomentField(auto_now_add=True)
    withheld = models.BooleanField(default=False, editable=False, help_text=WITHHELD)
    batch_id = models.BigIntegerField(null=True, db_index=True, editable=False, help_text=BROUGHT_WITH)

    objects = models.Manager()
    said = OfShownBatches()
    shown = Counted()

    NOT_ITS_OWN = NOT_ITS_OWN

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user_id", "movie_id", "folded"], name="one_tag_per_user_movie_and_text"),
        )
        indexes = (models.Index(fields=["movie_id", "folded"], name="tag_movie"),)

    def __str__(self) -> str:
        """As with reviews, not the word itself."""
        return f"Tag of movie {self.movie_id} by user {self.user_id}"
