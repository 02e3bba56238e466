"""Rows of imports that could not be used."""

from django.db import models

from movieverse.fields import DocumentField


class RejectedRow(models.Model):
    """Kept until somebody has put it right, or its import is deleted."""

    imported = models.ForeignKey("imports.Import", on_delete=models.CASCADE, related_name="rejected_rows")
    file = models.CharField(max_length=255)
    line = models.PositiveBigIntegerField()
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=500, blank=True, help_text="Its beginning.")
    reason = models.CharField(max_length=500)
    cells = DocumentField(default=dict, help_text="{column: cell}, as they were read.")
    edited = DocumentField(default=dict, help_text="{column: cell} that somebody has put right.")
    retried_in = models.ForeignKey("imports.Import", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("id",)
        default_permissions = ("view", "change")

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"
