from django.urls import path

from apps.curation.api import views

urlpatterns = [
    path("exports/", views.ExportList.as_view(), name="exports"),
    path("exports/rows/<slug:kind>/", views.ExportRows.as_view(), name="export-rows"),
    path("exports/<slug:export_id>/<slug:kind>/", views.ExportFile.as_view(), name="export-file"),
]
