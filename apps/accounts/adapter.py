from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage, get_connection

from apps.accounts.models import fold_identifier


class AccountAdapter(DefaultAccountAdapter):
    def clean_username(self, username: str, shallow: bool = False) -> str:
        return super().clean_username(fold_identifier(username), shallow)

    def clean_email(self, email: str) -> str:
        return fold_identifier(super().clean_email(email))

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Have a worker send it: nobody's sign-up waits for a mail server."""
        message = super().render_mail(*args, **kwargs)
        message.connection = get_connection("movieverse.mail.QueueBackend")
        return message
