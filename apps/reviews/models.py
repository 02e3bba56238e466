"""What members say of titles: reviews, ratings with their summaries, tags.

A rating is a number of half-stars, 1 to 10.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import Truncator

from movieverse.fields import FoldedField, MomentField
from movieverse.outbox import models as outbox
from movieverse.text import fold

HALF_STARS = range(1, 11)

# What is believed of a movie before anybody has rated it, and how many ratings that weighs as much as. They are fixed,
# because with the average of all movies every rating would change every movie's score.
PRIOR_AVERAGE, PRIOR_COUNT = 3.25, 20


class Review(models.Model):
    movie_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    title = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["user_id", "movie_id"], name="one_review_per_user_and_movie"),)
        indexes = (
            models.Index(fields=["movie_id", "id"], name="review_movie"),
            models.Index(fields=["created_at", "id"], name="review_created"),
        )

    def __str__(self) -> str:
        """Nothing of what it says: the admin's log keeps this when the review is gone."""
        return f"Review of movie {self.movie_id} by user {self.user_id}"

    @property
    def headline(self) -> str:
        return self.title or Truncator(self.body).chars(60)


class Rating(models.Model):
    movie_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    value = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(10)], help_text="Half-stars, 1 to 10."
    )
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["user_id", "movie_id"], name="one_rating_per_user_and_movie"),)
        indexes = (models.Index(fields=["movie_id", "id"], name="rating_movie"),)

    def __str__(self) -> str:
        return "1 star" if self.value == 2 else f"{self.value / 2:g} stars"


class Rater(models.Model):
    """Somebody who rates in a data set and has no account here."""

    number = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=40, help_text="Such as movielens.")
    value = models.CharField(max_length=80, help_text="What the source calls them.")

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["source", "value"], name="one_rater_per_source_and_value"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"

    @property
    def user_id(self) -> int:
        """Below 0, where no account's id is."""
        return -self.number


class RatingSummary(models.Model):
    """All ratings of a movie as exact integers, changed in the transaction that changes a rating."""

    movie_id = models.BigIntegerField(primary_key=True)
    count = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0, help_text="The sum of all half-stars.")
    count_1 = models.PositiveBigIntegerField(default=0)
    count_2 = models.PositiveBigIntegerField(default=0)
    count_3 = models.PositiveBigIntegerField(default=0)
    count_4 = models.PositiveBigIntegerField(default=0)
    count_5 = models.PositiveBigIntegerField(default=0)
    count_6 = models.PositiveBigIntegerField(default=0)
    count_7 = models.PositiveBigIntegerField(default=0)
    count_8 = models.PositiveBigIntegerField(default=0)
    count_9 = models.PositiveBigIntegerField(default=0)
    count_10 = models.PositiveBigIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0, editable=False, help_text="Grows with every change.")

    class Meta:
        verbose_name_plural = "rating summaries"
        ordering = ("movie_id",)

    def __str__(self) -> str:
        return f"{self.count} ratings"

    @property
    def numbers(self) -> tuple[int, int, list[int]]:
        """All that its ratings tell."""
        return self.count, self.total, self.distribution

    @property
    def average(self) -> float | None:
        """The mean in stars, 0.5 to 5."""
        return round(self.total / self.count / 2, 4) if self.count else None

    @property
    def score(self) -> float:
        """The average in stars as it would be with PRIOR_COUNT further ratings of PRIOR_AVERAGE; 0 without ratings."""
        if not self.count:
            return 0
        prior = PRIOR_COUNT * PRIOR_AVERAGE * 2
        return round((prior + self.total) / (PRIOR_COUNT + self.count) / 2, 4)

    @property
    def distribution(self) -> list[int]:
        """How many gave one half-star, two, … ten."""
        return [getattr(self, f"count_{value}") for value in HALF_STARS]


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

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["user_id", "movie_id", "folded"], name="one_tag_per_user_movie_and_text"),
        )
        indexes = (models.Index(fields=["movie_id", "folded"], name="tag_movie"),)

    def __str__(self) -> str:
        """As with reviews, not the word itself."""
        return f"Tag of movie {self.movie_id} by user {self.user_id}"


class Event(outbox.Event):
    """What the other stores have to learn of reviews. All events have `movie_id` in their data."""

    KINDS = {"review": "reviews.Review", "rating_summary": "reviews.RatingSummary", "tags": "catalog.Movie"}
