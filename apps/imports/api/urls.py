from django.urls import path

from apps.imports.api import imports, rows, tasks, uploads_urls

urlpatterns = [
    *uploads_urls.urlpatterns,
    path("imports/", imports.ImportList.as_view(), name="imports"),
    path("imports/<id:import_id>/", imports.ImportDetail.as_view(), name="import"),
    path("imports/<id:import_id>/cancel/", imports.ImportCancel.as_view(), name="import-cancel"),
    path("imports/<id:import_id>/retry/", imports.ImportRetry.as_view(), name="import-retry"),
    path("imports/<id:import_id>/undo/", imports.ImportUndo.as_view(), name="import-undo"),
    path("imports/<id:import_id>/events/", imports.ImportEvents.as_view(), name="import-events"),
    path("imports/<id:import_id>/rows/", rows.RowList.as_view(), name="import-rows"),
    path("imports/<id:import_id>/rows/csv/", rows.RowTable.as_view(), name="import-table"),
    path("imports/<id:import_id>/rows/<id:row_id>/", rows.RowDetail.as_view(), name="import-row"),
    path("tasks/", tasks.TaskList.as_view(), name="tasks"),
    path("tasks/<id:task_id>/", tasks.TaskDetail.as_view(), name="task"),
    path("tasks/<id:task_id>/file/", tasks.TaskFile.as_view(), name="task-file"),
    path("convert/", tasks.Conversion.as_view(), name="convert"),
]
