"""What the project itself keeps, in the accounts store."""

from django.db import models

from movieverse.fields import DocumentField, MomentField
from movieverse.outbox.models import Change, ChangeLog, Lease

__all__ = ["CacheUse", "Change", "ChangeLog", "Edit", "KeptAnswer", "Lease"]


class KeptAnswer(models.Model):
    """The first answer to a POST with an Idempotency-Key, kept to be given again."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A hash of who asked and their key.")
    request = models.CharField(max_length=64, help_text="A hash of method, address and body.")
    user_id = models.BigIntegerField(null=True, db_index=True, help_text="Whose it is, where a member has asked.")
    claimed_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="Null while the first one is still running.")
    headers = DocumentField(default=dict)
    body = models.BinaryField(default=b"")  # sealed: it may be a token

    def __str__(self) -> str:
        return self.key


class CacheUse(models.Model):
    """How often answers of a kind were given ready-made, and how much time that has saved."""

    name = models.CharField(max_length=60, primary_key=True)
    hits = models.PositiveBigIntegerField(default=0)
    stale = models.PositiveBigIntegerField(default=0, help_text="Given once more while somebody built them anew.")
    misses = models.PositiveBigIntegerField(default=0)
    bypasses = models.PositiveBigIntegerField(default=0, help_text="Built anew because staff wanted it.")
    built = models.PositiveBigIntegerField(default=0)
    build_seconds = models.FloatField(default=0)
    saved_seconds = models.FloatField(default=0, help_text="That building them would have taken.")
    since = models.DateTimeField()

    class Meta:
        verbose_name = "cache"
        verbose_name_plural = "cache"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def hit_rate(self) -> float:
        """Of 1, stale answers among the hits; 0 if nobody has asked."""
        given = self.hits + self.stale
        return given / (given + self.misses) if given else 0

    @property
    def mean_build_ms(self) -> float:
        return 1000 * self.build_seconds / self.built if self.built else 0


class Edit(models.Model):
    """What somebody has changed of a row, in whatever store."""

    class Action(models.TextChoices):
        ADDED = "added"
        CHANGED = "changed"
        DELETED = "deleted"

    store = models.CharField(max_length=20)
    event_id = models.BigIntegerField()
    at = MomentField(db_index=True)
    kind = models.CharField(max_length=40, help_text="Of the row, such as movie.")
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=200, help_text="What the row was called by then.")
    action = models.CharField(max_length=10, choices=Action)
    by = models.BigIntegerField(null=True, db_index=True, help_text="Null: somebody who has been erased since.")
    member_id = models.BigIntegerField(null=True, db_index=True, help_text="Whose row it is, if it is a member's.")
    changes = DocumentField(default=dict, help_text="{fact: [before, after]}.")

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint(fields=["store", "event_id", "at"], name="one_edit_per_event"),)
        indexes = (models.Index(fields=["kind", "object_id", "id"], name="edit_of_row"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} {self.action}"
