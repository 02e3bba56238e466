"""The curators' pages of titles."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from apps.catalog import lookup, posters, services
from apps.catalog.admin.base import ORIGINS_TAB, CatalogForm, MergeableAdmin, ids_field
from apps.catalog.admin.filters import (
    CollectionFilter,
    CompanyFilter,
    DecadeFilter,
    GenreFilter,
    KindFilter,
    MainCountryFilter,
    OriginalLanguageFilter,
    PersonFilter,
    StatusFilter,
    genre_choices,
)
from apps.catalog.admin.origins import LocksField
from apps.catalog.admin.rows import (
    AlternativeTitleRow,
    AwardRow,
    CastRow,
    CrewRow,
    ReleaseRow,
    TranslationRow,
    VideoRow,
    images_field,
)
from apps.catalog.documents import OF_A_MOVIE
from apps.catalog.models import Collection, Company, CuratedList, ExternalId, Movie, Person
from apps.catalog.selectors import external_ids_of, genres_by_id, lists_with
from apps.catalog.sources import page_of
from movieverse.admin.html import once, outside_link, row_link, table
from movieverse.admin.picks import PickField, PickManyField
from movieverse.admin.rows import RowsField

# What the list does not show, and most of a movie's bytes.
_LONG = (*(OF_A_MOVIE.keys() - {"images"}), "origins", "overview")


class _GenresField(forms.TypedMultipleChoiceField):
    def __init__(self) -> None:
        super().__init__(
            label="Genres", coerce=int, required=False, choices=genre_choices, widget=UnfoldAdminSelect2MultipleWidget
        )

    def told(self, ids: list[int]) -> str:
        names = dict(genre_choices())
        return ", ".join(names.get(pk, str(pk)) for pk in ids)

    def shown(self, movie: Movie, name: str) -> str:
        return self.told(movie.genre_ids)


class _MainGenreField(forms.TypedChoiceField):
    def __init__(self) -> None:
        super().__init__(
            coerce=int,
            empty_value=None,
            required=False,
            label="Main genre",
            help_text="Until somebody says: the first one.",
            choices=lambda: [("", "–"), *genre_choices()],
            widget=UnfoldAdminSelectWidget,
        )

    def told(self, pk: int | None) -> str:
        return dict(genre_choices()).get(pk or 0, "")

    def shown(self, movie: Movie, name: str) -> str:
        return self.told(movie.main_genre_id)


class MovieForm(CatalogForm):
    kind = ExternalId.Kind.MOVIE

    genre_ids = _GenresField()
    main_genre_id = _MainGenreField()
    company_ids = PickManyField(Company, label="Companies", required=False)
    collection_id = PickField(Collection, label="Collection", required=False)
    cast = RowsField(CastRow, ordered=True, add="Add to the cast")
    crew = RowsField(CrewRow, ordered=True, add="Add to the crew")
    alternative_titles = RowsField(AlternativeTitleRow, add="Add a title")
    translations = RowsField(TranslationRow, unique=("language", "country"), add="Add a translation")
    releases = RowsField(ReleaseRow, label="Releases and certifications", add="Add a release")
    awards = RowsField(AwardRow, add="Add an award")
    images = images_field()
    videos = RowsField(VideoRow, unique=("site", "key"), add="Add a video")
    external_ids = ids_field(ExternalId.Kind.MOVIE)
    locks = LocksField(Movie)

    class Meta:
        model = Movie
        fields = ("genre_ids",)  # the others are those of the admin's fieldsets
        widgets = {"tagline": UnfoldAdminTextInputWidget}

    def clean_genre_ids(self) -> list[int]:
        """Keep the order that is stored: sources name the main genre first."""
        chosen = self.cleaned_data["genre_ids"]
        kept = [genre_id for genre_id in self.instance.genre_ids if genre_id in chosen]
        return kept + [genre_id for genre_id in chosen if genre_id not in kept]

    def clean_cast(self) -> list[dict[str, Any]] | None:
        return self._named("cast")

    def clean_crew(self) -> list[dict[str, Any]] | None:
        return self._named("crew")

    def _named(self, field: str) -> list[dict[str, Any]] | None:
        """Credits show a name beside the id: that of the person, whoever was named before."""
        rows = self.cleaned_data[field]
        names = self.rows(field).labels["person_id"] if rows else {}
        return rows and [{**credit, "name": names[credit["person_id"]]} for credit in rows]


@admin.register(Movie)
class MovieAdmin(MergeableAdmin):
    edited_as = Movie.COUNTER
    form = MovieForm
    label_fields = ("title", "release_year")
    pick_ordering = ("sort_title", "pk")
    change_form_before_template = "admin/catalog/movie_head.html"
    list_display = (
        "poster", "linked_title", "released", "shown_kind", "genres", "original_language", "rounded", "id"
    )  # fmt: skip
    list_display_links = ("linked_title",)
    list_filter = (
        KindFilter, StatusFilter, GenreFilter, DecadeFilter, OriginalLanguageFilter, MainCountryFilter,
        PersonFilter, CompanyFilter, CollectionFilter,
    )  # fmt: skip
    list_filter_submit = True
    sortable_by = ("linked_title", "rounded", "released")
    search_fields = ("sort_title",)
    search_help_text = "Start of the title, id, tt0113277 or tmdb:949"
    readonly_fields = (*MergeableAdmin.readonly_fields, "scores", "lists")
    fieldsets = (
        (
            "Facts",
            {
                "fields": (
                    ("title", "original_title"),
                    "tagline",
                    "overview",
                    ("kind", "status", "original_language"),
                    ("release_date", "release_year", "end_date"),
                    ("runtime", "season_count", "episode_count"),
                    "genre_ids",
                    ("main_genre_id", "main_country"),
                    ("countries", "languages", "keywords"),
                    ("company_ids", "collection_id"),
                    ("budget", "revenue"),
                    ("homepage", "popularity"),
                ),
                "classes": ("tab",),
            },
        ),
        ("Cast", {"fields": ("cast",), "classes": ("tab",)}),
        ("Crew", {"fields": ("crew",), "classes": ("tab",)}),
        ("Titles and texts", {"fields": ("alternative_titles", "translations"), "classes": ("tab",)}),
        ("Releases and awards", {"fields": ("releases", "awards"), "classes": ("tab",)}),
        ("Pictures and videos", {"fields": ("images", "videos"), "classes": ("tab",)}),
        ("Lists and other sources", {"fields": ("external_ids", "lists", "scores"), "classes": ("tab",)}),
        ORIGINS_TAB,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        listed = request.resolver_match and request.resolver_match.url_name == "catalog_movie_changelist"
        rows = super().get_queryset(request)
        return rows.defer(*_LONG) if listed else rows

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """A decade's movies by date: only then does one index serve both the filter and the order."""
        return ("-release_day", "-id") if request.GET.get("decade") else ("-popularity", "-id")

    def lookup(self, rows: QuerySet, term: str) -> QuerySet:
        return lookup.movies(rows, term)

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        genres = genres_by_id()
        for row in rows:
            row.genre_names = [genres[genre_id].name for genre_id in row.genre_ids if genre_id in genres]

    @admin.display(description="")
    def poster(self, movie: Movie) -> SafeString:
        return _picture(movie, "w92", (40, 60))

    @admin.display
    def big_poster(self, movie: Movie) -> SafeString:
        return _picture(movie, "w185", (120, 180))

    @admin.display(description="title", ordering="sort_title")
    def linked_title(self, movie: Movie) -> str:
        return movie.title

    @admin.display(ordering="release_day")
    def released(self, movie: Movie) -> Any:
        return movie.release_date or movie.release_year

    @admin.display(description="kind")
    def shown_kind(self, movie: Movie) -> str:
        return movie.get_kind_display()

    @admin.display(description="popularity", ordering="popularity")
    def rounded(self, movie: Movie) -> str:
        return f"{movie.popularity:.1f}"

    @admin.display
    def genres(self, movie: Any) -> str:
        return ", ".join(movie.genre_names)

    @admin.display(description="scores of other sources")
    @once
    def scores(self, movie: Movie) -> SafeString:
        rows = [(score["source"], score["value"], score["votes"]) for score in movie.source_scores]
        return table(["Source", "Score", "Votes"], rows, empty="No scores are known.")

    @admin.display(description="in these lists")
    @once
    def lists(self, movie: Movie) -> SafeString:
        rows = [
            (row_link(CuratedList, entry.list_id, name), entry.rank, entry.year)
            for entry, name in (lists_with(movie.pk) if movie.pk else [])
        ]
        return table(["List", "Rank", "Year"], rows, empty="It is in no list.")

    def directors(self, movie: Movie) -> SafeString:
        names = {credit["person_id"]: credit["name"] for credit in movie.crew if credit["job"] == "Director"}
        return format_html_join(", ", "{}", ((row_link(Person, pk, name),) for pk, name in names.items()))

    def elsewhere(self, movie: Movie) -> SafeString:
        """Its pages at other sources."""
        known = external_ids_of(ExternalId.Kind.MOVIE, movie.pk)
        pages = ((one, page_of(movie.kind, one.source, one.value)) for one in known)
        links = ((outside_link(page, one),) for one, page in pages if page)
        return format_html_join(" · ", "{}", links)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        movie: Any = context.get("original")
        parts = (self.big_poster, self.directors, self.elsewhere, self.genres) if movie else ()
        head = {part.__name__: part(movie) for part in parts}
        return super().render_change_form(request, context | {"head": head}, *args, **kwargs)

    def goes_along(self, row: Movie) -> list[str]:
        return [*super().goes_along(row), *(f"Its place in the list {name}" for _, name in lists_with(row.pk))]

    def save_row(self, row: Movie, **how: Any) -> None:
        services.movie_save(movie=row, **how)

    def delete_row(self, row: Movie, **how: Any) -> None:
        services.movie_delete(movie=row, **how)


def _picture(movie: Movie, size: str, pixels: tuple[int, int]) -> SafeString:
    """The poster; the drawn one where there is none, or where it does not come."""
    drawn = posters.drawn_url(movie)
    return format_html(
        '<img class="mv-poster" src="{}" data-instead="{}" alt="" loading="lazy" width="{}" height="{}">',
        posters.poster_url(movie, size) or drawn,
        drawn,
        *pixels,
    )
