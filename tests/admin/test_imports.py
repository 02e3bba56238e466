"""Curators look after their imports, and put rejected rows right."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.accounts.services import role_set
from apps.catalog.models import Movie
from apps.imports.models import Import, RejectedRow
from apps.imports.services.rows import row_edit
from tests.admin.browser import errors_of, opened
from tests.admin.rows import page
from tests.factories import make_user
from tests.imports.jobs import imported
from tests.imports.netflix_files import OUR_PLANET, TAXI_DRIVER, written


@pytest.fixture
def row(curator: User, tmp_path: Path) -> Import:
    path = written(tmp_path / "titles.csv", [TAXI_DRIVER, OUR_PLANET | {"runtime": "<b>long</b>"}])
    return imported(curator, path)


def act(desk: Client, action: str, row: Import) -> str:
    answer = desk.post(page(Import, "changelist"), {"action": action, "_selected_action": [row.pk]}, follow=True)
    return answer.content.decode()


def test_the_list_and_the_page_tell_what_became_of_the_rows(desk: Client, row: Import):
    listed = desk.get(page(Import, "changelist")).content.decode()
    assert "Completed" in listed
    assert f"{page(RejectedRow, 'changelist')}?imported__id__exact={row.pk}" in listed
    text = desk.get(page(Import, "change", row.pk)).content.decode()
    for told in ("<td>movies</td>", "<td>titles.csv</td>", "Its first column numbers the rows."):
        assert told in text


def test_rejected_rows_are_listed_by_import_edited_and_retried(desk: Client, row: Import):
    rejected = row.rejected_rows.get()
    listed = desk.get(page(RejectedRow, "changelist"), {"imported__id__exact": row.pk}).content.decode()
    assert "is not a number" in listed
    url = page(RejectedRow, "change", rejected.pk)
    text = desk.get(url).content.decode()
    assert "&lt;b&gt;long&lt;/b&gt;" in text
    assert "<b>long" not in text
    cells = {f"cell_{number}": cell for number, cell in enumerate((OUR_PLANET | rejected.cells).values())}
    number = list(OUR_PLANET).index("runtime")
    answer = desk.post(url, cells | {f"cell_{number}": "50"})
    assert answer.status_code == 302, answer.content
    rejected.refresh_from_db()
    assert (rejected.edited, rejected.version) == ({"runtime": "50"}, 2)
    assert "Retried as import" in act(desk, "retry", row)
    assert Movie.objects.get(title="Our Planet").runtime == 50
    refused = desk.post(url, cells | {f"cell_{number}": "51"})
    assert "was tried again in import" in refused.content.decode()


def test_of_two_who_edit_a_rejected_row_the_later_one_is_told(desk: Client, row: Import):
    rejected = row.rejected_rows.get()
    url = page(RejectedRow, "change", rejected.pk)
    runtime, year = (f"cell_{list(OUR_PLANET).index(name)}" for name in ("runtime", "release_year"))
    sent = opened(desk, url)
    assert desk.post(url, sent | {runtime: "50"}).status_code == 302
    answer = desk.post(url, sent | {runtime: "51"})
    assert "Somebody else has changed this" in str(errors_of(answer)["__all__"])
    assert answer.context["adminform"].form.differences() == [("runtime", "50", "51")]
    assert desk.post(url, sent | {runtime: "51", "overwrite": "2"}).status_code == 302
    assert errors_of(desk.post(url, sent | {year: "2020"}))
    assert desk.post(url, opened(desk, url) | {year: "2020"}).status_code == 302
    rejected.refresh_from_db()
    assert (rejected.edited, rejected.version) == ({"runtime": "51", "release_year": "2020"}, 4)


def test_an_edit_between_reading_and_writing_is_met(desk: Client, row: Import, monkeypatch: pytest.MonkeyPatch):
    """The service has the last word, and the page shows it."""
    rejected = row.rejected_rows.get()
    url = page(RejectedRow, "change", rejected.pk)
    runtime = f"cell_{list(OUR_PLANET).index('runtime')}"
    sent = opened(desk, url) | {runtime: "51"}

    def late(**how: Any) -> RejectedRow:
        row_edit(row=rejected, cells={"runtime": "50"}, version=None)
        return row_edit(**how)

    monkeypatch.setattr("apps.imports.admin.row_edit", late)
    answer = desk.post(url, sent)
    assert "Somebody else has changed this" in str(errors_of(answer)["__all__"])
    assert answer.context["adminform"].form[runtime].value() == "51"
    rejected.refresh_from_db()
    assert rejected.edited == {}  # theirs went with the transaction, which here is the same


def test_imports_are_undone_and_what_has_ended_is_not_cancelled(desk: Client, row: Import):
    assert "there is nothing to cancel" in act(desk, "cancel", row)
    assert "It is being undone." in act(desk, "undo", row)
    assert not Movie.objects.exists()
    assert "cannot be undone" in act(desk, "undo", row)


def test_a_curator_sees_their_own_and_an_administrator_all(client: Client, row: Import):
    rejected = row.rejected_rows.get()
    for role, status in ((Role.CURATOR, 302), (Role.ADMINISTRATOR, 200)):
        client.force_login(role_set(user=make_user(f"{role.value}1"), role=role, by=None))
        assert client.get(page(Import, "change", row.pk)).status_code == status
        assert client.get(page(RejectedRow, "change", rejected.pk)).status_code == status
