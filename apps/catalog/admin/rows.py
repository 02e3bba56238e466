"""A row of inputs for each kind of document that titles and people hold."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString

from apps.catalog import documents
from apps.catalog.images import url_of
from apps.catalog.models import Movie, Person
from apps.catalog.sources import CURATOR
from movieverse.admin.html import outside_link
from movieverse.admin.picks import PickField
from movieverse.admin.rows import IsoDateField, RowForm, RowsField, row_form


def _text(rows: int = 2) -> forms.CharField:
    return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": rows}))


def _code(most: int, example: str, required: bool = False) -> forms.CharField:
    attrs = {"placeholder": example, "class": "mv-input mv-short"}
    return forms.CharField(max_length=most, required=required, widget=forms.TextInput(attrs=attrs))


def _language(required: bool = False) -> forms.CharField:
    return _code(8, "en", required)


def _country(required: bool = False) -> forms.CharField:
    return _code(2, "US", required)


class _PathInput(forms.TextInput):
    """With a link to the picture."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        url = url_of({"source": "tmdb", "path": str(value)}) if value else None
        return format_html('<span class="mv-picked">{}{}</span>', field, outside_link(url, "↗") if url else "")


# A changed credit is the curator's word. Names follow from the person: the forms fill them in.
_OWN: dict[str, Any] = {"stamp": {"source": CURATOR}, "source": None, "name": None}

CastRow = row_form(documents.CastCredit, person_id=PickField(Person, label="Person"), **_OWN)
CrewRow = row_form(documents.CrewCredit, person_id=PickField(Person, label="Person"), job=forms.CharField(), **_OWN)
AlternativeTitleRow = row_form(documents.AlternativeTitle, title=forms.CharField(), country=_country())
TranslationRow = row_form(
    documents.Translation, language=_language(required=True), country=_country(), overview=_text()
)
ReleaseRow = row_form(documents.Release, country=_country(required=True), date=IsoDateField(required=False))
AwardRow = row_form(
    documents.Award,
    award=forms.CharField(),
    year=forms.IntegerField(min_value=1870, max_value=2200),
)
ImageRow = row_form(
    documents.Image,
    source=forms.CharField(initial="tmdb"),
    path=forms.CharField(widget=_PathInput(attrs={"placeholder": "/abc.jpg"})),
    language=_language(),
)
VideoRow = row_form(documents.Video, key=forms.CharField(), language=_language())


class TitleRow(RowForm):
    movie_id = PickField(Movie, label="Title")


def images_field() -> RowsField:
    return RowsField(ImageRow, ordered=True, unique=("source", "path"), add="Add an image")
