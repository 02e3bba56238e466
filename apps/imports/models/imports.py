"""Jobs that read files into the stores."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField


class Import(models.Model):
    """The truth about a job. The queue does no more than wake a worker, which takes the job by its lease."""

    class State(models.TextChoices):
        QUEUED = "queued"
        STARTED = "started"
        COMPLETED = "completed"
        FAILED = "failed"
        CANCELLED = "cancelled"

    class Mode(models.TextChoices):
        UPSERT = "upsert"  # rows that are there are brought up to date
        INSERT = "insert"  # rows that are there are left alone

    dataset = models.CharField(max_length=40)
    files = DocumentField(default=list, help_text="[{name, bytes, upload or path}], in order.")
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.UPSERT)
    mapping = DocumentField(default=dict, help_text="Of a generic table: {our name: its column}.")
    dry_run = models.BooleanField(default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Null: a command."
    )
    retry_of = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="retries")

    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.TextField(blank=True, help_text="Why it failed.")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    holder = models.CharField(max_length=80, blank=True, help_text="The worker that has it.")
    leased_until = models.DateTimeField(null=True, help_text="From then on another may take it.")
    cancel_asked = models.BooleanField(default=False)
    is_clean = models.BooleanField(default=True, help_text="Of one that did not complete: what it wrote is gone again.")

    counts = DocumentField(default=dict, help_text="{kind of row: {created, updated, unchanged, rejected}}.")
    rows_read = models.PositiveBigIntegerField(default=0)
    bytes_read = models.PositiveBigIntegerField(default=0)
    bytes_total = models.PositiveBigIntegerField(default=0)
    position = DocumentField(default=dict, help_text="How far it is, for whoever goes on.")
    findings = DocumentField(default=list, help_text="What was noticed of the files: [{file, finding, suggestion}].")
    sample = DocumentField(default=list, help_text="Of a dry run: rows as they would be.")

    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    kept = DocumentField(default=list, help_text="What undoing left as it is: [{store, kind, id, why}].")

    class Meta:
        ordering = ("-id",)
        default_permissions = ("view", "add")
        permissions = (("undo_import", "Can take back what an import wrote"),)
        indexes = (models.Index(fields=["state", "leased_until"], name="import_to_do"),)

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.dataset}"
