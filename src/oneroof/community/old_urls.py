"""What a community that moved in needs: its addresses, for the links that people have, and its accounts."""

from django.urls import URLPattern, path

from oneroof.community.views import old_accounts, old_addresses

NUMBERED = ("questions", "a", "users", "p")
"""Of Stack Exchange, and Discourse's short ones."""

OLD_ADDRESSES: list[URLPattern] = [
    path("claim/", old_accounts.claiming, name="claiming"),
    path("claim/<str:token>/", old_accounts.claim, name="claim"),
    path("desk/settings/old-accounts/", old_accounts.old_account_list, name="old_accounts"),
    path(
        "desk/settings/old-accounts/<int:member_id>/",
        old_accounts.old_account_giving,
        name="old_account_giving",
    ),
    *(
        path(f"{place}/<int:number>{rest}", old_addresses.old_address, {"before": f"/{place}/"})
        for place in NUMBERED
        for rest in ("", "/<path:rest>")
    ),
    path("t/<str:slug>/<int:number>", old_addresses.old_topic),
    path("t/<str:slug>/<int:number>/<int:post>", old_addresses.old_topic),
    path("c/<path:rest>", old_addresses.old_category),
    path("u/<str:name>", old_addresses.old_person),
    path("u/<str:name>/<path:rest>", old_addresses.old_person),
]
