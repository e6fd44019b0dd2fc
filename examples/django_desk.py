"""A one-stop back end on Django in one file, with the transactional outbox.

    gov-connect mocks serve                              # prints the settings of a client, as one line of JSON
    python django_desk.py migrate && python django_desk.py runserver
    gov-connect worker                                   # delivers what was written down

The host's row and our event are written in one transaction of one database: either both exist or neither does.
So no dossier is accepted here and never told to the portal, and none is told that was not accepted.
"""

import json
import os
import sys
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.management.utils import get_random_secret_key
from django.core.wsgi import get_wsgi_application
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from gov_connect import Dossier, DossierCode, DossierStatus, GovConnect
from gov_connect.model import VIETNAM, Applicant

# Django and gov_connect must use one database: GOV_CONNECT_DATABASE_URL names it for both.
DATABASE = os.environ.get("GOV_CONNECT_DATABASE_URL", "sqlite:///desk.db").removeprefix("sqlite:///")
settings.configure(
    SECRET_KEY=os.environ.get("DJANGO_SECRET_KEY") or get_random_secret_key(),
    ALLOWED_HOSTS=["localhost", "127.0.0.1", "testserver"],
    ROOT_URLCONF=__name__,
    # IMMEDIATE: two writers wait for each other instead of failing.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE,
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
    },
    USE_TZ=True,
)
django.setup()


class Accepted(models.Model):
    """The host's own table."""

    code = models.CharField(max_length=40, primary_key=True)
    procedure = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        app_label, db_table = "desk", "desk_accepted"

    def __str__(self) -> str:
        return str(self.code)


@cache
def gov() -> GovConnect:
    """One client for the whole process; threads share it."""
    return GovConnect.from_env()


def prepare() -> None:
    """Make the host's table; a real project has migrations."""
    if "desk_accepted" not in connection.introspection.table_names():
        with connection.schema_editor() as editor:
            editor.create_model(Accepted)
    gov().delivery.status()  # opens our tables in the same database


@csrf_exempt  # no login here, so no session to protect; a host with one leaves this out
def accept(request: HttpRequest) -> JsonResponse:
    """POST {"code", "procedure", "applicant"}: accept a dossier at the counter."""
    asked: dict[str, Any] = json.loads(request.body)
    procedure = gov().portal.procedure(asked["procedure"])
    if procedure is None:
        return JsonResponse({"error": "unknown procedure"}, status=404)
    now = datetime.now(VIETNAM)
    dossier = Dossier(
        code=DossierCode(asked["code"]),
        procedure=procedure,
        applicant=Applicant(name=asked["applicant"]),
        status=DossierStatus.ACCEPTED,
        summary=procedure.name,
        received_at=now,
        due_at=now + timedelta(days=3),
        unit_name="UBND xã Mẫu",
    )
    try:
        with transaction.atomic():
            event = gov().delivery.within(connection.connection).portal.put(dossier)
            Accepted.objects.create(code=dossier.code, procedure=procedure.code, at=now)
    except IntegrityError:  # the number is known here: the row was not written, and so the event is gone too
        return JsonResponse({"error": "accepted before"}, status=409)
    return JsonResponse({"code": dossier.code, "event": event.id}, status=201)


def standing(_request: HttpRequest) -> JsonResponse:
    """GET: how each system does, and how many dossiers were accepted."""
    systems = {one.system: {"waiting": one.waiting, "done": one.done} for one in gov().delivery.status()}
    return JsonResponse({"accepted": Accepted.objects.count(), "systems": systems})


urlpatterns = [path("accept", accept), path("standing", standing)]

application = get_wsgi_application()

if __name__ == "__main__":
    if sys.argv[1:] == ["migrate"]:
        prepare()
        print("tables are in", DATABASE)
    else:
        execute_from_command_line(sys.argv)
