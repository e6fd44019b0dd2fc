"""A one-stop back end on FastAPI: two endpoints of its own, and one line that mounts everything the portal pushes.

    gov-connect mocks serve                      # prints the settings of a client, as one line of JSON
    uvicorn --factory fastapi_desk:make_app      # with these settings and DESK_GATEWAY_SECRET in the environment

The portal is answered "taken" only after the handler below has kept the dossier; when the portal is down, an
acceptance waits in the records and a worker delivers it later.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI, HTTPException

from gov_connect import Dossier, DossierCode, DossierStatus, GovConnect
from gov_connect.delivery.news import DossierReceived
from gov_connect.inbound import Host, SharedHeader
from gov_connect.model import VIETNAM, Channel, InboundDossier


def make_app(gov: GovConnect | None = None) -> FastAPI:
    """The application; without a client of one's own it takes its settings from the environment."""
    gov = gov or GovConnect.from_env()
    desk: dict[str, InboundDossier] = {}  # a real host keeps its dossiers in its own database: see django_desk.py

    @gov.on(DossierReceived)
    def keep(news: DossierReceived) -> None:
        """Called by the worker, at least once for each dossier: a second time must do no harm."""
        desk[str(news.inbound.code)] = news.inbound

    @asynccontextmanager
    async def working(_app: FastAPI) -> AsyncIterator[None]:
        """The worker lives as long as the application; what it did not finish, it goes on with at the next start."""
        with gov.delivery.distributor():
            yield
        gov.close()

    app = FastAPI(title="Một cửa xã Mẫu", lifespan=working)

    @app.get("/dossiers")
    def dossiers() -> list[dict[str, Any]]:
        """What came in, without personal data."""
        return [{"code": str(one.code), "procedure": str(one.procedure)} for one in desk.values()]

    @app.post("/dossiers/{code}/accept", status_code=202)
    def accept(code: str) -> dict[str, Any]:
        """Accept a dossier: written down now, delivered to the portal by the worker, through outages and restarts.

        A plain `def`: FastAPI runs it in a thread, so the blocking client holds up nobody.
        """
        inbound = desk.get(code)
        if inbound is None:
            raise HTTPException(404, "no such dossier")
        event = gov.delivery.portal.put(accepted(gov, inbound))
        return {"event": event.id, "state": event.state, "fresh": event.fresh}

    # The portal's pushes and look-ups. The gateway in front adds the secret header; without it nobody is let in.
    app.mount("/", gov.asgi(Host(), gate=SharedHeader("X-Gateway-Key", os.environ["DESK_GATEWAY_SECRET"])))
    return app


def accepted(gov: GovConnect, inbound: InboundDossier) -> Dossier:
    """The record of a dossier that was accepted: what the portal is to show."""
    procedure = gov.portal.procedure(inbound.procedure)
    if procedure is None:
        raise HTTPException(409, "the portal does not know this procedure")
    received = inbound.submitted_at or datetime.now(VIETNAM)  # the same at each call: so the event is the same too
    return Dossier(
        code=DossierCode(inbound.code),
        procedure=procedure,
        applicant=inbound.applicant,
        status=DossierStatus.ACCEPTED,
        channel=Channel.ONLINE,
        summary=procedure.name,
        submitted_at=inbound.submitted_at,
        received_at=received,
        due_at=received + timedelta(days=3),
        unit_name="UBND xã Mẫu",
    )
