from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Works off the job queue: RQ's on Redis, or the embedded one in the accounts store."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.REDIS_URL:
            # Quiet: django-tasks tells of each job, and RQ would tell what it was called with, such as a member's mail.
            call_command("rqworker", "default", job_class="django_tasks_rq.Job", with_scheduler=True, verbosity=0)
        else:
            call_command("db_worker", reload=False)
