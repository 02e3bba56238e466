"""Signing up, in and out over allauth's headless API, and the account behind the token."""

import pytest
from django.core import mail
from django.core.cache import cache
from rest_framework.test import APIClient

from apps.accounts.models import User
from tests.accounts.signing import AUTH, code_in, confirm, pending, sign_in, sign_up, token_of
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.usefixtures("stores")


def test_a_newcomer_confirms_the_address_and_is_somebody(api):
    response = sign_up(api)
    assert pending(response) == ["verify_email"]
    assert APIClient().get("/api/v1/me/", headers=token_of(response)).status_code == 401
    (message,) = mail.outbox
    assert message.to == ["alice@example.com"]
    confirmed = confirm(APIClient(), response)
    assert confirmed.status_code == 200
    me = APIClient().get("/api/v1/me/", headers=token_of(confirmed))
    assert me.status_code == 200
    assert (me.json()["handle"], me.json()["email"]) == ("alice", "alice@example.com")
    assert User.objects.get().check_password(PASSWORD)


def test_a_code_is_guessed_three_times_at_most(api):
    response = sign_up(api)
    code = code_in(mail.outbox[0])
    for _ in range(3):
        assert confirm(APIClient(), response, "AAAA-AAAA").status_code in (400, 409)
    assert confirm(APIClient(), response, code).status_code in (401, 409)
    assert not User.objects.get().emailaddress_set.get().verified


def test_who_has_not_confirmed_the_address_is_asked_for_it_at_every_sign_in(api):
    sign_up(api)
    cache.clear()  # another code is sent after ten seconds
    response = sign_in(APIClient(), "alice@example.com")
    assert pending(response) == ["verify_email"]
    assert confirm(APIClient(), response).status_code == 200


@pytest.mark.parametrize("handle", ["alice", "ALICE", "Ａｌｉｃｅ", " alice "])
def test_a_handle_is_given_once_however_it_is_written(api, handle):
    make_user("alice")
    response = sign_up(api, email="other@example.com", username=handle)
    assert response.status_code == 400
    assert [error["param"] for error in response.json()["errors"]] == ["username"]
    assert User.objects.count() == 1


@pytest.mark.parametrize("handle", ["al", "_alice", "al ice", "álice", "a" * 31])
def test_a_handle_is_plain(api, handle):
    response = sign_up(api, username=handle)
    assert response.status_code == 400
    assert response.json()["errors"][0]["param"] == "username"


def test_an_address_has_one_account_and_only_the_mail_says_so(api):
    make_user("alice")
    taken = sign_up(api, email="ALICE@example.com", username="alice2")
    free = sign_up(APIClient(), email="bob@example.com", username="bob")
    assert pending(taken) == pending(free) == ["verify_email"]
    assert taken.json()["data"] == free.json()["data"]
    assert shape_of(taken) == shape_of(free)
    assert [message.subject for message in mail.outbox] == [
        "[MovieVerse] Account Already Exists", "[MovieVerse] Please Confirm Your Email Address",
    ]  # fmt: skip
    guesses = [confirm(APIClient(), answer, "AAAA-AAAA") for answer in (taken, free)]
    assert guesses[0].status_code == guesses[1].status_code == 400
    assert guesses[0].json() == guesses[1].json()
    assert set(User.objects.values_list("handle", flat=True)) == {"alice", "bob"}


def shape_of(answer):
    return [answer.status_code, *sorted(answer.json())]


def test_a_sign_in_that_fails_does_not_say_whether_there_is_an_account(api, member):
    wrong = sign_in(api, password="wrong")
    unknown = sign_in(APIClient(), email="nobody@example.com")
    assert wrong.status_code == unknown.status_code == 400
    assert wrong.json() == unknown.json()


def test_guesses_at_a_password_are_limited(api, member):
    for _ in range(5):
        sign_in(APIClient(), password="wrong")
    response = sign_in(APIClient())
    assert response.status_code == 400
    assert response.json()["errors"][0]["code"] == "too_many_login_attempts"


