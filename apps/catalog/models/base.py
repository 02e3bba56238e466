from typing import ClassVar

from django.db import models

from movieverse.fields import DocumentField, MomentField


class CatalogModel(models.Model):
    id = models.BigIntegerField(primary_key=True, db_column="_id", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every change.")
    created_at = MomentField(auto_now_add=True)
    updated_at = MomentField(auto_now=True)

    # What data sets and curators may say of a row, hence what has an origin.
    FACTS: ClassVar[tuple[str, ...]] = ()
    COUNTER: ClassVar[str]  # which ids it takes, and what its events' kind is
    PROJECTED: ClassVar[tuple[str, ...]] = ()  # what follows from another store, and is written by its events alone

    class Meta:
        abstract = True

    @classmethod
    def own_columns(cls) -> list[str]:
        """What is written with a row that is there already."""
        fixed = {"id", "created_at", *cls.PROJECTED}
        return [field.name for field in cls._meta.concrete_fields if field.name not in fixed]

    def derive(self) -> None:
        """Bring the fields that follow from others up to date."""


class DescribedModel(CatalogModel):
    """A row whose facts come from several sources: of each it is kept which one, and whether it is locked."""

    origins = DocumentField(default=dict, blank=True, editable=False, help_text="{fact: Origin}.")

    class Meta:
        abstract = True

    def is_locked(self, fact: str) -> bool:
        return self.origins.get(fact, {}).get("locked", False)
