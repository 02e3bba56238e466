"""One of everything that the API shows, so that a test can walk all of its operations.

A new endpoint needs: the id of a row for each new name in its path, three rows for each new list, where `{}` is not an
acceptable body, one that is, and the parameters that it cannot do without.
"""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.services import token_create, user_ban
from apps.catalog.services import external_id_add
from apps.catalog.services.settings import setting_set
from apps.catalog.trends import trends_add
from apps.curation.erasing.requests import erasure_request
from apps.curation.merging import merge_rows
from apps.curation.models import Merge, PersonalExport
from apps.imports.models import Import, RejectedRow, Upload
from apps.imports.services.uploads import upload_create
from apps.profiles.services import profile_update
from apps.profiles.services.diary import diary_add
from apps.profiles.services.watchlist import watchlist_add
from apps.recommendations.services.disinterests import disinterest_add
from apps.reviews.services import rating_set, review_create, review_report, review_update, tag_add
from movieverse.outbox.relay import relay_all
from tests.factories import (
    make_collection,
    make_company,
    make_genre,
    make_list,
    make_model,
    make_movie,
    make_person,
    make_user,
)
from tests.imports.jobs import lies_at
from tests.imports.netflix_files import TAXI_DRIVER, written
from tests.profiles.drawing import drawn

Ids = dict[str, int | str]

UPLOAD = "4f8e0c4e-6d0e-4c39-9f0a-6a5d1c1b7a10"

ROWS_WITH_EXTERNAL_IDS = (
    "movies/{movie_id}", "people/{person_id}", "genres/{genre_id}", "companies/{company_id}",
    "collections/{collection_id}",
)  # fmt: skip
UNLISTED = 4  # the movie that no list has; the first three are in all of them

# What a read does not answer without.
REQUIRED = {
    "/api/v1/search/": "?q=same",
    "/api/v1/recommendations/": "?title=other",
    "/api/v1/search/suggest/": "?q=same",
    "/api/v1/merges/preview/": "?kind=movie&from_id=1&into_id=2",
}

