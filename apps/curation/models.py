from datetime import timedelta

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
