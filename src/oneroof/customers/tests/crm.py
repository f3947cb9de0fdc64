"""A CRM on the other side: what it pushes, signed as it should be."""

import json
from typing import Any
from uuid import uuid4

from django.test import Client

from oneroof.accounts.models import User
from oneroof.core import clock
from oneroof.core.webhooks import signed_headers
from oneroof.customers.actions.crm_setting_up import Wanted, set_up_crm
from oneroof.customers.crm.secrets import secrets_of
from oneroof.customers.models import CrmSync, Topic

AT = "2026-01-05T10:00:00Z"


def connected(lead: User, **wanted: Any) -> CrmSync:
    usual = {"name": "Books", "sends": tuple(Topic.values)}
    return set_up_crm(lead, Wanted(**{**usual, **wanted}))[0]


def record(kind: str, number: str, *, at: str = AT, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, "id": number, "changed_at": at, **fields}


def pushed(
    sync: CrmSync, *records: Any, message: str = "", what: str = "records.changed", **signed: Any
) -> tuple[int, dict[str, Any]]:
    body = json.dumps({"type": what, "data": {"records": records}}).encode()
    secret = signed.get("secret") or secrets_of(sync).theirs
    headers = signed_headers(secret, message or f"msg_{uuid4().hex}", signed.get("at") or clock.now(), body)
    answer = Client(enforce_csrf_checks=True).post(
        f"/api/v1/crm/{sync.pk}/inbox",
        signed.get("body") or body,
        content_type="application/json",
        headers=headers,
    )
    return answer.status_code, answer.json()


def counts(answer: tuple[int, dict[str, Any]]) -> tuple[int, int, int, int]:
    status, told = answer
    assert status == 200, told
    return told["stored"], told["older"], told["erased"], len(told["rejected"])
