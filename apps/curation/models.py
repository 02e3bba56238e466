import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField

# A worker that has not been heard of for so long is not going to finish.
GIVEN_UP_AFTER = timedelta(minutes=10)


class ConsistencyReport(models.Model):
    """A check, or a repair and the check after it, as a worker makes it."""

    requested_at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    repairs = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(default=timezone.now, help_text="When something was last heard of it.")
    finished_at = models.DateTimeField(null=True)
    rows = DocumentField(default=dict, help_text="{code: how many rows were found}.")
    findings = DocumentField(default=list, help_text="The first of each code.")
    repaired = DocumentField(default=dict, help_text="{code: how many rows were put right}.")
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = "consistency check"
        verbose_name_plural = "consistency"
        ordering = ("-id",)
        default_permissions = ("view",)
        permissions = (("run_consistency", "Can check and repair consistency"),)

    def __str__(self) -> str:
        return f"{'Repair' if self.repairs else 'Check'} of {self.requested_at:%Y-%m-%d %H:%M}"

    @property
    def is_running(self) -> bool:
        """Or about to."""
        return self.finished_at is None and self.alive_at > timezone.now() - GIVEN_UP_AFTER

    @property
    def state(self) -> str:
        if self.finished_at:
            return "failed" if self.error else "done"
        if not self.is_running:
            return "given up"
        return "running" if self.started_at else "waiting for a worker"

    @property
    def took(self) -> timedelta | None:
        return self.finished_at - self.started_at if self.started_at and self.finished_at else None

    @property
    def number(self) -> int:
        return sum(self.rows.values())


class Merge(models.Model):
    """Two titles, or two people, that are one: by whom they were merged, and how far that is in all stores."""

    class Kind(models.TextChoices):
        MOVIE = "movie"
        PERSON = "person"

    class State(models.TextChoices):
        MERGING = "merging"
        MERGED = "merged"
        UNDOING = "undoing"
        UNDONE = "undone"

    kind = models.CharField(max_length=10, choices=Kind)
    from_id = models.BigIntegerField(help_text="The one that is merged.")
    into_id = models.BigIntegerField(help_text="The one that stays.")
    state = models.CharField(max_length=10, choices=State, default=State.MERGING)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_at = models.DateTimeField(null=True)
    counts = DocumentField(default=dict, help_text="{store: {kind of row: {moved, removed}}}.")
    kept = DocumentField(default=list, help_text="What undoing left with the survivor: [{store, kind, id, why}].")

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view",)
        permissions = (("merge_rows", "Can merge titles and people, and undo that"),)
        indexes = (
            models.Index(fields=["kind", "from_id"], name="merge_from"),
            models.Index(fields=["kind", "into_id"], name="merge_into"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.from_id} into {self.into_id}"


class Erasure(models.Model):
    """The erasing of a member, from the request to the receipt. It knows them by their account's id alone."""

    class State(models.TextChoices):
        WAITING = "waiting"  # until `due_at`; nothing has been touched
        RUNNING = "running"  # the account is gone, and the stores follow
        DONE = "done"
        WITHDRAWN = "withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user_id = models.BigIntegerField(db_index=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    requested_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    removed = DocumentField(default=dict, help_text="{store: {part: how many}}, as counted before.")
    rater = models.CharField(max_length=32, blank=True, help_text="As whom reviews and ratings stay, until it is done.")
    receipt = DocumentField(null=True)

    class Meta:
        ordering = ("-requested_at",)
        default_permissions = ()
        indexes = (models.Index(fields=["state", "due_at"], name="erasure_due"),)

    def __str__(self) -> str:
        return f"Erasure of user {self.user_id}"


class PersonalExport(models.Model):
    """Everything that there is of a member, as a file for them alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now, db_index=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    bytes = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)

    KEPT = timedelta(days=7)

    class Meta:
        ordering = ("-requested_at",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"Export for user {self.user_id}"

    @property
    def state(self) -> str:
        if self.finished_at:
            return "failed" if self.error else "ready"
        if self.requested_at < timezone.now() - GIVEN_UP_AFTER:
            return "failed"
        return "running" if self.started_at else "waiting"

    @property
    def expires_at(self) -> datetime | None:
        return self.requested_at + self.KEPT if self.state == "ready" else None
