"""Links and tables in the admin's pages."""

from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from typing import Any, TypeVar

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

Shown = TypeVar("Shown")


def row_url(model: type[Model], pk: int | str) -> str:
    """A row's page in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(pk)])


def row_link(model: type[Model], pk: int | str, label: object) -> SafeString:
    """A link to a row's page, without reading the row."""
    return format_html('<a href="{}" class="text-link">{}</a>', row_url(model, pk), label)


def list_link(model: type[Model], label: object, **filters: object) -> SafeString:
    """A link to a model's list in the admin, filtered."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist", query=filters)
    return format_html('<a href="{}" class="text-link">{}</a>', url, label)


def outside_link(url: str, label: object) -> SafeString:
    return format_html('<a href="{}" class="text-link" target="_blank" rel="noreferrer">{}</a>', url, label)


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> SafeString:
    context = {"headers": headers, "rows": list(rows), "empty": empty}
    return render_to_string("admin/movieverse/table.html", context)


def once(column: Callable[..., Shown]) -> Callable[..., Shown]:
    """A column that reads a store: templates ask several times for what a page only shows, so the row remembers it."""

    @wraps(column)
    def remembered(*args: Any) -> Shown:
        shown = args[-1].__dict__.setdefault("_shown_once", {})
        if remembered not in shown:
            shown[remembered] = column(*args)
        return shown[remembered]

    return remembered
