"""Where each fact of a row comes from, and whether data sets leave it alone: a table with a lock for each."""

from typing import Any

from django import forms
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.utils.dateparse import parse_datetime
from django.utils.safestring import SafeString

from apps.catalog.models.base import DescribedModel
from apps.catalog.sources import SOURCES


class _LocksWidget(forms.CheckboxSelectMultiple):
    template_name = "admin/catalog/locks.html"
    facts: list[dict[str, Any]] = []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        chosen = set(value or ())
        facts = [{**fact, "locked": fact["name"] in chosen} for fact in self.facts]
        return {**super().get_context(name, value, attrs), "facts": facts}


class LocksField(forms.MultipleChoiceField):
    widget = _LocksWidget

    def __init__(self, model: type[DescribedModel]) -> None:
        self.titles = {fact: _title(model, fact) for fact in model.FACTS}
        super().__init__(
            choices=list(self.titles.items()),
            required=False,
            label="Facts and locks",
            help_text="Data sets leave a locked fact alone. What you edit becomes yours and is locked by itself.",
        )

    def describe(self, row: DescribedModel) -> list[str]:
        """Show a row's origins. Returns the facts that are locked."""
        self.widget.facts = self._facts(row)
        return [fact for fact in self.titles if row.is_locked(fact)]

    def shown(self, row: Any, name: str) -> SafeString:
        return render_to_string("admin/catalog/locks.html", {"facts": self._facts(row)})

    def _facts(self, row: DescribedModel) -> list[dict[str, Any]]:
        curators = _names(origin["by"] for origin in row.origins.values() if "by" in origin)
        return [
            {"name": fact, "title": title, "locked": row.is_locked(fact), **_told(row.origins.get(fact), curators)}
            for fact, title in self.titles.items()
        ]


def _title(model: type[DescribedModel], fact: str) -> str:
    named = {field.name: field.verbose_name for field in model._meta.fields}
    return str(named.get(fact, fact)).removesuffix(" ids").removesuffix(" id").capitalize()


def _told(origin: Any, curators: dict[int, str]) -> dict[str, Any]:
    if not origin:
        return {}
    source = SOURCES.get(origin["source"])
    by = origin.get("by")
    return {
        "source": source.title if source else origin["source"],
        "at": parse_datetime(origin["at"]),
        "by": curators.get(by, f"user {by}") if by is not None else "",
    }


def _names(user_ids: Any) -> dict[int, str]:
    wanted = set(user_ids)
    rows = get_user_model()._default_manager.filter(pk__in=wanted) if wanted else []
    return {row.pk: str(row) for row in rows}
