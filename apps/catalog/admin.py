"""The curators' pages of the catalogue."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from apps.catalog import lookup, services
from apps.catalog.admin_filters import DecadeFilter, GenreFilter, KindFilter, OriginalLanguageFilter
from apps.catalog.forms import ExternalIdForm, MovieForm, SettingForm
from apps.catalog.models import ExternalId, Genre, Movie, Person, Setting
from apps.catalog.selectors import external_ids, genres_by_id, movies_of_person
from apps.catalog.settings_registry import DEFINITIONS
from movieverse.admin.html import outside_link, row_link, table
from movieverse.admin.options import StoreModelAdmin
from movieverse.lookups import starts_with

_PAGES = {
    ("movie", "imdb"): "https://www.imdb.com/title/{}/",
    ("movie", "tmdb"): "https://www.themoviedb.org/movie/{}",
    ("movie", "movielens"): "https://movielens.org/movies/{}",
    ("person", "imdb"): "https://www.imdb.com/name/{}/",
    ("person", "tmdb"): "https://www.themoviedb.org/person/{}",
}


def _person_link(credit: dict[str, Any]) -> SafeString:
    return row_link(Person, credit["person_id"], credit["name"])


def known_as(kind: str, object_id: int) -> SafeString:
    """A row's ids in other sources, linked to its page there and to the admin's page of the id."""
    rows = []
    for source, value in external_ids(kind, object_id).items():
        page = _PAGES.get((kind, source))
        edit = row_link(ExternalId, ExternalId.key_of(kind, source, value), "Edit")
        rows.append((source, outside_link(page.format(value), value) if page else value, edit))
    return table(["Source", "Id there", ""], rows, empty="No other source's id is known.")


@admin.register(Movie)
class MovieAdmin(StoreModelAdmin):
    form = MovieForm
    list_display = ("id", "linked_title", "released", "genres", "original_language", "rounded")
    list_display_links = ("id", "linked_title")
    list_filter = (GenreFilter, DecadeFilter, OriginalLanguageFilter)
    list_filter_submit = True
    sortable_by = ("linked_title", "rounded", "released")
    search_fields = ("sort_title",)
    search_help_text = "Start of the title, id, tt0113277 or tmdb:949"
    readonly_fields = ("cast_table", "crew_table", "scores_table", "known_as", "created_at", "updated_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("title", "original_title"),
                    "overview",
                    ("release_date", "runtime", "original_language"),
                    "genre_ids",
                    ("countries", "languages", "keywords"),
                    ("budget", "revenue", "popularity"),
                )
            },
        ),
        ("Cast", {"fields": ("cast_table",), "classes": ("tab",)}),
        ("Crew", {"fields": ("crew_table",), "classes": ("tab",)}),
        ("Sources", {"fields": ("known_as", "scores_table", ("created_at", "updated_at")), "classes": ("tab",)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Movie]:
        listed = request.resolver_match and request.resolver_match.url_name == "catalog_movie_changelist"
        rows = super().get_queryset(request)
        return rows.defer("cast", "crew", "overview") if listed else rows

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """A decade's movies by date: only then does one index serve both the filter and the order."""
        return ("-release_day", "-id") if request.GET.get("decade") else ("-popularity", "-id")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Movie], search_term: str
    ) -> tuple[QuerySet[Movie], bool]:
        return (lookup.movies(queryset, search_term) if search_term.strip() else queryset), False

    def complete_rows(self, request: HttpRequest, rows: list[Any]) -> None:
        genres = genres_by_id()
        for row in rows:
            row.genre_names = [genres[genre_id].name for genre_id in row.genre_ids if genre_id in genres]

    @admin.display(description="title", ordering="sort_title")
    def linked_title(self, movie: Movie) -> str:
        return movie.title

    @admin.display(ordering="release_day")
    def released(self, movie: Movie) -> Any:
        return movie.release_date

    @admin.display(description="popularity", ordering="popularity")
    def rounded(self, movie: Movie) -> str:
        return f"{movie.popularity:.1f}"

    @admin.display
    def genres(self, movie: Any) -> str:
        return ", ".join(movie.genre_names)

    @admin.display(description="cast")
    def cast_table(self, movie: Movie) -> SafeString:
        rows = [(_person_link(credit), credit.get("character")) for credit in movie.cast]
        return table(["Person", "Character"], rows, empty="No cast is known.")

    @admin.display(description="crew")
    def crew_table(self, movie: Movie) -> SafeString:
        rows = [(_person_link(credit), credit.get("department"), credit.get("job")) for credit in movie.crew]
        return table(["Person", "Department", "Job"], rows, empty="No crew is known.")

    @admin.display(description="scores of other sources")
    def scores_table(self, movie: Movie) -> SafeString:
        rows = [(score["source"], score["value"], score.get("votes")) for score in movie.source_scores]
        return table(["Source", "Score", "Votes"], rows, empty="No scores are known.")

    @admin.display(description="known elsewhere as")
    def known_as(self, movie: Movie) -> SafeString:
        return known_as(ExternalId.Kind.MOVIE, movie.pk)

    def save_model(self, request: HttpRequest, obj: Movie, form: Any, change: bool) -> None:
        services.movie_save(movie=obj)

    def delete_model(self, request: HttpRequest, obj: Movie) -> None:
        services.movie_delete(movie=obj)


