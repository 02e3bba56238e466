from apps.imports.api import uploads_urls

urlpatterns = [*uploads_urls.urlpatterns]
