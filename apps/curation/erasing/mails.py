"""The first and the last mail of an erasure."""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.urls import reverse

from apps.accounts.models import User
from apps.curation.models import Erasure
from movieverse.mail import PassingMail

logger = logging.getLogger(__name__)

_REQUESTED = """\
Hello {handle},

somebody who is signed in as you, and we think it is you, has asked for your account to be erased.

On {due:%Y-%m-%d} at {due:%H:%M} UTC we delete the account with everything that belongs to it. Nobody can bring it back.
Until then nothing changes. If you would rather stay, sign in and withdraw it: DELETE {withdraw}

Before that you may also take your data with you: POST {export}
Afterwards a signed receipt will be at {receipt}
"""
_BEGUN = """\
Hello {handle},

your account is being erased now, as was asked for. When every store has forgotten you, the signed receipt is at

{receipt}

Keep this address: it is the only way to it, for we know neither your name nor your address any more. This is the last
mail that you get from us.
"""


def receipt_url(erasure: Erasure) -> str:
    return settings.PUBLIC_URL + reverse("v1:erasure", args=[erasure.pk])


def tell_requested(user: User, erasure: Erasure) -> None:
    withdraw, export = (settings.PUBLIC_URL + reverse(f"v1:{name}") for name in ("my-erasure", "my-export"))
    links = {"withdraw": withdraw, "export": export, "receipt": receipt_url(erasure)}
    body = _REQUESTED.format(handle=user.handle, due=erasure.due_at, **links)
    queue = get_connection("movieverse.mail.QueueBackend")
    EmailMessage("Your account is about to be erased", body, to=[user.email], connection=queue).send()


def tell_begun(user: User, erasure: Erasure) -> None:
    """At once, for a queue would keep the address for good. A mail that cannot be sent stops nothing."""
    body = _BEGUN.format(handle=user.handle, receipt=receipt_url(erasure))
    try:
        PassingMail("Your account is being erased", body, to=[user.email]).send()
    except (OSError, SMTPException) as error:
        logger.error("The last mail of erasure %s could not be sent: %s.", erasure.pk, type(error).__name__)
