"""E-mail: sent by a worker, and in an embedded installation shown in the console and kept in `var/mail`."""

import logging
import re
from collections.abc import Set
from importlib.util import find_spec
from pathlib import Path
from smtplib import SMTPException
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends import base, console, filebased
from django.dispatch import receiver
from django_tasks import TaskResult, TaskResultStatus, task
from django_tasks.signals import task_finished

from movieverse import redis
from movieverse.exceptions import StoreUnavailable

logger = logging.getLogger(__name__)

QUEUE_AWAY: tuple[type[Exception], ...] = ()
if find_spec("redis"):
    from redis.exceptions import RedisError

    QUEUE_AWAY = (RedisError,)


@task()
def send_mail(*, subject: str, body: str, from_email: str, to: list[str]) -> None:
    EmailMessage(subject, body, from_email, to).send()


@receiver(task_finished)
def forget_sent(sender: type, task_result: TaskResult, **kwargs: Any) -> None:
    """A mail may hold a link that sets a password: what was sent is not kept. (RQ forgets by itself.)"""
    ours = task_result.task.module_path == send_mail.module_path
    if ours and task_result.status == TaskResultStatus.SUCCESSFUL and hasattr(task_result, "db_result"):
        task_result.db_result.delete()


def forget_mails(addresses: Set[str]) -> None:
    """What is kept of mails to these: in `var/mail`, and as tasks that wait or have failed.

    Raises StoreUnavailable where the queue cannot be asked.
    """
    folder = Path(settings.EMAIL_FILE_PATH)
    for file in folder.glob("*.log") if folder.is_dir() else ():
        if _names_any(file.read_text(errors="replace"), addresses):
            file.unlink(missing_ok=True)
    if settings.REDIS_URL:
        _forget_jobs(addresses)
    elif apps.is_installed("django_tasks_db"):
        _forget_rows(addresses)


def _names_any(text: str, addresses: Set[str]) -> bool:
    return any(re.search(rf"(?<![\w.+-]){re.escape(address)}(?![\w-])", text.casefold()) for address in addresses)


def _forget_rows(addresses: Set[str]) -> None:
    """One that is just being sent deletes itself."""
    results = apps.get_model("django_tasks_database", "DBTaskResult")._default_manager
    mails = results.filter(task_path=send_mail.module_path).exclude(status=TaskResultStatus.RUNNING)
    named = [row.pk for row in mails if not addresses.isdisjoint(row.args_kwargs["kwargs"]["to"])]
    results.filter(pk__in=named).delete()


def _forget_jobs(addresses: Set[str]) -> None:
    import django_rq
    from rq.job import Job

    try:
        queue = django_rq.get_queue("default")
        kept = (queue, queue.failed_job_registry, queue.finished_job_registry)
        ids = [job_id for jobs in kept for job_id in jobs.get_job_ids()]
        for job in Job.fetch_many(ids, connection=queue.connection):
            if job and not addresses.isdisjoint(job.kwargs.get("to", ())):
                job.delete()
    except QUEUE_AWAY as error:
        raise StoreUnavailable("redis", "REDIS_URL", error) from error


class QueueBackend(base.BaseEmailBackend):
    """Leaves the sending to a worker and EMAIL_BACKEND."""

    def send_messages(self, email_messages: Any) -> int:
        for message in email_messages:
            fields = {"subject": str(message.subject), "body": message.body}
            self._queue(**fields, from_email=message.from_email, to=list(message.to))
        return len(email_messages)

    def _queue(self, **fields: Any) -> None:
        """With the queue away, send it at once: slower, but not lost."""
        if not (redis.may_be_asked() and _enqueued(**fields)):
            logger.warning("The queue does not answer: mail is sent without it.")
            _send_now(**fields)


def _enqueued(**fields: Any) -> bool:
    try:
        send_mail.enqueue(**fields)
    except QUEUE_AWAY as error:
        redis.note_away(error)
        return False
    return True


def _send_now(**fields: Any) -> None:
    """Whoever asked for the mail has done something that stands, and can ask for another."""
    try:
        send_mail.call(**fields)
    except (OSError, SMTPException):
        logger.exception("Mail to %s could not be sent.", ", ".join(fields["to"]))


class PassingMail(EmailMessage):
    """One of which no file is kept."""


class ConsoleAndFileBackend(console.EmailBackend):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = filebased.EmailBackend(*args, **kwargs)

    def send_messages(self, email_messages: Any) -> int:
        self.files.send_messages([message for message in email_messages if not isinstance(message, PassingMail)])
        super().send_messages(email_messages)
        return len(email_messages)
