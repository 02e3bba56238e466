from django.urls import path

from apps.curation.api import merges, views

urlpatterns = [
    path("merges/", merges.MergeList.as_view(), name="merges"),
    path("merges/preview/", merges.MergePreview.as_view(), name="merge-preview"),
    path("merges/<id:merge_id>/", merges.MergeDetail.as_view(), name="merge"),
    path("merges/<id:merge_id>/undo/", merges.MergeUndo.as_view(), name="merge-undo"),
    path("exports/", views.ExportList.as_view(), name="exports"),
    path("exports/rows/<slug:kind>/", views.ExportRows.as_view(), name="export-rows"),
    path("exports/<slug:export_id>/<slug:kind>/", views.ExportFile.as_view(), name="export-file"),
]