# Acceptable bodies, by method and path.
BODIES: dict[tuple[str, str], Any] = {
    ("POST", "/api/v1/movies/"): {"title": "Heat"},
    ("PUT", "/api/v1/movies/{movie_id}/credits/"): {"cast": [], "crew": []},
    ("PUT", "/api/v1/movies/{movie_id}/images/"): {"images": [{"type": "poster", "source": "tmdb", "path": "/a.jpg"}]},
    ("PUT", "/api/v1/movies/{movie_id}/videos/"): {
        "videos": [{"site": "YouTube", "key": "2GfZl4kuVNI", "name": "Trailer", "type": "Trailer"}]
    },
    ("PUT", "/api/v1/movies/{movie_id}/translations/"): {"translations": [{"language": "de", "title": "Hitze"}]},
    ("PUT", "/api/v1/movies/{movie_id}/alternative-titles/"): {
        "alternative_titles": [{"title": "Hitze", "country": "DE"}]
    },
    ("PUT", "/api/v1/movies/{movie_id}/releases/"): {"releases": [{"country": "US", "certification": "R"}]},
    ("PUT", "/api/v1/movies/{movie_id}/awards/"): {
        "awards": [{"award": "Oscar", "category": "Sound", "year": 1996, "outcome": "won"}]
    },
    ("PATCH", "/api/v1/movies/{movie_id}/"): {"tagline": "A Los Angeles crime saga"},
    ("PATCH", "/api/v1/people/{person_id}/"): {"biography": "Of the theatre, first."},
    ("PATCH", "/api/v1/genres/{genre_id}/"): {"name": "Heist"},
    ("PATCH", "/api/v1/companies/{company_id}/"): {"name": "Regency"},
    ("PATCH", "/api/v1/collections/{collection_id}/"): {"overview": "Heat upon heat."},
    ("PATCH", "/api/v1/lists/{list_id}/"): {"description": "Warm ones."},
    ("POST", "/api/v1/people/"): {"name": "Al Pacino"},
    ("POST", "/api/v1/genres/"): {"name": "Crime"},
    ("POST", "/api/v1/companies/"): {"name": "Warner Bros."},
    ("POST", "/api/v1/collections/"): {"name": "Heat Collection"},
    ("POST", "/api/v1/lists/"): {"name": "Best of all", "slug": "best-of-all"},
    ("POST", "/api/v1/lists/{list_id}/entries/"): {"movie_id": UNLISTED, "rank": 4},
    ("PUT", "/api/v1/lists/{list_id}/entries/"): {"entries": [{"movie_id": 1, "rank": 1}]},
    **{
        ("POST", f"/api/v1/{rows}/external-ids/"): {"source": "imdb", "value": "new"} for rows in ROWS_WITH_EXTERNAL_IDS
    },
    ("PUT", "/api/v1/movies/{movie_id}/locks/"): {"facts": ["tagline"]},
    ("PUT", "/api/v1/people/{person_id}/locks/"): {"facts": ["biography"]},
    ("PUT", "/api/v1/collections/{collection_id}/locks/"): {"facts": ["overview"]},
    ("PUT", "/api/v1/lists/{list_id}/locks/"): {"facts": ["description"]},
    ("POST", "/api/v1/movies/{movie_id}/reviews/"): {"body": "Fine."},
    ("PATCH", "/api/v1/reviews/{review_id}/"): {"title": "On second thoughts"},
    ("POST", "/api/v1/reviews/{review_id}/reports/"): {"reason": "spam"},
    ("POST", "/api/v1/reviews/{review_id}/reports/dismiss/"): {"reason": "It is none."},
    ("PUT", "/api/v1/reviews/{review_id}/hidden/"): {"reason": "Spam."},
    ("PUT", "/api/v1/movies/{movie_id}/rating/"): {"value": 7},
    ("PUT", "/api/v1/me/profile/picture/"): drawn(),
    ("PUT", "/api/v1/users/{member}/ban/"): {"reason": "Spam."},
    ("POST", "/api/v1/me/tokens/"): {"name": "Script", "scopes": ["read"]},
    ("POST", "/api/v1/merges/"): {"kind": "movie", "from_id": UNLISTED, "into_id": 1},
    ("POST", "/api/v1/imports/"): {"upload": UPLOAD, "dry_run": True},
    ("PATCH", "/api/v1/imports/{import_id}/rows/{row_id}/"): {"cells": {"runtime": "113"}},
    ("POST", "/api/v1/convert/"): {"upload": UPLOAD},
    ("POST", "/api/v1/me/diary/"): {"movie_id": 1, "watched_on": "2025-12-25"},
    ("POST", "/api/v1/uploads/"): b"",
    ("PATCH", "/api/v1/uploads/{upload_id}/"): b"id,title",
}

# What goes with a body of bytes.
HEADERS: dict[tuple[str, str], dict[str, str]] = {
    ("POST", "/api/v1/uploads/"): {"Tus-Resumable": "1.0.0", "Upload-Length": "8"},
    ("PATCH", "/api/v1/uploads/{upload_id}/"): {"Tus-Resumable": "1.0.0", "Upload-Offset": "0"},
}
KINDS = {
    ("PATCH", "/api/v1/uploads/{upload_id}/"): "application/offset+octet-stream"
}  # image/png, where it is not said


def make_owner() -> User:
    """May do everything, and has done it."""
    return make_user("owner", is_staff=True, is_superuser=True)


def _make_merge(owner: User) -> Merge:
    ids = {"from_id": make_movie("Twice").pk, "into_id": make_movie("Once").pk}
    return merge_rows(kind="movie", **ids, by=owner.pk)


def _make_import(owner: User) -> Import:
    """With three rows that it could not use. Its file is the upload of the acceptable bodies."""
    file = written(lies_at(Upload(pk=UPLOAD, user=owner)), [TAXI_DRIVER | {"runtime": "long"}])
    size, until = file.stat().st_size, timezone.now() + timedelta(days=1)
    told = {"user": owner, "name": "titles.csv", "length": size, "offset": size, "expires_at": until}
    Upload.objects.update_or_create(pk=UPLOAD, defaults=told)
    files = [{"name": "titles.csv", "bytes": size, "upload": UPLOAD}]
    fields = {"state": "completed", "to_do": "", "by": owner, "rows_read": 1, "bytes_read": size, "bytes_total": size}
    made = Import.objects.create(dataset="netflix", files=files, **fields)
    cells = TAXI_DRIVER | {"runtime": "long"}
    for _ in range(3):
        about = {"kind": "movies", "file": "titles.csv", "line": 2, "column": "runtime", "value": "long"}
        RejectedRow.objects.create(imported=made, cells=cells, reason="is not a number", **about)
    return made


