from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import is_headless_request
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.core.mail import EmailMessage, get_connection
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

import movieverse
from apps.accounts.models import User, fold_identifier
from movieverse.sealing import InvalidToken, seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    def clean_username(self, username: str, shallow: bool = False) -> str:
        return super().clean_username(fold_identifier(username), shallow)

    def clean_email(self, email: str) -> str:
        return fold_identifier(super().clean_email(email))

    def set_password(self, user: User, password: str) -> None:
        """And nothing else: the account may have been banned since it was read."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Answer who signed up a moment too late as if they had come later: the form was clean when it was checked."""
        save = movieverse.atomic("default")(super().save_user)
        try:
            return save(request, user, form, commit)
        except IntegrityError:
            form.full_clean()
            if form.is_valid() and not form.account_already_exists:
                raise
            raise ImmediateHttpResponse(_late(request, form)) from None

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Refuse an address that another account has meanwhile."""
        confirm = movieverse.atomic("default")(super().confirm_email)
        try:
            confirmed = confirm(request, email_address)
        except IntegrityError:
            confirmed = False
        if not confirmed:
            raise ImmediateHttpResponse(_taken(request))
        return True

    def render_mail(self, *args: Any, **kwargs: Any) -> EmailMessage:
        """Have a worker send it: nobody's sign-up waits for a mail server."""
        message = super().render_mail(*args, **kwargs)
        message.connection = get_connection("movieverse.mail.QueueBackend")
        return message


class MFAAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed with a secret key that is gone fits no code."""
        try:
            return unseal(encrypted_text.encode()).decode()
        except InvalidToken:
            raise self.validation_error("incorrect_code") from None

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to where people find the site, by whatever name a request got here."""
        return {"id": urlsplit(settings.PUBLIC_URL).hostname or "", "name": "MovieVerse"}


# Allauth's views import the adapter, hence the imports below.


def _late(request: HttpRequest, form: Any) -> HttpResponse:
    """What allauth answers where an address has an account (which only the mail says), or to a form with errors."""
    from allauth.account.views import SignupView
    from allauth.headless.base.response import AuthenticationResponse
    from allauth.headless.internal.restkit.response import ErrorResponse

    headless = is_headless_request(request)
    if form.is_valid():
        asked = prevent_enumeration(request, email=form.cleaned_data["email"])
        return AuthenticationResponse.from_response(request, asked) if headless else asked
    if headless:
        return ErrorResponse(request, input=form)
    view = SignupView()
    view.setup(request)
    return view.form_invalid(form)


def _taken(request: HttpRequest) -> HttpResponse:
    from allauth.headless.base.response import ConflictResponse

    if is_headless_request(request):
        return ConflictResponse(request)
    messages.error(request, "Another account has confirmed this e-mail address.")
    return redirect("account_email")
