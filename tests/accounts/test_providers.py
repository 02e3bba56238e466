"""Who signs in by another site gets into their own account, never into one whose address they say they have."""

import pytest
from allauth.account.models import EmailAddress
from allauth.core.context import request_context
from allauth.socialaccount.internal.flows.login import complete_login
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from allauth.socialaccount.providers.github.provider import GitHubProvider
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.test import RequestFactory

from apps.accounts.models import User

pytestmark = pytest.mark.usefixtures("stores")


@pytest.fixture
def request_of_nobody():
    request = RequestFactory().get("/accounts/github/login/callback/")
    SessionMiddleware(lambda request: None).process_request(request)
    MessageMiddleware(lambda request: None).process_request(request)
    request.user = AnonymousUser()
    with request_context(request):
        yield request


def login_with(request, email: str, verified: bool) -> SocialLogin:
    account = SocialAccount(provider="github", uid="42", extra_data={"login": "octocat"})
    address = EmailAddress(email=email, verified=verified, primary=True)
    login = SocialLogin(
        user=User(email=email, handle="octocat"),
        account=account,
        email_addresses=[address],
        provider=GitHubProvider(request, app=SocialApp(provider="github")),
    )
    login.state = {"process": "login"}
    return login


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_that_has_an_account_does_not_open_it(request_of_nobody, member, verified):
    complete_login(request_of_nobody, login_with(request_of_nobody, member.email, verified))
    assert "_auth_user_id" not in request_of_nobody.session
    assert not SocialAccount.objects.exists()


def test_a_newcomer_chooses_a_handle(request_of_nobody):
    answer = complete_login(request_of_nobody, login_with(request_of_nobody, "new@example.com", True))
    assert answer.url == "/accounts/3rdparty/signup/"
    assert not User.objects.exists()


def test_who_has_connected_the_account_is_in(request_of_nobody, member):
    SocialAccount.objects.create(user=member, provider="github", uid="42")
    complete_login(request_of_nobody, login_with(request_of_nobody, "whatever@example.com", True))
    assert request_of_nobody.session["_auth_user_id"] == str(member.pk)
