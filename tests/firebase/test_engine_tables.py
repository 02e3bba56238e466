"""Migrations change rows where they have to, and are refused where they cannot."""

import pytest
from django.apps.registry import Apps
from django.db import NotSupportedError, models

from tests.firebase.things import Counted, counted, firebase, store  # noqa: F401

pytestmark = pytest.mark.usefixtures("firebase")


def changed(old, new):
    for field in (old, new):
        field.set_attributes_from_name("rank")
        field.model = Counted
    with store().schema_editor() as editor:
        editor.alter_field(Counted, old, new)


def rows():
    return {key: row.get("rank") for key, row in store().pick("counted", orderBy="id").items()}


def test_a_new_column_has_its_default_in_all_rows_and_goes_again():
    counted.bulk_create(Counted() for _ in range(1_200))
    field = models.CharField(max_length=5, default="new")
    field.set_attributes_from_name("state")
    with store().schema_editor() as editor:
        editor.add_field(Counted, field)
        found = store().pick("counted", orderBy="id")
        assert len(found) == sum(row["state"] == "new" for row in found.values()) == 1_200
        editor.remove_field(Counted, field)
    assert not any("state" in row for row in store().pick("counted", orderBy="id").values())


def test_a_column_gets_another_name_and_nothing_becomes_the_default():
    counted.bulk_create([Counted(rank=3), Counted(rank=4)])
    store().update({"counted/2/rank": None})
    changed(models.IntegerField(null=True), models.BigIntegerField(default=9))
    assert rows() == {"1": 3, "2": 9}
    changed(models.IntegerField(), models.IntegerField(db_column="place"))
    assert rows() == {"1": None, "2": None}
    assert store().pick("counted", orderBy="place")["2"]["place"] == 9


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda: changed(models.IntegerField(), models.TextField()), "IntegerField to TextField"),
        (lambda: changed(models.IntegerField(), models.IntegerField(primary_key=True)), "which column is the key"),
    ],
)
def test_what_would_be_read_wrongly_is_refused(change, named):
    with pytest.raises(NotSupportedError, match=named):
        change()


def test_a_table_is_there_from_its_making_on_until_it_is_dropped():
    class Passing(models.Model):
        class Meta:
            apps = Apps()
            app_label = "profiles"
            db_table = "passing"

    with store().schema_editor() as editor:
        editor.create_model(Passing)
        assert "passing" in store().introspection.table_names()
        Passing._default_manager.using("profiles").create()
        editor.delete_model(Passing)
    assert "passing" not in store().introspection.table_names()
    assert store().tree.get("passing")[0] is None


def test_unique_columns_and_constraints_are_refused():
    field = models.CharField(max_length=5, unique=True)
    field.set_attributes_from_name("state")
    constraint = models.CheckConstraint(condition=models.Q(rank__gt=0), name="positive")
    with store().schema_editor() as editor:
        with pytest.raises(NotSupportedError, match="Counted.*state"):
            editor.add_field(Counted, field)
        with pytest.raises(NotSupportedError, match="positive"):
            editor.add_constraint(Counted, constraint)
