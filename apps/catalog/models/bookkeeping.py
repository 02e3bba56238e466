"""What the catalogue keeps about itself: other sources' ids, the last ids given out, and the site's settings."""

from django.core.validators import RegexValidator
from django.db import models

from apps.catalog import settings_registry
from movieverse import merging
from movieverse.fields import DocumentField, FoldedField, MomentField
from movieverse.outbox import models as outbox


class ExternalId(models.Model):
    """What another source calls a row of ours. The key itself makes it unique."""

    class Kind(models.TextChoices):
        MOVIE = "movie"
        PERSON = "person"
        GENRE = "genre"
        COMPANY = "company"
        COLLECTION = "collection"

    key = FoldedField(max_length=160, primary_key=True, db_column="_id", help_text="kind:source:value")
    kind = models.CharField(max_length=20, choices=Kind)
    source = models.CharField(
        max_length=40,
        help_text="Such as tmdb or imdb.",
        # Without a colon, at which the key and `source:value` are parted: a value may have one.
        validators=[RegexValidator(r"^[a-z0-9_-]+\Z", "A source has only the characters a-z, 0-9, _ and -.")],
    )
    value = models.CharField(max_length=80)
    object_id = models.BigIntegerField()

    class Meta:
        verbose_name = "external id"
        ordering = ("key",)
        indexes = (models.Index(fields=["object_id", "kind"], name="external_object"),)

    def __str__(self) -> str:
        return f"{self.source}:{self.value}"

    @staticmethod
    def key_of(kind: str, source: str, value: object) -> str:
        return f"{kind}:{source}:{value}"


class Event(outbox.Event):
    """What the other stores have to learn of the catalogue."""

    KINDS = {
        "movie": "catalog.Movie",
        "person": "catalog.Person",
        "genre": "catalog.Genre",
        "company": "catalog.Company",
        "collection": "catalog.Collection",
        "list": "catalog.CuratedList",
    }


class Tombstone(models.Model):
    """Where a row has gone that was merged into another. It is looked for where a row is not found, and only there."""

    key = FoldedField(max_length=60, primary_key=True, db_column="_id", help_text="kind:id")
    into = models.BigIntegerField(db_index=True)
    merge_id = models.BigIntegerField()
    settled = models.BooleanField(default=False, help_text="Off: a store has yet to do its part.")

    def __str__(self) -> str:
        return f"{self.key}, now {self.into}"

    @staticmethod
    def key_of(kind: str, pk: int) -> str:
        return f"{kind}:{pk}"


class MergedRow(merging.MergedRow):
    """The catalogue's part of the journal of merges."""


class Counter(models.Model):
    """The last id given out for a kind of row."""

    name = models.CharField(max_length=40, primary_key=True, db_column="_id")
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class Setting(models.Model):
    """A setting of the site that curators may change; what there is to set stands in `settings_registry`."""

    name = models.CharField(max_length=60, primary_key=True, db_column="_id", choices=settings_registry.choices)
    value = DocumentField()
    updated_at = MomentField(auto_now=True)

    class Meta:
        verbose_name = "application setting"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
