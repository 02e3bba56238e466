"""Ratings and tags that an import brings: shown and counted all at once, and taken out again all at once."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from movieverse.fields import DocumentField, MomentField

BROUGHT_WITH = "The batch with which an import brought it."


class RatingBatch(models.Model):
    """The ratings and tags of one import. While it is not shown, nobody sees its rows, and no summary counts them.

    All its rows were last changed at its moment; one that was changed later has been changed by somebody else.
    """

    class State(models.TextChoices):
        LOADING = "loading"
        SHOWN = "shown"
        LEAVING = "leaving"  # its rows are being taken out again
        GONE = "gone"  # and all that is left is what was kept

    key = models.CharField(max_length=64, unique=True, help_text="Whose ratings they are: an import's id.")
    state = models.CharField(max_length=10, choices=State, default=State.LOADING)
    turn = models.PositiveSmallIntegerField(
        null=True, unique=True, default=1, help_text="1 while it is loading or leaving, as one batch at a time is."
    )
    moment = MomentField(default=timezone.now)
    after_id = models.BigIntegerField(help_text="Its rows have greater ids.")
    is_apart = models.BooleanField(default=False, help_text="They are in a table of their own until it is shown.")
    kept = DocumentField(default=list, help_text="What stays when it leaves: [{store, kind, id, why}].")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"Ratings of import {self.key}"


class RatingChunk(models.Model):
    """A part of a batch, written in the transaction that writes its rows: what is here is not loaded again."""

    batch = models.ForeignKey(RatingBatch, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    until_id = models.BigIntegerField(
        null=True, help_text="None of its rows has a greater id. Null: that is not known yet."
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "number"], name="one_chunk_per_batch_and_number"),)

    def __str__(self) -> str:
        return f"Chunk {self.number} of {self.batch_id}"


class RatingChange(models.Model):
    """What a batch makes of a rating that was there: when it is shown, and back again when it is taken out."""

    batch = models.ForeignKey(RatingBatch, on_delete=models.CASCADE, related_name="+")
    rating_id = models.BigIntegerField()
    before = models.PositiveSmallIntegerField(
        null=True, help_text="Null: it came with a batch that was taken out since."
    )
    before_at = MomentField(help_text="When it had been changed before.")
    after = models.PositiveSmallIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["batch", "rating_id"], name="one_change_per_batch_and_rating"),)
        indexes = (models.Index(fields=["rating_id"], name="rating_change_of_rating"),)

    def __str__(self) -> str:
        return f"{self.before} to {self.after}"


def of_shown_batches(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    """Without what an import is still bringing, or somebody is taking out."""
    shown = RatingBatch.objects.filter(state=RatingBatch.State.SHOWN)
    return rows.filter(Q(batch_id=None) | Q(batch_id__in=shown.order_by().values("pk")))


class OfShownBatches(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        return of_shown_batches(super().get_queryset())


class Counted(OfShownBatches):
    """Nor what is withheld: what everybody sees."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(withheld=False)
