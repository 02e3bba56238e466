from rest_framework import serializers

from apps.accounts.models import User
from movieverse.api.serializers import InputSerializer


class MeSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ("id", "handle", "email", "date_joined")


class MeChangeSerializer(InputSerializer):
    handle = serializers.CharField(
        required=False, max_length=60, help_text="3 to 30 letters a-z, digits and underscores; stored in lower case."
    )
