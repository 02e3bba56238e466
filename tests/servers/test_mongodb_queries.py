"""What our MongoDB engine sends, and that indexes serve it."""

import json
from typing import Any

import pytest
from django.db import connections
from django.db.models import Count, Max, QuerySet
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.catalog.models import Movie, Person
from movieverse.bulk import bulk_upsert

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("stores")]

NUMBER = 300
SUMMARY = {"_id": 1, "title": 1, "popularity": 1}


@pytest.fixture
def movies() -> None:
    """Many with the same values, so that ties are common."""
    rows = [
        Movie(pk=n, title=f"Film {n % 40}", popularity=n % 30, genre_ids=[n % 7, 7 + n % 5])
        for n in range(1, NUMBER + 1)
    ]
    for row in rows:
        row.derive()
    bulk_upsert(rows, update_fields=["title"])


def pipeline_of(queryset: QuerySet) -> list[dict[str, Any]]:
    compiler = queryset.query.get_compiler("catalog")
    compiler.pre_sql_setup()
    whole_model = queryset.query.default_cols and not queryset.query.annotations
    return compiler.build_query(None if whole_model else compiler.columns).get_pipeline()


def execution(queryset: QuerySet) -> tuple[set[str], int]:
    """The stages MongoDB ran, and how many documents it looked at."""
    explained = json.loads(queryset.explain(verbosity="executionStats"))
    if "stages" in explained:
        explained = explained["stages"][0]["$cursor"]
    stats = explained["executionStats"]
    return _stages(stats["executionStages"]), stats["totalDocsExamined"]


def _stages(stage: dict[str, Any]) -> set[str]:
    inputs = [*stage.get("inputStages", []), *([stage["inputStage"]] if "inputStage" in stage else [])]
    return {stage["stage"]}.union(*map(_stages, inputs))


def test_ordered_whole_models_are_sorted_without_an_identity_projection():
    assert pipeline_of(Movie.objects.order_by("sort_title", "id")[:20]) == [
        {"$sort": {"sort_title": 1, "_id": 1}},
        {"$limit": 20},
    ]


def test_a_plain_projection_comes_after_sort_and_limit():
    queryset = Movie.objects.order_by("-popularity", "-id").values_list("id", "title")[20:40]
    assert pipeline_of(queryset) == [
        {"$sort": {"popularity": -1, "_id": -1}},
        {"$skip": 20},
        {"$limit": 20},
        {"$project": SUMMARY},
    ]


def test_only_fetches_what_it_names():
    assert pipeline_of(Movie.objects.only("title").order_by("-popularity", "-id"))[-1] == {"$project": SUMMARY}


def test_an_expression_to_order_by_is_still_computed_before_the_sort():
    pipeline = pipeline_of(Movie.objects.annotate(double=Max("popularity") * 2).order_by("double"))
    assert [next(iter(stage)) for stage in pipeline][-1] == "$sort"


def test_list_lookups_become_array_operators():
    assert pipeline_of(Movie.objects.filter(genre_ids__has_all=[1, 8]).order_by())[0] == {
        "$match": {"genre_ids": {"$all": [1, 8]}}
    }
    assert pipeline_of(Movie.objects.filter(genre_ids__has_any=[1, 2]).order_by())[0] == {
        "$match": {"genre_ids": {"$in": [1, 2]}}
    }


@pytest.mark.parametrize("ordering", ["title", "-popularity", "-release_date", "popularity"])
def test_first_middle_and_last_pages_of_the_api_scan_and_sort_nothing(
    movies: None, profiled: Any, api: APIClient, ordering: str
):
    url, pages = f"/api/v1/movies/?ordering={ordering}", 0
    while url:
        url, pages = api.get(url).json()["next"], pages + 1
    assert pages == NUMBER / 20
    reads = list(profiled.find({"command.aggregate": "catalog_movie"}))
    assert len(reads) >= pages
    assert {read["planSummary"].split()[0] for read in reads} <= {"IXSCAN", "EOF"}
    assert not any(read.get("hasSortStage") for read in reads)
    assert max(read["docsExamined"] for read in reads) <= 21  # a page, and one more to know whether there is another


def test_a_page_of_a_genre_reads_only_that_page(movies: None):
    stages, examined = execution(Movie.objects.filter(genre_ids__has=3).order_by("-popularity", "-id")[:10])
    assert "SORT" not in stages
    assert examined == 10


def test_the_primary_key_is_mongodbs_own(movies: None):
    assert execution(Movie.objects.filter(pk=5).order_by()) == ({"IDHACK"}, 1)


def test_counts_are_right_whatever_is_asked(movies: None):
    assert Movie.objects.count() == NUMBER
    assert Movie.objects.filter(popularity=3).count() == 10
    assert Movie.objects.filter(pk__in=[]).count() == 0
    assert Movie.objects.filter(popularity=999).count() == 0
    assert Movie.objects.all()[:7].count() == 7
    assert Movie.objects.values("title").distinct().count() == 40
    assert Movie.objects.aggregate(number=Count("pk"), highest=Max("popularity")) == {
        "number": NUMBER,
        "highest": 29,
    }
    assert Person.objects.count() == 0


def test_an_unfiltered_count_aggregates_nothing(movies: None):
    with CaptureQueriesContext(connections["catalog"]) as queries:
        assert Movie.objects.count() == NUMBER
    assert not queries.captured_queries


def test_a_filtered_count_groups_nothing(movies: None):
    with CaptureQueriesContext(connections["catalog"]) as queries:
        Movie.objects.filter(original_title="").count()
    assert [query["sql"] for query in queries] == [
        "db.catalog_movie.aggregate([{'$match': {'original_title': ''}}, {'$count': '__count'}])"
    ]


def test_iexact_takes_its_value_literally(movies: None):
    assert Movie.objects.filter(title__iexact="FILM 5").exists()
    assert not Movie.objects.filter(title__iexact="film .*").exists()
