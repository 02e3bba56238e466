"""The curators' pages of accounts: users, groups and allauth's e-mail addresses."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, ClassVar

from allauth.account.admin import EmailAddressAdmin as AllauthEmailAddressAdmin
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.apps import apps as installed
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from unfold.decorators import action
from unfold.forms import AdminPasswordChangeForm

from apps.accounts.forms import ChangedUserForm, NewUserForm, ReasonForm, RoleForm
from apps.accounts.models import Ban, Event, User, fold_identifier
from apps.accounts.roles import Role
from apps.accounts.services import role_set, user_ban, user_delete, user_save, user_unban
from movieverse.admin.html import row_url
from movieverse.admin.options import ReadOnlyAdmin, StoreModelAdmin, told
from movieverse.admin.outbox import OutboxAdmin
from movieverse.exceptions import DomainError
from movieverse.lookups import as_number, starts_with

# Imported, these have registered themselves, without our site's looks and limits, and some with their secrets.
for own in (SocialAccount, SocialApp, SocialToken, UserSession, Authenticator, EmailAddress, Group):
    import_module(f"{own.__module__.rpartition('.')[0]}.admin")
    admin.site.unregister(own)


def _unregister_queues() -> None:
    """Their pages show what jobs were called with: mails, and in them links that set a password."""
    for app, model in (("django_tasks_db", "django_tasks_database.DBTaskResult"), ("django_rq", "django_rq.Dashboard")):
        if installed.is_installed(app):
            import_module(f"{app}.admin")
            admin.site.unregister(installed.get_model(model))


_unregister_queues()

admin.site.register(Event, OutboxAdmin)

_BANNED = "Signs the member out everywhere, revokes all tokens, and lets nobody in until the ban is lifted."


class SuperusersWrite:
    """For what leads to all rights: a group of one's own, an address at which one resets a superuser's password."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return bool(request.user.is_superuser)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, StoreModelAdmin):  # type: ignore[misc]
    edited_as = "user"
    form = ChangedUserForm
    add_form = NewUserForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("id", "handle", "email", "is_active", "is_staff", "date_joined")
    list_display_links = ("id", "handle")
    list_filter = ("is_staff", "is_active")
    sortable_by = ("id", "handle", "email")
    ordering = ("-id",)
    search_fields = ("handle",)
    search_help_text = "Start of the handle or e-mail address, or the id"
    readonly_fields = ("date_joined", "last_login")
    fieldsets = (
        (None, {"fields": (("handle", "email"), "password")}),
        ("Rights", {"fields": (("is_active", "is_staff", "is_superuser"), "groups", "user_permissions")}),
        ("Dates", {"fields": (("date_joined", "last_login"),)}),
    )
    actions_detail = ("role", "ban", "unban")
    add_fieldsets = ((None, {"fields": (("handle", "email"), "usable_password", ("password1", "password2"))}),)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        term = fold_identifier(search_term).lstrip("@")
        if not term:
            return queryset, False
        wanted = starts_with("handle", term) | starts_with("email", term)
        number = as_number(term)
        return queryset.filter(wanted if number is None else wanted | Q(pk=number)), False

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """Only a superuser hands out rights: whoever may edit users could otherwise give themselves all."""
        rights = () if request.user.is_superuser else ("is_staff", "is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *rights)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_touch(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_touch(request, obj)

    def has_role_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("accounts.assign_role")

    def has_ban_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        return request.user.has_perm("accounts.ban_user")

    @action(
        description="Role …",
        permissions=["role"],
        dialog={"title": "Role", "description": "", "form_class": RoleForm, "form_submit_text": "Give"},
    )
    def role(self, request: HttpRequest, form: RoleForm, object_id: str) -> HttpResponse:
        role = Role(form.cleaned_data["role"])
        return self._done(request, object_id, partial(role_set, role=role), f"Made {role.label.lower()}.")

    @action(
        description="Ban …",
        permissions=["ban"],
        dialog={"title": "Ban", "description": _BANNED, "form_class": ReasonForm, "form_submit_text": "Ban"},
    )
    def ban(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        ban = partial(user_ban, reason=form.cleaned_data["reason"])
        return self._done(request, object_id, ban, "Banned.")

    @action(
        description="Unban …",
        permissions=["ban"],
        dialog={"title": "Unban", "description": "", "form_class": ReasonForm, "form_submit_text": "Unban"},
    )
    def unban(self, request: HttpRequest, form: ReasonForm, object_id: str) -> HttpResponse:
        unban = partial(user_unban, reason=form.cleaned_data["reason"])
        return self._done(request, object_id, unban, "Unbanned.")

    def _done(self, request: HttpRequest, object_id: str, act: Callable[..., Any], done: str) -> HttpResponse:
        """Back to the page, which says what has become of it."""
        user = self.get_object(request, object_id)
        if user is None:
            raise Http404
        try:
            act(user=user, by=request.user)
        except (ValidationError, DomainError) as error:
            self.message_user(request, told(error), messages.ERROR)
        else:
            self.log_change(request, user, done)
            self.message_user(request, done, messages.SUCCESS)
        return HttpResponse(headers={"HX-Redirect": row_url(User, user.pk)})

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, ...]:
        """Whoever may delete an account may delete what goes with it, bans and addresses."""
        to_delete, counts, missing, protected = super().get_deleted_objects(objs, request)
        may = all(self.has_delete_permission(request, user) for user in objs)
        return to_delete, counts, set() if may else missing, protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        user_delete(user=obj)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        user_save(user=obj, by=request.user)  # type: ignore[arg-type]


def _may_touch(request: HttpRequest, user: User | None) -> bool:
    """Only a superuser changes, deletes or sets the password of those who may use the admin."""
    return bool(user is None or request.user.is_superuser or not (user.is_superuser or user.is_staff))


@admin.register(Ban)
class BanAdmin(ReadOnlyAdmin):
    list_display = ("user", "at", "by", "reason", "lifted_at", "lifted_by")
    list_select_related = ("user", "by", "lifted_by")
    sortable_by = ()
    ordering = ("-id",)
    fields = (("user", "at", "by"), "reason", ("lifted_at", "lifted_by"), "lifted_reason")


@admin.register(Authenticator)
class AuthenticatorAdmin(SuperusersWrite, ReadOnlyAdmin):
    """Second factors, without their secrets. Who has lost theirs, and is known to be who they say, has it deleted."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    sortable_by = ()
    ordering = ("-id",)
    fields = (("user", "type"), ("created_at", "last_used_at"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Group)
class GroupAdmin(SuperusersWrite, DjangoGroupAdmin, StoreModelAdmin):  # type: ignore[misc]
    search_fields = ("name",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Group], search_term: str
    ) -> tuple[QuerySet[Group], bool]:
        return queryset.filter(starts_with("name", search_term.strip())), False


@admin.register(EmailAddress)
class EmailAddressAdmin(SuperusersWrite, AllauthEmailAddressAdmin, StoreModelAdmin):
    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    sortable_by = ("email",)
    ordering = ("-id",)
    autocomplete_fields = ("user",)
    raw_id_fields: ClassVar = ()
    search_help_text = "Start of the e-mail address"

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        return ("email",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[EmailAddress], search_term: str
    ) -> tuple[QuerySet[EmailAddress], bool]:
        return queryset.filter(starts_with("email", fold_identifier(search_term))), False

    def save_model(self, request: HttpRequest, obj: EmailAddress, form: Any, change: bool) -> None:
        obj.email = fold_identifier(obj.email)
        super().save_model(request, obj, form, change)

    @admin.action(permissions=["change"], description="Mark selected email addresses as verified")
    def make_verified(self, request: HttpRequest, queryset: QuerySet[EmailAddress]) -> None:
        """Allauth's own, which whoever may view addresses could use."""
        super().make_verified(request, queryset)
