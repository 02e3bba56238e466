from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "movieverse.admin.site.AdminSite"

    def ready(self) -> None:
        super().ready()
        from movieverse.admin import cache, edits  # noqa: F401
