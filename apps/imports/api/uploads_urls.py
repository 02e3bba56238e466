from django.urls import path

from apps.imports.api import uploads

urlpatterns = [
    path("uploads/", uploads.UploadList.as_view(), name="uploads"),
    path("uploads/<uuid:upload_id>/", uploads.UploadDetail.as_view(), name="upload"),
]
