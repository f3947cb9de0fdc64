"""What insight does when something was heard."""

from oneroof.core.events import subscribe
from oneroof.insight.actions.learning import place_again, place_posts
from oneroof.listening.events import PostsChanged, PostsReceived


@subscribe(PostsReceived)
def on_posts_received(event: PostsReceived) -> None:
    place_posts(event.post_ids)


@subscribe(PostsChanged)
def on_posts_changed(event: PostsChanged) -> None:
    place_again(event.post_ids)