@admin.register(Person)
class PersonAdmin(StoreModelAdmin):
    list_display = ("id", "shown_name", "rounded")
    list_display_links = ("id", "shown_name")
    sortable_by = ("shown_name", "rounded")
    search_fields = ("sort_name",)
    search_help_text = "Start of the name, id, nm0000199 or tmdb:1158"
    fields = ("name", "popularity", "movies", "known_as")
    readonly_fields = ("movies", "known_as")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        return (lookup.people(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description="name", ordering="sort_name")
    def shown_name(self, person: Person) -> str:
        return person.name

    @admin.display(description="popularity", ordering="popularity")
    def rounded(self, person: Person) -> str:
        return f"{person.popularity:.1f}"

    @admin.display(description="newest movies")
    def movies(self, person: Person) -> SafeString:
        rows = [
            (row_link(Movie, movie.pk, movie), _parts(movie.cast, person.pk), _parts(movie.crew, person.pk))
            for movie in movies_of_person(person.pk, limit=50)
        ]
        return table(["Movie", "Characters", "Jobs"], rows, empty="No movie credits this person.")

    @admin.display(description="known elsewhere as")
    def known_as(self, person: Person) -> SafeString:
        return known_as(ExternalId.Kind.PERSON, person.pk)

    def save_model(self, request: HttpRequest, obj: Person, form: Any, change: bool) -> None:
        services.person_save(person=obj)

    def delete_model(self, request: HttpRequest, obj: Person) -> None:
        services.person_delete(person=obj)


def _parts(credits_of_movie: list[dict[str, Any]], person_id: int) -> str:
    own = [credit for credit in credits_of_movie if credit["person_id"] == person_id]
    return ", ".join(filter(None, (credit.get("character") or credit.get("job") for credit in own)))


@admin.register(Genre)
class GenreAdmin(StoreModelAdmin):
    list_display = ("id", "name", "slug")
    list_display_links = ("id", "name")
    search_fields = ("slug",)
    search_help_text = "Start of the name"
    fields = ("name", "slug")
    readonly_fields = ("slug",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Genre], search_term: str
    ) -> tuple[QuerySet[Genre], bool]:
        return queryset.filter(starts_with("slug", services.genre_slug(search_term))), False

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """A genre that movies have is protected by them: taking it off thousands of movies is no click's work."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        for genre in objs:
            some = Movie.objects.filter(genre_ids__has=genre.pk).only("title", "release_date")[:5]
            protected += [row_link(Movie, movie.pk, movie) for movie in some]
        return to_delete, counts, missing, protected

    def save_model(self, request: HttpRequest, obj: Genre, form: Any, change: bool) -> None:
        services.genre_save(genre=obj)

    def delete_model(self, request: HttpRequest, obj: Genre) -> None:
        services.genre_delete(genre=obj)


@admin.register(ExternalId)
class ExternalIdAdmin(StoreModelAdmin):
    form = ExternalIdForm
    list_display = ("key", "source", "value", "row")
    list_filter = (KindFilter,)
    list_filter_submit = True
    sortable_by = ("key",)
    search_fields = ("key",)
    search_help_text = "tt0113277, tmdb:949, movie:tmdb: or one of our ids"
    fields = (("kind", "object_id"), ("source", "value"))

    def get_readonly_fields(self, request: HttpRequest, obj: ExternalId | None = None) -> tuple[str, ...]:
        return ("kind", "source", "value", "row") if obj else ()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ExternalId], search_term: str
    ) -> tuple[QuerySet[ExternalId], bool]:
        return (lookup.external_ids(queryset, search_term) if search_term.strip() else queryset), False

    @admin.display(description="row of ours")
    def row(self, external_id: ExternalId) -> SafeString:
        model = {"movie": Movie, "person": Person, "genre": Genre}[external_id.kind]
        return row_link(model, external_id.object_id, f"{external_id.kind} {external_id.object_id}")

    def save_model(self, request: HttpRequest, obj: ExternalId, form: Any, change: bool) -> None:
        if change:
            services.external_id_move(external_id=obj, object_id=obj.object_id)
        else:
            obj.key = services.external_id_add(
                kind=obj.kind, source=obj.source, value=obj.value, object_id=obj.object_id
            ).key

    def delete_model(self, request: HttpRequest, obj: ExternalId) -> None:
        services.external_id_delete(external_id=obj)


@admin.register(Setting)
class SettingAdmin(StoreModelAdmin):
    form = SettingForm
    list_display = ("pk", "meaning", "value", "updated_at")
    list_before_template = "admin/catalog/unset_settings.html"
    sortable_by = ()
    fields = ("name", "value")

    def get_readonly_fields(self, request: HttpRequest, obj: Setting | None = None) -> tuple[str, ...]:
        return ("name",) if obj else ()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        stored = set(Setting.objects.values_list("pk", flat=True))
        unset = [
            {"name": name, "help": definition.help, "default": definition.default}
            for name, definition in DEFINITIONS.items()
            if name not in stored
        ]
        return super().changelist_view(request, {"unset_settings": unset} | (extra_context or {}))

    @admin.display
    def meaning(self, setting: Setting) -> str:
        return DEFINITIONS[setting.name].help if setting.name in DEFINITIONS else "No longer used."

    def save_model(self, request: HttpRequest, obj: Setting, form: Any, change: bool) -> None:
        services.setting_set(name=obj.name, value=obj.value)

    def delete_model(self, request: HttpRequest, obj: Setting) -> None:
        services.setting_reset(name=obj.name)
