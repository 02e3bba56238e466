"""Queries answer what they answer on SQLite, or are refused by name."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import DataError, NotSupportedError, connections
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Sum, Value, When

from tests.firebase.things import Counted, Thing, counted, firebase, store, things  # noqa: F401

NAMES = ["", "a", "aa", "ab", "b", "é", "e", "ﬁ", "💥", "\uffee", "~", "10", "9", "a%b", "a_b", "a&b=c", 'q"', "ö.ä"]


def made(number: int) -> Thing:
    return Thing(
        pk=f"k{number * 7 % 40:02}",
        group=number % 5,
        number=number * 3 - 20,
        price=None if number % 6 == 0 else Decimal(number * 37 - 500) / 8,
        is_good=(True, False, None)[number % 3],
        note=None if number % 7 == 0 else NAMES[number % len(NAMES)],
        at=datetime(2026, 1, 1 + number % 9, tzinfo=UTC) if number % 4 else None,
        numbers=list(range(number % 4)),
    )


@pytest.fixture
def both(firebase, sqlite):  # noqa: F811
    rows = [made(number) for number in range(40)]
    things.bulk_create(rows)
    with connections[sqlite].schema_editor() as editor:
        editor.create_model(Thing)
    Thing._default_manager.using(sqlite).bulk_create(rows)
    yield Thing._default_manager.using(sqlite)
    with connections[sqlite].schema_editor() as editor:
        editor.delete_model(Thing)


CONDITIONS = [
    Q(), Q(pk="k07"), Q(pk="none"), Q(pk__in=["k01", "k02", "x"]), Q(pk__in=[]), ~Q(pk__in=["k01"]), Q(pk__gt="k30"),
    Q(pk__lte="k05"),
    Q(pk__gte="k10", pk__lt="k20"), Q(pk__range=("k05", "k08")), Q(pk__startswith="k3"),
    Q(pk__startswith="k", group=2),
    Q(group=3), Q(group__in=[1, 4]), Q(group__gte=2), Q(group__lt=2), Q(group__range=(1, 3)),
    Q(group__gt=1, group__lt=4), ~Q(group=3),
    Q(group=3, number__gt=10), Q(group=3) | Q(number__gt=80), ~(Q(group=3) | Q(number__gt=80)),
    ~(Q(group=3) & Q(note="b")),
    Q(number=10), Q(number__lt=0), Q(price=Decimal("-44.75")), Q(price__gt=0), Q(price__lt=100), ~Q(price__lt=100),
    Q(price__range=(-10, 50)),
    Q(price__isnull=True), Q(price__isnull=False), ~Q(price__isnull=True), Q(is_good=True), Q(is_good=False),
    Q(is_good=None), ~Q(is_good=True),
    Q(note="é"), Q(note=""), Q(note="a&b=c"), Q(note__in=["a", "é", 'q"']), ~Q(note="a"), ~Q(note__in=["a", "b"]),
    Q(note__startswith="a"),
    Q(note__startswith="💥"), Q(note__startswith=""), Q(note__contains="b"), Q(note__contains="%"),
    Q(note__contains="_"), Q(note__endswith="b"),
    Q(note__iexact="AA"), Q(note__icontains="A"), Q(note__istartswith="A"), Q(note__iendswith="B"),
    Q(note__regex=r"^a+$"), Q(note__iregex="^A"),
    Q(at__gt=datetime(2026, 1, 5, tzinfo=UTC)), Q(at=None), Q(at__lte=datetime(2026, 1, 2, tzinfo=UTC)),
    Q(number__gt=F("group")),
    Q(number=F("group") * 3 - 20), ~Q(number__gt=F("price")), Q(numbers__has=2), Q(numbers__has_any=[1, 7]),
    Q(numbers__has_all=[0, 1]),
    ~Q(numbers__has=2), Q(group=3) & (Q(note="a") | Q(number__gt=20)), Q(group__in=[]) | Q(pk="k03"), Q(group=99),
    Q(group__lt=1), Q(group__lte=0), Q(group__lte=0, number__gt=3), Q(group=0), Q(group__gte=0, group__lt=1),
    Q(group__startswith="1"), Q(group__gte=-1, group__startswith="1"),
    Q(number__lt=2**60), Q(number=2**60), Q(note__isnull=False),
]  # fmt: skip


@pytest.mark.parametrize("condition", CONDITIONS, ids=str)
def test_a_condition_finds_what_it_finds_on_sqlite(both, condition):
    wanted = set(both.filter(condition).values_list("pk", flat=True))
    assert set(things.filter(condition).values_list("pk", flat=True)) == wanted
    assert things.filter(condition).count() == len(wanted)
    assert things.filter(condition).exists() is bool(wanted)
    assert things.exclude(condition).count() == both.exclude(condition).count()
    assert things.filter(condition)[2:5].count() == both.filter(condition)[2:5].count()


@pytest.mark.parametrize("order", ["pk", "group", "number", "price", "is_good", "at"])
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("condition", [Q(), Q(group=3), Q(group__gt=1), Q(number__gt=20), Q(pk__gt="k10")], ids=str)
def test_an_order_and_its_slices_are_those_of_sqlite(both, order, sign, condition):
    for low, high in ((0, 1), (0, 7), (3, 9), (0, None), (35, 50), (5, 5)):
        names = (f"{sign}{order}", f"{sign}pk")
        wanted = list(both.filter(condition).order_by(*names).values_list("pk", flat=True)[low:high])
        assert list(things.filter(condition).order_by(*names).values_list("pk", flat=True)[low:high]) == wanted


def test_text_is_in_the_order_of_its_utf_16_units(both):
    found = list(things.exclude(note=None).order_by("note").values_list("note", flat=True))
    assert found == sorted(found, key=lambda text: text.encode("utf-16-be"))
    for note in NAMES:
        wanted = [text for text in found if text.encode("utf-16-be") >= note.encode("utf-16-be")]
        assert list(things.filter(note__gte=note).order_by("note").values_list("note", flat=True)) == wanted


def test_parts_of_rows_are_what_is_asked_for(both):
    assert set(things.filter(pk="k07").values("pk", "group").get()) == {"pk", "group"}
    thing = things.only("group").get(pk="k07")
    assert thing.get_deferred_fields() == {field.attname for field in Thing._meta.fields} - {"name", "group"}
    assert thing.number == both.get(pk="k07").number
    annotated = things.annotate(
        twice=F("number") * 2, kind=Case(When(group__gt=2, then=Value("big")), default=Value("small"))
    )
    assert list(annotated.order_by("pk").values_list("twice", "kind")) == [
        (thing.number * 2, "big" if thing.group > 2 else "small") for thing in both.order_by("pk")
    ]
    assert things.in_bulk(["k01", "x"]).keys() == {"k01"}
    assert (things.earliest("number").number, things.latest("number").number) == (-20, 97)
    assert things.none().count() == 0


def test_a_whole_table_is_read_page_by_page_whatever_the_limit(firebase):  # noqa: F811
    counted.bulk_create(Counted(rank=number % 3) for number in range(2_300))
    firebase.row_limit = 100
    assert counted.count() == len({row.pk for row in counted.order_by("pk").iterator()}) == 2_300
    assert [row.pk for row in counted.order_by("-pk")[5:8]] == [2_295, 2_294, 2_293]
    assert len(counted.filter(pk__in=range(100, 200, 2))) == 50
    assert counted.filter(rank=1).count() == 767


def test_reading_more_rows_than_the_limit_is_refused_naming_query_and_index(firebase):  # noqa: F811
    things.bulk_create(Thing(pk=f"{number}", group=number % 2, number=number) for number in range(60))
    firebase.row_limit = 50
    for query in (things.filter(number__gt=70), things.order_by("number")[:2], things.filter(group__gte=0, number=3)):
        with pytest.raises(
            NotSupportedError, match=r'Thing by .*number.* more than 50 \(row_limit\).*fields=\["number"\]'
        ):
            list(query)
    assert things.filter(group=1, number=3).get().pk == "3"
    firebase.row_limit = 60
    assert list(things.filter(number__gt=70)) == []


@pytest.mark.parametrize(
    ("query", "named"),
    [
        (lambda: things.aggregate(Sum("number")), "Sum"),
        (lambda: list(things.values("group").annotate(n=Count("pk"))), "group rows"),
        (lambda: list(things.distinct()), r"distinct\(\)"),
        (lambda: list(things.filter(at__year=2026)), "ExtractYear"),
        (lambda: list(things.filter(data__a=1)), "KeyTransform"),
        (lambda: list(things.union(things.all())), "union"),
        (lambda: list(things.extra(where=["1=1"])), r"extra\(\)|ExtraWhere"),
        (lambda: list(things.filter(Exists(things.filter(pk=OuterRef("pk"))))), "Exists"),
        (lambda: list(things.filter(pk__in=things.values("pk"))), "Query|in"),
        (lambda: list(things.order_by("?")), "Random"),
        (lambda: list(things.order_by(F("number").desc(nulls_last=True))), "order by"),
        (lambda: list(things.filter(Q(group=1) ^ Q(group=2))), "XOR"),
        (lambda: list(things.raw("SELECT 1")), "SQL"),
        (lambda: list(things.filter(data__contains={"a": 1})), "data__contains|contains lookup"),
        (lambda: list(things.filter(data__in=[{"a": 1}])), "data__in|KeyTransform"),
        (lambda: list(things.order_by("data")), "order by"),
        (lambda: list(things.filter(note__gt=F("number"))), "cannot compare"),
        (lambda: list(things.annotate(rest=F("number") % 7)), "CombinedExpression"),
        (lambda: things.filter(pk="k01").update(name="b"), "change the key"),
        (lambda: things.update(note=F("number")), "make a text of a number"),
        (lambda: things.explain(), "explain"),
    ],
)
def test_what_the_store_cannot_do_is_refused_by_name(both, query, named):
    with pytest.raises(NotSupportedError, match=named):
        query()


def test_a_table_with_anything_unique_but_its_key_is_refused(firebase):  # noqa: F811
    from apps.catalog.models import Genre

    with pytest.raises(NotSupportedError, match="Genre"), store().schema_editor() as editor:
        editor.create_model(Genre)


def test_a_slice_in_the_order_of_the_keys_is_found_though_its_filter_leaves_too_many(firebase):  # noqa: F811
    counted.bulk_create(Counted(rank=number % 2) for number in range(300))
    firebase.row_limit = 100
    assert [row.pk for row in counted.filter(rank=1).order_by("pk")[3:5]] == [8, 10]
    assert counted.filter(rank=1)[:20].count() == 20
    assert counted.all()[250:1_000].count() == 50


def test_numbers_beyond_and_what_is_not_nothing_are_picked_by_the_store(firebase):  # noqa: F811
    counted.bulk_create(Counted(rank=number % 100) for number in range(300))
    things.bulk_create(Thing(pk=f"{number}", note="x" if number % 100 == 0 else None) for number in range(300))
    firebase.row_limit = 10
    assert counted.filter(rank__gt=97).count() == counted.filter(rank__lt=2).count() == 6
    assert things.filter(note__isnull=False).count() == 3


def test_a_pattern_that_is_none_is_an_error_of_the_databases_own(both):
    with pytest.raises(DataError, match="regular expression"):
        list(things.filter(note__regex="("))


def test_ties_beyond_the_limit_are_refused(firebase):  # noqa: F811
    counted.bulk_create(Counted() for _ in range(50))
    firebase.row_limit = 20
    with pytest.raises(NotSupportedError, match="Counted by rank"):
        list(counted.order_by("rank", "-pk")[:5])


def test_what_is_left_of_a_deleted_row_takes_nobodys_place(firebase):  # noqa: F811
    counted.bulk_create(Counted(rank=number) for number in range(40))
    firebase.update({f"counted/{key}": {"_then": {"at": 1, "n": "{}"}} for key in range(101, 131)})
    for order in ("rank", "-rank", "pk"):
        assert counted.order_by(order)[:30].count() == len(counted.order_by(order)[:30]) == 30
    assert counted.filter(rank__lt=5).order_by("rank").first().rank == 0
    assert len(counted.all()) == counted.count() == 40
