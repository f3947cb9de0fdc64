"""Addresses of other programs, for the links that people still have."""

from django.urls import URLPattern, path

from oneroof.community.views import old_addresses

NUMBERED = ("questions", "a", "users", "p")
"""Of Stack Exchange, and Discourse's short ones."""

OLD_ADDRESSES: list[URLPattern] = [
    *(
        path(f"{place}/<int:number>{rest}", old_addresses.old_address, {"before": f"/{place}/"})
        for place in NUMBERED
        for rest in ("", "/<path:rest>")
    ),
    path("t/<str:slug>/<int:number>", old_addresses.old_topic),
    path("t/<str:slug>/<int:number>/<int:post>", old_addresses.old_topic),
    path("u/<str:name>", old_addresses.old_person),
    path("u/<str:name>/<path:rest>", old_addresses.old_person),
]
