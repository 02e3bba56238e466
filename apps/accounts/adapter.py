from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse

import movieverse
from apps.accounts.models import User, fold_identifier


class AccountAdapter(DefaultAccountAdapter):
    def clean_username(self, username: str, shallow: bool = False) -> str:
        return super().clean_username(fold_identifier(username), shallow)

    def clean_email(self, email: str) -> str:
        return fold_identifier(super().clean_email(email))

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Refuse who signed up a moment too late as if they had come later: the form was clean when it was checked."""
        save = movieverse.atomic("default")(super().save_user)
        try:
            return save(request, user, form, commit)
        except IntegrityError:
            form.full_clean()
            if form.is_valid():
                raise
            raise ImmediateHttpResponse(_refusal(request, form)) from None

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Have a worker send it: nobody's sign-up waits for a mail server."""
        message = super().render_mail(*args, **kwargs)
        message.connection = get_connection("movieverse.mail.QueueBackend")
        return message


def _refusal(request: HttpRequest, form: Any) -> HttpResponse:
    """What allauth answers to a form with errors; its views import the adapter, hence the imports here."""
    if is_headless_request(request):
        from allauth.headless.internal.restkit.response import ErrorResponse

        return ErrorResponse(request, input=form)
    from allauth.account.views import SignupView

    view = SignupView()
    view.setup(request)
    return view.form_invalid(form)
