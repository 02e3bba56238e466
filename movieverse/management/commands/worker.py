from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from movieverse.backends import QUEUES


class Command(BaseCommand):
    help = "Works off the job queue: RQ's on Redis, or the embedded one in the accounts store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--queue", choices=QUEUES, help="Nothing but this one; else all, one job after the other.")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = [options["queue"]] if options["queue"] else QUEUES
        if settings.REDIS_URL:
            # Quiet: django-tasks tells of each job, and RQ would tell what it was called with, such as a member's mail.
            call_command("rqworker", *queues, job_class="django_tasks_rq.Job", with_scheduler=True, verbosity=0)
        else:
            call_command("db_worker", queue_name=",".join(queues), reload=False)
