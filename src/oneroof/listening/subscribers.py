"""What listening does when something was heard."""

from oneroof.core.events import subscribe
from oneroof.listening.actions.telling import tell_at_once
from oneroof.listening.events import PostsReceived


@subscribe(PostsReceived)
def on_posts_received(event: PostsReceived) -> None:
    tell_at_once(event.post_ids)
