"""Ratings, numbers of half-stars from 1 to 10, and the summaries that are kept of them."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from apps.reviews.models.batches import Counted, OfShownBatches
from apps.reviews.models.shown import NOT_ITS_OWN, WITHHELD
from movieverse.fields import MomentField

HALF_STARS = range(1, 11)

# What is believed of a movie before anybody has rated it, and how many ratings that weighs as much as. They are fixed,
# because with the average of all movies every rating would change every movie's score.
PRIOR_AVERAGE, PRIOR_COUNT = 3.25, 20


class Rating(models.Model):
    movie_id = models.BigIntegerField()
    user_id = models.BigIntegerField()
    value = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(1), MaxValueValidator(10)], help_text="Half-stars, 1 to 10."
    )
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)
    withheld = models.BooleanField(default=False, editable=False, help_text=WITHHELD)
    batch_id = models.BigIntegerField(
        null=True, editable=False, help_text="With which it came, if an import brought it."
    )

    objects = models.Manager()
    said = OfShownBatches()
    shown = Counted()

    NOT_ITS_OWN = NOT_ITS_OWN

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
    batch_id = models.BigIntegerField(
        null=True, editable=False, help_text="The batch with which they go, unless others have ratings of theirs."
    )

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
