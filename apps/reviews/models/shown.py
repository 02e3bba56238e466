"""Which rows are everybody's to see. `objects` has all of them, `shown` those."""

from typing import Any

from django.db import models

# What others make of what a member says.
NOT_ITS_OWN = ("withheld", "helpful_count", "open_reports", "hidden_at", "hidden_by", "hidden_reason")
WITHHELD = "While its member's account is not active, nobody else sees it and it counts nowhere."


class NotWithheld(models.Manager[Any]):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(withheld=False)


class NeitherHiddenNorWithheld(NotWithheld):
    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(hidden_at=None)
