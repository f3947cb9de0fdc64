"""What insight does when something was heard."""

from oneroof.core.events import subscribe
from oneroof.insight.actions.learning import place_posts
from oneroof.listening.events import PostsReceived


@subscribe(PostsReceived)
def on_posts_received(event: PostsReceived) -> None:
    place_posts(event.post_ids)
