"""Every component on three pages, for the eye and for axe: served in tests only."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path

from oneroof.core import clock
from oneroof.core.context import Section

SECTIONS = {
    key: Section(key, label, f"gallery_{key}", icon, f"g {key[0]}", "own_account", order, **rest)
    for order, (key, label, icon, rest) in enumerate(
        [
            ("listen", "Listen", "ear", {}),
            ("inbox", "Inbox", "inbox", {"count": lambda _user: 12}),
            ("people", "People", "users", {}),
            ("settings", "Settings", "settings", {}),
            ("notices", "Notices", "bell", {"place": "bar", "count": lambda _user: 3}),
            ("find", "Search posts and people", "search", {"place": "search"}),
        ]
    )
}


SAID = [
    ("Marta Quiroga", "The lid of my new kettle will not close any more, third time I write. Anybody there?",
     "Mastodon · @martaq", 91, "at_risk", 2),
    ("平野さくら", "新しいケトルの蓋が閉まりません。交換できますか?",
     "Bluesky · sakura.example", 74, "unclaimed", 9),
    ("Jonas Weidenfeller-Obersteinbach", "Wo finde ich die Anleitung? Der Link führt ins Leere.",
     "E-mail", 58, "claimed", 65),
    ("ليلى حداد", "هل يتوفر الإبريق باللون الأزرق؟", "Forum", 44, "waiting", 300),
    ("Pip", "love love love this thing 🫖🫖", "Feed: Tea people", 6, "no_answer_needed", 1500),
    ("O. Faure", "Livraison rapide, rien à dire.", "Reviews", 3, "done", 70_000),
]  # fmt: skip
STATES = """unclaimed claimed waiting snoozed done at_risk draft approval queued sending sent failed
    unknown due breached ok late failing paused new urgent high question positive negative"""


def rows() -> list[dict[str, Any]]:
    return [
        {
            "author": author,
            "text": text,
            "where": where,
            "need": need,
            "state": state,
            "unread": minutes < 10,
            "said_at": clock.ago(minutes=minutes),
            "url": f"/gallery/inbox/?c={index}",
            "check": str(index),
        }
        for index, (author, text, where, need, state, minutes) in enumerate(SAID)
    ]


def sheet(request: HttpRequest) -> HttpResponse:
    context = {
        "states": STATES.split(),
        "scores": [0, 22, 41, 63, 70, 88, 100],
        "now": clock.now(),
        "spans": [(4, 7), (18, 24)],
        "trend": [3, 5, 4, 8, 6, 12, 9, 15, 22, 14],
        "trail": [("Settings", "/gallery/settings/"), ("People", "/gallery/people/")],
    }
    return render(request, "gallery.html", context)


def inbox(request: HttpRequest) -> HttpResponse:
    chosen = request.GET.get("c")
    found = [row | {"current": row["check"] == chosen} for row in rows()]
    current = next((row for row in found if row["current"]), None)
    return render(request, "gallery_inbox.html", {"rows": found, "conversation": current, "now": clock.now()})


def changes(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=304)


urlpatterns = [
    path("gallery/listen/", sheet, name="gallery_listen"),
    path("gallery/inbox/", inbox, name="gallery_inbox"),
    path("gallery/changes/", changes, name="gallery_changes"),
    path("gallery/people/", sheet, name="gallery_people"),
    path("gallery/settings/", sheet, name="gallery_settings"),
    path("gallery/notices/", sheet, name="gallery_notices"),
    path("gallery/find/", sheet, name="gallery_find"),
    path("", include("oneroof.config.urls")),
]
