"""The least that Django can do: a view without any middleware that answers the bytes of the file ANSWER."""

import os
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

ANSWER = Path(os.environ["ANSWER"]).read_bytes()


def constant(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ANSWER, headers={"Content-Type": "application/json", "Content-Length": str(len(ANSWER))})


urlpatterns = [re_path("", constant)]

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="benchmarks")  # noqa: S106
application = get_wsgi_application()
