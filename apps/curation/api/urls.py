from django.urls import path

from apps.curation.api import members, merges, views

urlpatterns = [
    path("merges/", merges.MergeList.as_view(), name="merges"),
    path("merges/preview/", merges.MergePreview.as_view(), name="merge-preview"),
    path("merges/<id:merge_id>/", merges.MergeDetail.as_view(), name="merge"),
    path("merges/<id:merge_id>/undo/", merges.MergeUndo.as_view(), name="merge-undo"),
    path("me/", members.Me.as_view(), name="me"),
    path("me/erasure/", members.MyErasure.as_view(), name="my-erasure"),
    path("me/export/", members.MyExport.as_view(), name="my-export"),
    path("me/exports/<uuid:personal_export_id>/", members.MyExportState.as_view(), name="my-export-state"),
    path("me/exports/<uuid:personal_export_id>/file/", members.MyExportFile.as_view(), name="my-export-file"),
    path("erasures/key/", members.ErasureKey.as_view(), name="erasure-key"),
    path("erasures/<uuid:erasure_id>/", members.ErasureState.as_view(), name="erasure"),
    path("exports/", views.ExportList.as_view(), name="exports"),
    path("exports/rows/<slug:kind>/", views.ExportRows.as_view(), name="export-rows"),
    path("exports/<slug:export_id>/<slug:kind>/", views.ExportFile.as_view(), name="export-file"),
]
