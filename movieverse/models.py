"""What the project itself keeps, in the accounts store."""

from django.db import models

from movieverse.fields import DocumentField
from movieverse.outbox.models import Change, ChangeLog, Lease

__all__ = ["Change", "ChangeLog", "KeptAnswer", "Lease"]


class KeptAnswer(models.Model):
    """The first answer to a POST with an Idempotency-Key, kept to be given again."""

    key = models.CharField(max_length=64, primary_key=True, help_text="A hash of who asked and their key.")
    request = models.CharField(max_length=64, help_text="A hash of method, address and body.")
    claimed_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True, help_text="Null while the first one is still running.")
    headers = DocumentField(default=dict)
    body = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return self.key
