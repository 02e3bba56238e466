"""Files on their way here, a piece at a time."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from movieverse.fields import DocumentField


class Upload(models.Model):
    """A file, or a part of one. Its bytes are on disk; what is stored here is what was promised of them.

    How many are there is told by the disk: `offset` follows, a moment later or, after a crash, with the next request.
    """

    class Kind(models.TextChoices):
        WHOLE = "whole"
        PARTIAL = "partial"  # to be put together with others
        FINAL = "final"  # put together of partial ones

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.WHOLE)
    name = models.CharField(max_length=255, blank=True, help_text="What its sender calls it: a label, never a path.")
    metadata = models.TextField(blank=True, help_text="Upload-Metadata, as it was sent.")
    length = models.PositiveBigIntegerField(help_text="Bytes, when it is whole.")
    offset = models.PositiveBigIntegerField(default=0, help_text="Bytes that are here.")
    parts = DocumentField(default=list, help_text="Of a final one: the ids of the partial ones, in order.")
    final = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text="Of a partial one: what it has gone into.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering = ("-created_at",)
        default_permissions = ("add",)
        indexes = (models.Index(fields=["user", "created_at", "id"], name="upload_of_member"),)

    def __str__(self) -> str:
        return f"Upload {self.pk}"

    @property
    def is_whole(self) -> bool:
        return self.offset == self.length
