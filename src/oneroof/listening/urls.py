from django.urls import path

from oneroof.listening.views import connecting, sources, stream, watches

urlpatterns = [
    path("desk/listen/", stream.listen, name="listen"),
    path("desk/listen/changes/", stream.changes, name="listen_changes"),
    path("desk/listen/posts/<int:post_id>/", stream.post, name="post"),
    path("desk/listen/language/", watches.language, name="watch_language"),
    path("desk/listen/watches/", watches.watch_list, name="watches"),
    path("desk/listen/watches/new/", watches.watch_add, name="watch_add"),
    path("desk/listen/watches/test/", watches.watch_test, name="watch_test"),
    path("desk/listen/watches/<int:watch_id>/", watches.watch_change, name="watch_change"),
    path("desk/listen/watches/<int:watch_id>/deletion/", watches.watch_deletion, name="watch_deletion"),
    path(
        "desk/listen/watches/<int:watch_id>/catches/<int:post_id>/usefulness/",
        watches.usefulness,
        name="usefulness",
    ),
    path("desk/listen/sources/", sources.source_list, name="sources"),
    path("desk/listen/sources/new/", sources.network_choice, name="source_new"),
    path("desk/listen/sources/new/<slug:network_key>/", sources.source_add, name="source_add"),
    path("desk/listen/sources/connected/", connecting.source_connected, name="source_connected"),
    path(
        "desk/listen/sources/<int:source_id>/connection/",
        connecting.source_connection,
        name="source_connection",
    ),
    path("desk/listen/sources/<int:source_id>/", sources.source_page, name="source"),
    path("desk/listen/sources/<int:source_id>/settings/", sources.source_change, name="source_change"),
    path("desk/listen/sources/<int:source_id>/deletion/", sources.source_deletion, name="source_deletion"),
    path("desk/listen/sources/<int:source_id>/poll/", sources.source_poll, name="source_poll"),
    path("desk/listen/sources/<int:source_id>/activity/", sources.source_activity, name="source_activity"),
]
