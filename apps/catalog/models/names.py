"""What titles have in common: genres, companies and the series they are part of."""

from django.db import models

from apps.catalog import documents
from apps.catalog.models.base import CatalogModel, DescribedModel
from movieverse.fields import DocumentField, FoldedField
from movieverse.text import fold, sort_key


def slug_of(name: str) -> str:
    return fold(name).replace(" ", "-")


class Genre(CatalogModel):
    name = models.CharField(max_length=80)
    slug = FoldedField(max_length=80, unique=True, help_text="The name as it stands in URLs and filters.")

    COUNTER = "genre"
    FACTS = ("name",)

    class Meta:
        ordering = ("slug",)
        indexes = (models.Index(fields=["slug", "id"], name="genre_slug"),)

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.slug = slug_of(self.name)


class Company(CatalogModel):
    """A production company, or a show's network. Sources know it by an id or by its name."""

    name = models.CharField(max_length=200)
    sort_name = FoldedField(max_length=200, editable=False)

    COUNTER = "company"
    FACTS = ("name",)

    class Meta:
        verbose_name_plural = "companies"
        ordering = ("sort_name", "id")
        indexes = (models.Index(fields=["sort_name", "id"], name="company_name"),)

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        self.sort_name = fold(self.name)[:200] or self.name.casefold()


class Collection(DescribedModel):
    """A series of films."""

    name = models.CharField(max_length=200)
    sort_name = FoldedField(max_length=200, editable=False)
    overview = models.TextField(blank=True)
    images = DocumentField(default=list, blank=True, help_text="[{type, source, path, …}].")

    COUNTER = "collection"
    FACTS = ("name", "overview", "images")

    class Meta:
        ordering = ("sort_name", "id")
        indexes = (models.Index(fields=["sort_name", "id"], name="collection_name"),)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        documents.check(self, {"images": documents.Image})

    def derive(self) -> None:
        self.sort_name = sort_key(self.name)[:200]
