from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core import mail
from django.core.mail import get_connection

from movieverse import redis
from movieverse.mail import ConsoleAndFileBackend


def test_queued_mail_is_sent_by_a_worker():
    queue = get_connection("movieverse.mail.QueueBackend")
    message = mail.EmailMessage("Subject", "Body", "from@example.com", ["to@example.com"], connection=queue)
    assert message.send() == 1
    (sent,) = mail.outbox
    assert (sent.subject, sent.body, sent.from_email, sent.to) == (
        "Subject",
        "Body",
        "from@example.com",
        ["to@example.com"],
    )


def test_embedded_mail_is_shown_and_kept(tmp_path: Path, settings: Any, capsys: Any):
    settings.EMAIL_FILE_PATH = tmp_path
    message = mail.EmailMessage("Subject", "Body", "from@example.com", ["to@example.com"])
    assert ConsoleAndFileBackend().send_messages([message]) == 1
    (file,) = tmp_path.iterdir()
    assert "Subject: Subject" in file.read_text()
    assert "Subject: Subject" in capsys.readouterr().out


@pytest.mark.usefixtures("unheard")
def test_a_queue_that_is_away_is_asked_once_a_second_and_no_mail_is_lost(monkeypatch: Any):
    task = Mock(enqueue=Mock(side_effect=ConnectionError("frozen")))
    monkeypatch.setattr("movieverse.mail.send_mail", task)
    monkeypatch.setattr("movieverse.mail.QUEUE_AWAY", (ConnectionError,))
    monkeypatch.setattr(redis, "AWAY_SECONDS", 60)
    queue = get_connection("movieverse.mail.QueueBackend")
    for _ in range(3):
        mail.EmailMessage("Subject", "Body", "from@example.com", ["to@example.com"], connection=queue).send()
    assert (task.enqueue.call_count, task.call.call_count) == (1, 3)
