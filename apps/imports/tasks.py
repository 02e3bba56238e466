from django_tasks import task


@task(queue_name="imports")
def run_import(*, import_id: int) -> None:
    """However often it is called: one worker does what is to be done, and the others find nothing."""
    from apps.imports.running.performing import perform  # which knows the data sets, whose services wake workers

    perform(import_id)