def test_who_forgot_the_password_gets_a_mail_and_nobody_learns_who_has_an_account(api, member):
    answers = [
        api.post(f"{AUTH}password/request", {"email": email}) for email in ("member@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [message.to for message in mail.outbox] == [["member@example.com"], ["nobody@example.com"]]


@pytest.mark.parametrize("password", ["password1234", "elevenchars", "908172635445362718", "x y" * 43])
def test_a_weak_password_is_refused(api, password):
    response = sign_up(api, password=password)
    assert response.status_code == 400
    assert response.json()["errors"][0]["param"] == "password"


@pytest.mark.parametrize("password", ["two  blanks  in  between", "Пароль 密码 كلمة 🔑🔑🔑🔑", "x y z " * 21 + "!?"])
def test_a_password_is_taken_as_it_is(api, password):
    assert sign_up(api, password=password).status_code == 401  # the address is yet to be confirmed
    user = User.objects.get()
    assert user.check_password(password)
    assert not user.check_password(password[:-1])


def test_a_member_signs_in_and_out(api, member):
    response = sign_in(api)
    assert response.status_code == 200
    headers = {"X-Session-Token": response.json()["meta"]["session_token"]}
    visitor = APIClient()
    assert visitor.get("/api/v1/me/", headers=headers).json()["id"] == member.pk

    assert visitor.delete(f"{AUTH}session", headers=headers).status_code == 401
    assert visitor.get("/api/v1/me/", headers=headers).status_code == 401


def test_who_was_shut_out_does_not_get_in_with_an_old_token(api, member):
    headers = {"X-Session-Token": sign_in(api).json()["meta"]["session_token"]}
    User.objects.update(is_active=False)
    assert APIClient().get("/api/v1/me/", headers=headers).status_code == 401
    assert sign_in(APIClient()).status_code != 200


@pytest.mark.parametrize("headers", [{}, {"X-Session-Token": "x"}, {"X-Session-Token": "é" * 300}])
def test_without_a_valid_token_it_is_401_with_a_challenge(api, headers):
    response = api.get("/api/v1/me/", headers=headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'X-Session-Token realm="MovieVerse", Bearer realm="MovieVerse"'
    assert response["Content-Type"] == "application/problem+json"


def test_a_session_cookie_writes_only_with_a_csrf_token(member, heat):
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(member)
    assert browser.get("/api/v1/me/").status_code == 200
    refused = browser.patch("/api/v1/me/", {"handle": "other"})
    assert refused.status_code == 403
    assert refused["Content-Type"] == "application/problem+json"


def test_a_token_writes_without_a_csrf_token(member):
    app = APIClient(enforce_csrf_checks=True)
    headers = {"X-Session-Token": sign_in(app).json()["meta"]["session_token"]}
    assert (
        APIClient(enforce_csrf_checks=True).patch("/api/v1/me/", {"handle": "other"}, headers=headers).status_code
        == 200
    )


def test_a_member_changes_their_handle(signed_in, member):
    response = signed_in.patch("/api/v1/me/", {"handle": "ＮｅｗＮａｍｅ"})
    assert response.status_code == 200
    assert response.json()["handle"] == User.objects.get(pk=member.pk).handle == "newname"
    assert signed_in.patch("/api/v1/me/", {"handle": "newname"}).status_code == 200
    assert signed_in.patch("/api/v1/me/", {}).json()["handle"] == "newname"


def test_another_members_handle_is_409(signed_in):
    make_user("alice")
    response = signed_in.patch("/api/v1/me/", {"handle": "ALICE"})
    assert response.status_code == 409
    assert response.json()["type"] == "/api/problems/handle-taken/"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"handle": "no good"}, "/handle"), ({"handle": ""}, "/handle"), ({"email": "new@example.com"}, "/email")],
)
def test_what_cannot_be_changed_is_422(signed_in, member, body, pointer):
    response = signed_in.patch("/api/v1/me/", body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["pointer"] == pointer
    assert User.objects.get(pk=member.pk).handle == "member"


def test_the_account_shows_no_secrets(signed_in):
    assert set(signed_in.get("/api/v1/me/").json()) == {
        "id",
        "handle",
        "email",
        "email_confirmed",
        "role",
        "date_joined",
    }
