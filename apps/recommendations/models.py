"""What was learned, version by version, and what members say of their recommendations."""

from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField, MomentField, SequenceField


class ModelVersion(models.Model):
    """What one training has learned from all likes and titles that there were."""

    class State(models.TextChoices):
        TRAINING = "training"
        READY = "ready"  # was not active yet, or is to be no more
        ACTIVE = "active"
        REFUSED = "refused"
        FAILED = "failed"

    number = SequenceField(primary_key=True, db_column="_id")
    state = models.CharField(max_length=10, choices=State, default=State.TRAINING)
    reason = models.TextField(blank=True, help_text="Why it was refused, or failed.")
    parameters = DocumentField(default=dict)
    data = DocumentField(default=dict, help_text="What it was trained on.")
    figures = DocumentField(default=dict, help_text="{recommender: {figure: value}} on likes that were held out.")
    seconds = models.FloatField(default=0, help_text="That the training took.")
    started_at = MomentField(auto_now_add=True)
    activated_at = MomentField(null=True, blank=True)
    is_kept = models.BooleanField(default=True, help_text="Off: what it has learned is deleted.")

    class Meta:
        verbose_name = "model"
        ordering = ("-number",)
        indexes = (models.Index(fields=["state", "number"], name="model_state"),)
        permissions = (("activate_modelversion", "Can choose the model that answers"),)

    def __str__(self) -> str:
        return f"Model {self.number}"


class Neighbours(models.Model):
    """What goes with one movie, by one version: tables as `learning.tables` says."""

    key = models.CharField(max_length=40, primary_key=True, db_column="_id", help_text="version:movie")
    similar = models.BinaryField()
    following = models.BinaryField()

    class Meta:
        verbose_name_plural = "neighbours"
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def key_of(version: int, movie_id: int) -> str:
        return f"{version}:{movie_id}"


class Disinterest(models.Model):
    """A movie that a member does not want to be recommended."""

    key = models.CharField(max_length=40, primary_key=True, db_column="_id", editable=False, help_text="user:movie")
    user_id = models.BigIntegerField()
    movie_id = models.BigIntegerField(db_index=True)
    created_at = MomentField(default=timezone.now)

    class Meta:
        verbose_name_plural = "disinterests"
        ordering = ("-created_at", "-key")
        indexes = (models.Index(fields=["user_id", "created_at", "key"], name="disinterest_of_user"),)

    def __str__(self) -> str:
        return f"User {self.user_id} is not interested in movie {self.movie_id}"

    @staticmethod
    def key_of(user_id: int, movie_id: int) -> str:
        return f"{user_id}:{movie_id}"
