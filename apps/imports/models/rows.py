"""Rows of imports that could not be used."""

from typing import Any

from django.db import models

from movieverse.fields import DocumentField


class RejectedRow(models.Model):
    """Kept for a while after its import has ended. One of which the other cells were used is there to be known of."""

    imported = models.ForeignKey("imports.Import", on_delete=models.CASCADE, related_name="rejected_rows")
    kind = models.CharField(max_length=40, help_text="What it would have been: the kind it is counted among.")
    file = models.CharField(max_length=255)
    line = models.PositiveBigIntegerField(help_text="0: it is no single line.")
    column = models.CharField(max_length=200, blank=True)
    value = models.CharField(max_length=500, blank=True, help_text="Its beginning.")
    reason = models.CharField(max_length=500)
    is_used = models.BooleanField(default=False, help_text="All of it but this value.")
    cells = DocumentField(default=dict, help_text="{column: cell}, as they were read.")
    edited = DocumentField(default=dict, help_text="{column: cell} that somebody has put right.")
    retried_in = models.ForeignKey("imports.Import", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("id",)
        default_permissions = ("view", "change")
        indexes = (models.Index(fields=["imported", "id"], name="rejected_row_of_import"),)

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"

    @property
    def columns(self) -> list[str]:
        """Of its cells, in the order of its file: a store of documents keeps none."""
        files: list[dict[str, Any]] = self.imported.files
        told: list[str] = next((file.get("columns", []) for file in files if file["name"] == self.file), [])
        return [*(name for name in told if name in self.cells), *(name for name in self.cells if name not in told)]

    @property
    def cells_now(self) -> dict[str, str]:
        return {**self.cells, **self.edited}
