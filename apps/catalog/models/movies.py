from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models

from apps.catalog import documents
from apps.catalog.models.base import DescribedModel
from movieverse.fields import DocumentField, FoldedField, ListField, ListIndex
from movieverse.text import sort_key


def day_number(day: date | None) -> int:
    """A date as the integer yyyymmdd, which orders like it; 0 is unknown."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


class Movie(DescribedModel):
    """A title: a film, or a show."""

    class Kind(models.TextChoices):
        MOVIE = "movie"
        SHOW = "show"

    class Status(models.TextChoices):
        RUMORED = "rumored"
        PLANNED = "planned"
        IN_PRODUCTION = "in_production"
        POST_PRODUCTION = "post_production"
        RELEASED = "released"
        RETURNING = "returning"
        ENDED = "ended"
        CANCELED = "canceled"

    kind = models.CharField(max_length=5, choices=Kind, default=Kind.MOVIE)
    title = models.CharField(max_length=300)
    original_title = models.CharField(max_length=300, blank=True)
    sort_title = FoldedField(max_length=300, editable=False)
    tagline = models.CharField(max_length=500, blank=True)
    overview = models.TextField(blank=True)
    status = models.CharField(max_length=20, blank=True, choices=Status)
    release_date = models.DateField(null=True, blank=True, help_text="Of a show: its first episode.")
    release_year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Where the day is not known.")
    release_day = models.IntegerField(
        default=0,
        editable=False,
        help_text="The release as yyyymmdd, yyyy0000 where only the year is known, 0 where nothing is: to order by.",
    )
    end_date = models.DateField(null=True, blank=True, help_text="Of a show: its last episode.")
    runtime = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Minutes; of a show an episode's.")
    season_count = models.PositiveSmallIntegerField(null=True, blank=True)
    episode_count = models.PositiveSmallIntegerField(null=True, blank=True)
    original_language = models.CharField(max_length=8, blank=True, help_text="ISO 639-1, such as en.")
    homepage = models.URLField(max_length=500, blank=True)
    genre_ids = ListField(models.BigIntegerField())
    main_genre_id = models.BigIntegerField(null=True, blank=True)
    countries = ListField(models.CharField(max_length=2), help_text="ISO 3166-1, such as US, one a line.")
    main_country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1; empty: the first country.")
    languages = ListField(models.CharField(max_length=8), help_text="Spoken ones, ISO 639-1, one a line.")
    keywords = ListField(models.CharField(max_length=100), help_text="One a line.")
    company_ids = ListField(models.BigIntegerField())
    collection_id = models.BigIntegerField(null=True, blank=True)
    budget = models.BigIntegerField(null=True, blank=True, help_text="US dollars; empty if unknown.")
    revenue = models.BigIntegerField(null=True, blank=True, help_text="US dollars; empty if unknown.")
    popularity = models.FloatField(default=0)
    source_scores = DocumentField(default=list, blank=True, help_text="[{source, value, votes}].")
    alternative_titles = DocumentField(default=list, blank=True, help_text="[{title, country, type}].")
    translations = DocumentField(default=list, blank=True, help_text="[{language, country, title, …}].")
    releases = DocumentField(default=list, blank=True, help_text="[{country, type, date, certification, note}].")
    certifications = ListField(models.CharField(max_length=40), editable=False, help_text="country:certification.")
    awards = DocumentField(default=list, blank=True, help_text="[{award, category, year, outcome}].")
    images = DocumentField(default=list, blank=True, help_text="[{type, source, path, …}].")
    videos = DocumentField(default=list, blank=True, help_text="[{site, key, name, type, …}].")
    cast = DocumentField(default=list, blank=True, help_text="[{person_id, name, character}] in billing order.")
    crew = DocumentField(default=list, blank=True, help_text="[{person_id, name, department, job}].")
    cast_ids = ListField(models.BigIntegerField(), editable=False)
    crew_ids = ListField(models.BigIntegerField(), editable=False)
    director_ids = ListField(models.BigIntegerField(), editable=False)
    rating_count = models.BigIntegerField(default=0, editable=False)
    rating_avg = models.FloatField(default=0, editable=False, help_text="In stars; 0 without ratings.")
    rating_score = models.FloatField(
        default=0, editable=False, help_text="The average, drawn to the middle where there are few: to order by."
    )
    rating_version = models.BigIntegerField(default=0, editable=False, help_text="Of the summary these are taken from.")
    trend_day = models.FloatField(default=0, editable=False, help_text="Of the last day: an index, to order by.")
    trend_week = models.FloatField(default=0, editable=False, help_text="Of the last week: an index, to order by.")

    COUNTER = "movie"
    PROJECTED = ("rating_count", "rating_avg", "rating_score", "rating_version", "trend_day", "trend_week")
    FACTS = (
        "title", "original_title", "tagline", "overview", "status", "release_date", "release_year", "end_date",
        "runtime", "season_count", "episode_count", "original_language", "homepage", "genre_ids", "main_genre_id",
        "countries", "main_country", "languages", "keywords", "company_ids", "collection_id", "budget", "revenue",
        "popularity", "source_scores", "alternative_titles", "translations", "releases", "awards", "images", "videos",
        "cast", "crew",
    )  # fmt: skip

    class Meta:
        ordering = ("-popularity", "-id")
        indexes = (
            models.Index(fields=["popularity", "id"], name="movie_popularity"),
            models.Index(fields=["release_day", "id"], name="movie_release"),
            models.Index(fields=["sort_title", "id"], name="movie_title"),
            models.Index(fields=["rating_score", "id"], name="movie_rating"),
            models.Index(fields=["rating_count", "id"], name="movie_rating_count"),
            models.Index(fields=["trend_day", "id"], name="movie_trend_day"),
            models.Index(fields=["trend_week", "id"], name="movie_trend_week"),
            models.Index(fields=["kind", "popularity", "id"], name="movie_kind"),
            models.Index(fields=["status", "popularity", "id"], name="movie_status"),
            models.Index(fields=["original_language", "popularity", "id"], name="movie_original"),
            models.Index(fields=["main_genre_id", "popularity", "id"], name="movie_main_genre"),
            models.Index(fields=["main_country", "popularity", "id"], name="movie_main_country"),
            models.Index(fields=["collection_id", "release_day", "id"], name="movie_collection"),
            ListIndex(fields=["genre_ids", "popularity", "id"], name="movie_genre"),
            ListIndex(fields=["countries", "popularity", "id"], name="movie_country"),
            ListIndex(fields=["languages", "popularity", "id"], name="movie_language"),
            ListIndex(fields=["keywords", "popularity", "id"], name="movie_keyword"),
            ListIndex(fields=["company_ids", "popularity", "id"], name="movie_company"),
            ListIndex(fields=["certifications", "popularity", "id"], name="movie_certification"),
            ListIndex(fields=["cast_ids", "release_day", "id"], name="movie_cast"),
            ListIndex(fields=["crew_ids", "release_day", "id"], name="movie_crew"),
            ListIndex(fields=["director_ids"], name="movie_director"),
        )

    def __str__(self) -> str:
        return f"{self.title} ({self.release_year})" if self.release_year else self.title

    def clean(self) -> None:
        documents.check(self, documents.OF_A_MOVIE)

    def derive(self) -> None:
        self.sort_title = sort_key(self.title)[:300]
        if self.release_date:
            self.release_year = self.release_date.year
            self.origins = {fact: said for fact, said in self.origins.items() if fact != "release_year"}
        self.release_day = day_number(self.release_date) or (self.release_year or 0) * 10_000
        self.certifications = _distinct(
            f"{release['country']}:{release['certification']}" for release in self.releases if release["certification"]
        )
        self.cast_ids = _distinct(credit["person_id"] for credit in self.cast)
        self.crew_ids = _distinct(credit["person_id"] for credit in self.crew)
        self.director_ids = _distinct(credit["person_id"] for credit in self.crew if credit["job"] == "Director")
        self._derive_main()

    def _derive_main(self) -> None:
        """Where nobody has said which they are: the first, for sources name the main one first."""
        if "main_genre_id" not in self.origins:
            self.main_genre_id = next(iter(self.genre_ids), None)
        if "main_country" not in self.origins:
            self.main_country = next(iter(self.countries), "")


def _distinct(items: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(items))
