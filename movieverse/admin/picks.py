"""Rows of other tables, or other stores, referred to by plain ids and chosen by what a curator types."""

from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.forms.utils import flatatt
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelect2Widget

from movieverse.admin.html import row_link, row_url
from movieverse.exceptions import StoreUnavailable
from movieverse.lookups import as_number

_MOST_OFFERED = 20
_HIGHEST_ID = 2**63 - 1


class PickableAdmin(ModelAdmin):
    """Rows of this model can be picked on other pages, by what its own search finds."""

    label_fields: tuple[str, ...] = ("name",)  # what `str(row)` reads
    pick_ordering: tuple[str, ...] = ("sort_name", "pk")  # that of the index which serves the search

    def get_urls(self) -> list[URLPattern]:
        own = path("pick/", self.admin_site.admin_view(self.pick_view), name=_pick_url_name(self.model))
        return [own, *super().get_urls()]

    def pick_view(self, request: HttpRequest) -> JsonResponse:
        """The first rows that match a term, as select2 takes them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        term = request.GET.get("term", "").replace("\0", "").strip()
        return JsonResponse({"results": self._offers(request, term) if term else []})

    def _offers(self, request: HttpRequest, term: str) -> list[dict[str, Any]]:
        rows, _ = self.get_search_results(request, self.model._default_manager.all(), term)
        offered = rows.only(*self.label_fields).order_by(*self.pick_ordering)[:_MOST_OFFERED]
        return [{"id": row.pk, "text": self.offer(row)} for row in offered]

    def offer(self, row: Any) -> str:
        """What tells a row from others of its name."""
        return f"{row} · {row.pk}"

    def labels(self, ids: Iterable[int]) -> dict[int, str]:
        """Names of rows, in one query. Ids without a row are left out."""
        wanted = {pk for pk in ids if 0 < pk <= _HIGHEST_ID}
        rows = self.model._default_manager.filter(pk__in=wanted).only(*self.label_fields) if wanted else []
        return {row.pk: str(row) for row in rows}


def labels_of(model: type[Model], ids: Iterable[int]) -> dict[int, str]:
    return cast(PickableAdmin, admin.site.get_model_admin(model)).labels(ids)


def _labels_shown(model: type[Model], ids: list[int]) -> dict[int, str]:
    """Where the names' store is away, ids: whether there are such rows is not known, and not for a page to say."""
    try:
        return labels_of(model, ids)
    except StoreUnavailable:
        return {pk: f"{model._meta.verbose_name} {pk}" for pk in ids}


def _pick_url_name(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}_pick"


class _Picks(forms.Select):
    """Options are only those chosen; the browser asks for others, as soon as somebody opens the list.

    Written without templates: a page may have hundreds.
    """

    def __init__(self, model: type[Model]) -> None:
        super().__init__({"class": "mv-input mv-pick"})
        self.model = model
        self.labels: dict[int, str] | None = None  # set by whoever shows many of these, to read them at once

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = [pk for pk in map(as_number, self.format_value(value)) if pk is not None]
        page = row_url(self.model, 0)
        own = {"name": name, "data-pick": reverse(f"admin:{_pick_url_name(self.model)}"), "data-page": page}
        return format_html(
            '<span class="mv-picked"><select{}>{}</select>{}</span>',
            flatatt(self.build_attrs(self.attrs, {**own, **(attrs or {})})),
            self._options(chosen),
            self._link(page, chosen),
        )

    def _options(self, chosen: list[int]) -> SafeString:
        labels = _labels_shown(self.model, chosen) if self.labels is None else self.labels
        unknown = f"{self.model._meta.verbose_name} {{}}, which there is not"
        options = format_html_join(
            "", '<option value="{}" selected>{}</option>', ((pk, labels.get(pk) or unknown.format(pk)) for pk in chosen)
        )
        return options if self.allow_multiple_selected else mark_safe("<option></option>") + options

    def _link(self, page: str, chosen: list[int]) -> SafeString | str:
        """To the page of what is chosen; admin.js lets it follow the choice."""
        if self.allow_multiple_selected:
            return ""
        address = {"href": page.replace("/0/", f"/{chosen[0]}/")} if chosen else {}
        return format_html('<a class="mv-open text-link" target="_blank" aria-label="Open"{}>↗</a>', flatatt(address))

    class Media:
        css = UnfoldAdminSelect2Widget.Media.css
        js = UnfoldAdminSelect2Widget.Media.js


class _ManyPicks(_Picks, forms.SelectMultiple):
    def __init__(self, model: type[Model]) -> None:
        super().__init__(model)
        self.attrs["multiple"] = True


class PickField(forms.IntegerField):
    """The id of a row of another model. Whether there is one is for the service to say."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(min_value=1, max_value=_HIGHEST_ID, widget=_Picks(model), **kwargs)

    def told(self, pk: int | None) -> SafeString | str:
        return row_links(self.model, [pk]) if pk else ""

    def shown(self, row: Any, name: str) -> SafeString | str:
        return self.told(getattr(row, name))


class PickManyField(forms.Field):
    """Ids of rows of another model, in the order they were chosen in."""

    def __init__(self, model: type[Model], **kwargs: Any) -> None:
        self.model = model
        super().__init__(widget=_ManyPicks(model), **kwargs)

    def to_python(self, value: Any) -> list[int]:
        numbers = [as_number(str(item)) for item in value or ()]
        if None in numbers:
            raise forms.ValidationError("Choose from what the search offers.")
        return [number for number in dict.fromkeys(numbers) if number is not None]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(pk) for pk in initial or ()] != [str(pk) for pk in data or ()]

    def told(self, ids: list[int]) -> SafeString:
        return row_links(self.model, ids)

    def shown(self, row: Any, name: str) -> SafeString:
        return self.told(getattr(row, name))


def row_links(model: type[Model], ids: list[int]) -> SafeString:
    labels = _labels_shown(model, ids)
    links = ((row_link(model, pk, labels.get(pk, f"{model._meta.verbose_name} {pk}")),) for pk in ids)
    return format_html_join(", ", "{}", links)
