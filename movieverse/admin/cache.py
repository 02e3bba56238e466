"""What ready-made answers save, for who wants to know."""

from django.contrib import admin

from movieverse.admin.options import ReadOnlyAdmin
from movieverse.models import CacheUse


@admin.register(CacheUse)
class CacheUseAdmin(ReadOnlyAdmin):
    list_display = ("name", "rate", "hits", "misses", "stale", "bypasses", "build_time", "saved", "since")
    list_display_links = None
    sortable_by = ()
    ordering = ("name",)

    @admin.display(description="hit rate")
    def rate(self, use: CacheUse) -> str:
        return f"{use.hit_rate:.1%}"

    @admin.display(description="building one takes")
    def build_time(self, use: CacheUse) -> str:
        return f"{use.mean_build_ms:.1f} ms"

    @admin.display(description="time saved")
    def saved(self, use: CacheUse) -> str:
        return f"{use.saved_seconds:,.0f} s"
