from django.urls import re_path

from apps.profiles import pictures

urlpatterns = [re_path(r"^(?P<token>[0-9a-f]{32})\.webp\Z", pictures.picture, name="picture")]
