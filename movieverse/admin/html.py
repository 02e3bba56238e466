"""Links and tables in the admin's pages."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin.utils import quote
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString


def row_link(model: type[Model], pk: int | str, label: object) -> SafeString:
    """A link to a row's page in the admin, without reading the row."""
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_change", args=[quote(pk)])
    return format_html('<a href="{}" class="text-link">{}</a>', url, label)


def outside_link(url: str, label: object) -> SafeString:
    return format_html('<a href="{}" class="text-link" target="_blank" rel="noreferrer">{}</a>', url, label)


def table(headers: Sequence[str], rows: Iterable[Sequence[Any]], empty: str) -> SafeString:
    context = {"headers": headers, "rows": list(rows), "empty": empty}
    return render_to_string("admin/movieverse/table.html", context)