def make_world(owner: User) -> Ids:
    """Path parameter: id."""
    genres = [make_genre() for _ in range(3)]
    people = [make_person(popularity=1) for _ in range(3)]
    companies = [make_company() for _ in range(3)]
    credit = {"person_id": people[0].pk, "character": "Herself"}
    facts = {"genre_ids": [genre.pk for genre in genres], "cast": [credit], "overview": "On and on. " * 60}
    movies = [make_movie("Same", **facts) for _ in range(3)]
    assert make_movie("Other").pk == UNLISTED
    for day in (timezone.now().date() + timedelta(days=distance) for distance in (-7, 7) for _ in range(3)):
        make_movie("Of these days", release_date=day)
    setting_set(name="top_rated_min_ratings", value=1)
    collections = [make_collection() for _ in range(3)]
    lists = [make_list(movies=movies) for _ in range(3)]
    for kind, row in (
        ("movie", movies[0]), ("person", people[0]), ("genre", genres[0]), ("company", companies[0]),
        ("collection", collections[0]),
    ):  # fmt: skip
        external_id_add(kind=kind, source="tmdb", value="7", object_id=row.pk)
    reviews = [review_create(user_id=owner.pk, movie_id=movie.pk, body="Fine.") for movie in movies]
    for body in ("Good.", "Great.", "Fine."):
        review_update(review=reviews[0], body=body)
    reporter = make_user()
    for review in reviews:
        review_report(user_id=reporter.pk, review_id=review.pk, reason="spam")
    for movie in movies:
        disinterest_add(user_id=owner.pk, movie_id=movie.pk)
        rating_set(user_id=owner.pk, movie_id=movie.pk, value=8)
        tag_add(user_id=owner.pk, movie_id=movie.pk, text="heist")
        watchlist_add(user_id=owner.pk, movie_id=movie.pk)
    trends_add(signals={movie.pk: 1 for movie in movies})
    entries = [diary_add(user_id=owner.pk, movie_id=movie.pk, watched_on=date(2025, 12, 25)) for movie in movies]
    for _ in range(2):
        review_create(user_id=make_user().pk, movie_id=movies[0].pk, body="Fine.")
    profile_update(user_id=owner.pk, bio="Hello. " * 100, favourite_movie_ids=[movies[0].pk])
    tokens = [token_create(user=owner, name="Script", scopes=["read"])[0] for _ in range(3)]
    banned = make_user()
    user_ban(user=banned, by=None, reason="Spam.")
    merges = [_make_merge(owner) for _ in range(3)]
    imports = [_make_import(owner) for _ in range(3)]
    uploads = [upload_create(user_id=owner.pk, length=8, name="movies.csv") for _ in range(3)]
    erasure, export = erasure_request(user=owner), PersonalExport.objects.create(user=owner)
    models = [make_model() for _ in range(3)]
    relay_all()
    return {
        "number": models[0].pk,
        "merge_id": merges[0].pk,
        "import_id": imports[0].pk,
        "task_id": imports[0].pk,
        "row_id": imports[0].rejected_rows.earliest("pk").pk,
        "movie_id": movies[0].pk,
        "person_id": people[0].pk,
        "genre_id": genres[0].pk,
        "company_id": companies[0].pk,
        "collection_id": collections[0].pk,
        "list_id": lists[0].pk,
        "source": "tmdb",
        "value": "7",
        "review_id": reviews[0].pk,
        "text": "heist",
        "handle": owner.handle,
        "member": banned.handle,
        "token_id": tokens[0].pk,
        "entry_id": entries[0].pk,
        "kind": "movies",
        "export_id": "2026-11-21",
        "erasure_id": str(erasure.pk),
        "personal_export_id": str(export.pk),
        "upload_id": str(uploads[0].pk),
    }
