"""Jobs that read files into the stores."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField


class Import(models.Model):
    """The truth about a job. The queue does no more than wake a worker, which takes the job by its lease.

    `to_do` says what a worker has to do; while one is at it, `holder` has the lease. Who has lost the lease writes
    nothing here any more.
    """

    class State(models.TextChoices):
        QUEUED = "queued"
        STARTED = "started"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Mode(models.TextChoices):
        UPSERT = "upsert"  # rows that are there are brought up to date
        INSERT = "insert"  # rows that are there are left alone

    class ToDo(models.TextChoices):
        NOTHING = ""
        RUN = "run"
        CLEAN = "clean"  # of one that did not complete: take back what it wrote
        UNDO = "undo"

    TURN = "turn"  # what one waits for whose ratings come after another's

    dataset = models.CharField(max_length=40)
    files = DocumentField(default=list, help_text="[{name, bytes, columns, upload or path}], in order.")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.UPSERT)
    mapping = DocumentField(default=dict, help_text="Of a generic table: {our name: its column}.")
    dry_run = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Empty: a command, or somebody who is erased.",
    )
    retry_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="retries")
    rows_again = models.BooleanField(default=False, help_text="A retry of nothing but rejected rows.")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    to_do = models.CharField(max_length=5, choices=ToDo, default=ToDo.RUN, blank=True)
    reason = models.TextField(blank=True, help_text="Why it failed.")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0, help_text="How often a run of it was begun.")
    workers_lost = models.PositiveIntegerField(default=0, help_text="How many died at it, or were away for too long.")

    holder = models.CharField(max_length=80, blank=True, help_text="The worker that has it.")
    leased_until = models.DateTimeField(null=True, help_text="From then on another may take it.")
    woken_at = models.DateTimeField(null=True, help_text="When the queue was last told of it.")
    waiting_for = models.CharField(
        max_length=20,
        blank=True,
        help_text="The store that does not answer; or `turn`: another import's ratings are on their way, or taken out.",
    )

    counts = DocumentField(default=dict, help_text="{kind of row: {created, updated, unchanged, rejected}}.")
    rows_read = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    progress = DocumentField(default=dict, help_text="{stage, done, total, per_second}.")
    findings = DocumentField(default=list, help_text="What was noticed of the files: [{file, finding, suggestion}].")
    sample = DocumentField(default=list, help_text="Of a dry run: rows as they would be.")

    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kept = DocumentField(default=list, help_text="What undoing left as it is: [{store, kind, id, why}].")

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view", "add")
        permissions = (
            ("undo_import", "Can take back what an import wrote"),
            ("manage_import", "Can see and handle everybody's imports"),
        )
        indexes = (models.Index(fields=["to_do", "leased_until"], name="import_to_do"),)

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.dataset}"

    @property
    def is_clean(self) -> bool:
        """Of one that did not complete: what it wrote is gone again."""
        return self.to_do != self.ToDo.CLEAN

    @property
    def has_ended(self) -> bool:
        return self.state not in (self.State.QUEUED, self.State.STARTED)

    @property
    def is_nobodys(self) -> bool:
        """It was of a member who is gone. What a command brings was never an upload."""
        return self.by_id is None and any("upload" in file for file in self.files)

    @property
    def outcomes(self) -> list[tuple[str, list[tuple[int, str]]]]:
        """The counts as a table, in the order of kinds and outcomes; a store of documents keeps none."""
        names = ("created", "updated", "unchanged", "rejected")
        return [(kind, [(told.get(name, 0), name) for name in names]) for kind, told in sorted(self.counts.items())]

    @property
    def rows_written(self) -> int:
        return self._sum("created") + self._sum("updated")

    @property
    def rows_rejected(self) -> int:
        return self._sum("rejected")

    @property
    def seconds_left(self) -> float | None:
        """Of its stage, else of its bytes, at the pace it has; None where that cannot be told."""
        progress: dict[str, Any] = self.progress
        if self.has_ended:
            return None
        if progress.get("total") and progress["per_second"]:
            return round((progress["total"] - progress["done"]) / progress["per_second"], 1)
        if not (self.bytes_read and self.started_at):
            return None
        took = (timezone.now() - self.started_at).total_seconds()
        return round(max(0, self.bytes_total - self.bytes_read) * took / self.bytes_read, 1)

    def _sum(self, outcome: str) -> int:
        return sum(of_kind.get(outcome, 0) for of_kind in self.counts.values())
