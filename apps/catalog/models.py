"""The catalogue: movies, people, genres, the ids other sources know them by, and the site's settings.

Primary keys are small integers from `Counter`; their column is `_id` so that MongoDB looks them up by its
primary key. What orders a list is never null, because engines disagree where nulls go.
"""

from datetime import date
from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from apps.catalog import settings_registry
from movieverse.fields import DocumentField, FoldedField, ListField, ListIndex, MomentField
from movieverse.text import fold, sort_key


class CatalogModel(models.Model):
    id = models.BigIntegerField(primary_key=True, db_column="_id", editable=False)
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)

    class Meta:
        abstract = True


class Genre(CatalogModel):
    name = models.CharField(max_length=80)
    slug = FoldedField(max_length=80, unique=True, help_text="The name as it stands in URLs and filters.")

    class Meta:
        ordering = ("slug",)

    def __str__(self) -> str:
        return self.name


class Person(CatalogModel):
    name = models.CharField(max_length=200)
    sort_name = FoldedField(max_length=200, editable=False)
    popularity = models.FloatField(default=0)

    class Meta:
        verbose_name_plural = "people"
        ordering = ("sort_name", "id")
        indexes = (
            models.Index(fields=["sort_name", "id"], name="person_name"),
            models.Index(fields=["popularity", "id"], name="person_popularity"),
        )

    def __str__(self) -> str:
        return self.name

    def derive(self) -> None:
        """Bring the fields that follow from others up to date."""
        self.sort_name = fold(self.name)[:200] or self.name.casefold()


def day_number(day: date | None) -> int:
    """A date as the integer yyyymmdd, which orders like it; 0 is unknown."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


class Movie(CatalogModel):
    title = models.CharField(max_length=300)
    original_title = models.CharField(max_length=300, blank=True)
    sort_title = FoldedField(max_length=300, editable=False)
    overview = models.TextField(blank=True)
    release_date = models.DateField(null=True, blank=True)
    release_day = models.IntegerField(
        default=0,
        editable=False,
        help_text="The release date as yyyymmdd, 0 if unknown: to order and filter by.",
    )
    runtime = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Minutes.")
    original_language = models.CharField(max_length=8, blank=True, help_text="ISO 639-1, such as en.")
    genre_ids = ListField(models.BigIntegerField())
    countries = ListField(models.CharField(max_length=2), help_text="ISO 3166-1, such as US, one a line.")
    languages = ListField(models.CharField(max_length=8), help_text="Spoken ones, ISO 639-1, one a line.")
    keywords = ListField(models.CharField(max_length=100), help_text="One a line.")
    budget = models.BigIntegerField(null=True, blank=True, help_text="US dollars; empty if unknown.")
    revenue = models.BigIntegerField(null=True, blank=True, help_text="US dollars; empty if unknown.")
    popularity = models.FloatField(default=0)
    source_scores = DocumentField(
        default=list, blank=True, help_text="What other sources say: [{source, value, votes}]."
    )
    cast = DocumentField(default=list, blank=True, help_text="[{person_id, name, character}] in billing order.")
    crew = DocumentField(default=list, blank=True, help_text="[{person_id, name, department, job}].")
    cast_ids = ListField(models.BigIntegerField(), editable=False)
    crew_ids = ListField(models.BigIntegerField(), editable=False)
    director_ids = ListField(models.BigIntegerField(), editable=False)

    class Meta:
        ordering = ("-popularity", "-id")
        indexes = (
            models.Index(fields=["popularity", "id"], name="movie_popularity"),
            models.Index(fields=["release_day", "id"], name="movie_release"),
            models.Index(fields=["sort_title", "id"], name="movie_title"),
            models.Index(fields=["original_language", "popularity", "id"], name="movie_original"),
            ListIndex(fields=["genre_ids", "popularity", "id"], name="movie_genre"),
            ListIndex(fields=["countries", "popularity", "id"], name="movie_country"),
            ListIndex(fields=["languages", "popularity", "id"], name="movie_language"),
            ListIndex(fields=["keywords", "popularity", "id"], name="movie_keyword"),
            ListIndex(fields=["cast_ids"], name="movie_cast"),
            ListIndex(fields=["crew_ids"], name="movie_crew"),
            ListIndex(fields=["director_ids"], name="movie_director"),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.release_date.year})" if self.release_date else self.title

    def derive(self) -> None:
        """Bring the fields that follow from others up to date."""
        self.sort_title = sort_key(self.title)[:300]
        self.release_day = day_number(self.release_date)
        self.cast_ids = _person_ids(self.cast)
        self.crew_ids = _person_ids(self.crew)
        self.director_ids = _person_ids([credit for credit in self.crew if credit["job"] == "Director"])


def _person_ids(entries: list[dict[str, Any]]) -> list[int]:
    return list(dict.fromkeys(entry["person_id"] for entry in entries))


class ExternalId(models.Model):
    """What another source calls a row of ours. The key itself makes it unique."""

    class Kind(models.TextChoices):
        MOVIE = "movie"
        PERSON = "person"
        GENRE = "genre"

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
