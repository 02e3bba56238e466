import pytest
import yaml
from django.core.management import call_command

from movieverse.api.pagination import KeysetPagination

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture(scope="module")
def schema(tmp_path_factory) -> dict:
    """As `manage.py spectacular` writes it, refusing any warning."""
    file = tmp_path_factory.mktemp("schema") / "schema.yml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(file))
    return yaml.safe_load(file.read_text())


def operations(schema: dict):
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def test_it_is_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    assert set(schema["components"]["securitySchemes"]) == {"sessionToken", "personalToken", "cookieAuth"}


def test_it_says_which_scope_a_token_needs(schema):
    def scopes(method: str, path: str) -> list[list[str]]:
        security = schema["paths"][f"/api/v1/{path}/"][method]["security"]
        return [way["personalToken"] for way in security if "personalToken" in way]

    assert scopes("get", "me/ratings") == [["read"]]
    assert scopes("put", "movies/{movie_id}/rating") == [["write"]]
    assert scopes("patch", "movies/{movie_id}") == [["curate"]]
    assert scopes("get", "movies/{movie_id}") == scopes("get", "me/tokens") == scopes("patch", "me") == []


def test_every_parameter_of_a_list_is_documented(schema):
    for path in ("movies", "people", "genres", "reviews", "me/ratings", "me/reviews", "movies/{movie_id}/reviews"):
        parameters = schema["paths"][f"/api/v1/{path}/"]["get"]["parameters"]
        assert set(KeysetPagination.PARAMETERS) <= {parameter["name"] for parameter in parameters}
        assert all(parameter.get("description") for parameter in parameters if parameter["in"] == "query")
    movies = {parameter["name"] for parameter in schema["paths"]["/api/v1/movies/"]["get"]["parameters"]}
    assert {"genre", "year__gte", "release_date__lte", "external_id", "ids", "person"} <= movies


MAY_NOT_BE = {"/api/v1/me/erasure/"}
WITH_BODY = {("delete", "/api/v1/me/")}  # by which somebody says that they mean it


def test_every_operation_is_described_and_says_what_can_go_wrong(schema):
    for path, method, operation in operations(schema):
        assert operation["summary"], (path, method)
        assert operation["tags"], (path, method)
        responses = operation["responses"]
        wrong = [status for status in responses if status >= "400"]
        assert {"400", "503"} <= set(wrong), (path, method)
        assert ("404" in responses) == ("{" in path or path in MAY_NOT_BE), (path, method)
        asks_who = "/users/" in path and not path.endswith("/reviews/")
        may_sign_in = {} not in operation["security"] or asks_who
        assert ("401" in responses) == may_sign_in, (path, method)
        for status in wrong:
            assert list(responses[status]["content"]) == ["application/problem+json"]
        assert ({"413", "415"} <= set(wrong)) == (method in ("post", "put", "patch") or (method, path) in WITH_BODY)


def test_the_public_reads_need_no_sign_in_and_the_writes_do(schema):
    for path, method, operation in operations(schema):
        for_some = any(
            part in path for part in ("/me/", "/moderation/", "/merges/", "/imports/", "/tasks/", "/uploads/")
        )
        for_some |= path.endswith(("/rating/", "/helpful/", "/history/", "/ban/"))
        public = method == "get" and not for_some
        assert ({} in operation["security"]) == public, (path, method)


def test_a_movie_is_documented_in_full(schema):
    movie = schema["components"]["schemas"]["MovieDetail"]["properties"]
    assert movie["cast"]["items"]["$ref"].endswith("/CastCredit")
    assert movie["genres"]["items"]["$ref"].endswith("/Genre")
    assert movie["external_ids"]["items"]["$ref"].endswith("/ExternalId")
    assert movie["origins"]["additionalProperties"]["$ref"].endswith("/Origin")


def test_the_docs_page_has_no_inline_script_or_style_and_nothing_from_elsewhere(api):
    response = api.get("/api/docs/")
    page = response.content.decode()
    assert response.status_code == 200
    assert "<style" not in page
    assert "style=" not in page
    assert "http" not in page
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert api.get("/api/docs/?script=").status_code == 200
    assert api.get("/api/schema/").status_code == 200


def test_anybody_may_keep_the_schema(api):
    answer = api.get("/api/schema/", headers={"Accept": "application/json"})
    assert answer["Cache-Control"].startswith("public")
    again = api.get("/api/schema/", headers={"Accept": "application/json", "If-None-Match": answer["ETag"]})
    assert again.status_code == 304
    assert api.get("/api/schema/?version=x%0ay").status_code == 200


def test_what_goes_wrong_with_the_schema_is_a_problem_as_well(api):
    answer = api.post("/api/schema/")
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer.json()["type"] == "/api/problems/method-not-allowed/"


def test_what_a_list_answers_when_it_is_put_is_a_page(schema):
    entries = schema["paths"]["/api/v1/lists/{list_id}/entries/"]
    pages = [entries[method]["responses"]["200"]["content"]["application/json"]["schema"] for method in ("get", "put")]
    assert pages[0] == pages[1]


def test_removing_a_picture_answers_the_profile(schema):
    responses = schema["paths"]["/api/v1/me/profile/picture/"]["delete"]["responses"]
    assert responses["200"]["content"]["application/json"]["schema"]["$ref"].endswith("/Profile")
    assert "204" not in responses


@pytest.mark.parametrize("name", ["Profile", "WatchlistItem", "DiaryEntry"])
def test_what_is_always_there_is_said_to_be(schema, name):
    component = schema["components"]["schemas"][name]
    assert set(component["required"]) == set(component["properties"])


@pytest.mark.parametrize("name", ["WatchlistItem", "DiaryEntry", "MyRating", "MyTag"])
def test_what_is_about_a_movie_does_not_say_where_the_server_has_it_from(schema, name):
    assert "context" not in schema["components"]["schemas"][name].get("description", "")
