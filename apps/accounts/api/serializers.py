from rest_framework import serializers

from apps.accounts.models import Ban, PersonalToken, User
from apps.accounts.roles import Role
from apps.accounts.selectors import has_confirmed_address, role_of
from movieverse.api.scopes import SCOPES
from movieverse.api.serializers import InputSerializer, RowSerializer


class MeSerializer(serializers.ModelSerializer):
    email_confirmed = serializers.SerializerMethodField()
    role = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ("id", "handle", "email", "email_confirmed", "role", "date_joined")

    def get_email_confirmed(self, user: User) -> bool:
        return has_confirmed_address(user)

    def get_role(self, user: User) -> Role:
        return role_of(user)


class MeChangeSerializer(InputSerializer):
    handle = serializers.CharField(
        required=False, max_length=60, help_text="3 to 30 letters a-z, digits and underscores; stored in lower case."
    )


class TokenSerializer(RowSerializer):
    scopes = serializers.ListField(child=serializers.ChoiceField(list(SCOPES)))

    class Meta:
        model = PersonalToken
        fields = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")


class NewTokenSerializer(TokenSerializer):
    token = serializers.SerializerMethodField(help_text="Shown here, and never again.")

    class Meta:
        model = PersonalToken
        fields = (*TokenSerializer.Meta.fields, "token")

    def get_token(self, token: PersonalToken) -> str:
        return str(self.context["secret"])


class TokenInputSerializer(InputSerializer):
    name = serializers.CharField(max_length=100, help_text="What it is for.")
    scopes = serializers.ListField(child=serializers.ChoiceField(list(SCOPES)), min_length=1, max_length=len(SCOPES))
    expires_at = serializers.DateTimeField(required=False, help_text="Within 366 days; in 90 days unless told.")


class BanSerializer(serializers.ModelSerializer):
    handle = serializers.CharField(source="user.handle")
    by = serializers.CharField(source="by.handle", allow_null=True, default=None, help_text="A moderator's handle.")

    class Meta:
        model = Ban
        fields = ("handle", "reason", "at", "by")


class BanInputSerializer(InputSerializer):
    reason = serializers.CharField(max_length=2_000, help_text="For other moderators.")
