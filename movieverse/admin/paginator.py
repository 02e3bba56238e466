"""Pages of a list whose rows are counted only as far as anybody would turn them."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property

MOST = 10_000


class CappedPaginator(Paginator):
    """Counts at most MOST rows, so that no list reads a whole table; what lies beyond is found by search."""

    template_name = "admin/movieverse/pagination.html"

    @cached_property
    def counted(self) -> int:
        rows: Any = self.object_list
        # All rows are counted along the primary key, others along whatever index finds them.
        ordered = rows.order_by() if rows.query.where else rows.order_by("pk")
        return ordered.values("pk")[: MOST + 1].count()

    @cached_property
    def count(self) -> int:
        return min(self.counted, MOST)

    @property
    def has_more(self) -> bool:
        return self.counted > MOST
