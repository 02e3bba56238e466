"""Lists of titles that somebody has chosen: best of all, best of each year."""

from django.db import models

from apps.catalog.models.base import CatalogModel, DescribedModel
from movieverse.fields import FoldedField
from movieverse.text import sort_key


class CuratedList(DescribedModel):
    name = models.CharField(max_length=200)
    sort_name = FoldedField(max_length=200, editable=False)
    slug = FoldedField(max_length=80, unique=True, help_text="The list as it stands in URLs.")
    description = models.TextField(blank=True)

    COUNTER = "list"
    FACTS = ("name", "description", "entries")

    class Meta:
        verbose_name = "list"
        ordering = ("sort_name", "id")
        indexes = (models.Index(fields=["sort_name", "id"], name="list_name"),)

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.sort_name = sort_key(self.name)[:200]


class ListEntry(CatalogModel):
    """A title's place in a list. It belongs to its list, whose version counts its changes."""

    list_id = models.BigIntegerField()
    movie_id = models.BigIntegerField()
    position = models.PositiveIntegerField(help_text="What the list is ordered by.")
    rank = models.PositiveIntegerField(help_text="In the whole list, or in its year.")
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of a list with a best one a year.")

    class Meta:
        verbose_name_plural = "list entries"
        ordering = ("list_id", "position")
        constraints = (models.UniqueConstraint(fields=["list_id", "movie_id"], name="one_entry_per_list_and_movie"),)
        indexes = (
            models.Index(fields=["list_id", "position", "id"], name="entry_position"),
            models.Index(fields=["movie_id", "id"], name="entry_movie"),
        )

    def __str__(self) -> str:
        return f"{self.rank}: movie {self.movie_id}"
