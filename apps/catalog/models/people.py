from django.db import models

from apps.catalog import documents
from apps.catalog.models.base import DescribedModel
from movieverse.fields import DocumentField, FoldedField, ListField
from movieverse.text import fold


class Person(DescribedModel):
    name = models.CharField(max_length=200)
    sort_name = FoldedField(max_length=200, editable=False)
    also_known_as = ListField(models.CharField(max_length=200), help_text="Other names and scripts, one a line.")
    biography = models.TextField(blank=True)
    birth_date = models.DateField(null=True, blank=True)
    death_date = models.DateField(null=True, blank=True)
    birth_place = models.CharField(max_length=200, blank=True)
    known_for = models.CharField(max_length=80, blank=True, help_text="A department, such as Acting or Directing.")
    homepage = models.URLField(max_length=500, blank=True)
    images = DocumentField(default=list, blank=True, help_text="[{type, source, path, …}].")
    popularity = models.FloatField(default=0)

    COUNTER = "person"
    FACTS = (
        "name", "also_known_as", "biography", "birth_date", "death_date", "birth_place", "known_for", "homepage",
        "images", "popularity",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "people"
        ordering = ("sort_name", "id")
        indexes = (
            models.Index(fields=["sort_name", "id"], name="person_name"),
            models.Index(fields=["popularity", "id"], name="person_popularity"),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        documents.check(self, {"images": documents.Image})

    def derive(self) -> None:
        self.sort_name = fold(self.name)[:200] or self.name.casefold()
