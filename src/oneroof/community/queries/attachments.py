"""Which files a reader may have."""

from oneroof.accounts.models import User
from oneroof.community.models import Attachment, Entry


def attachment_for(reader: User | None, token: str) -> Attachment:
    """One's own, or that of an entry that this reader may read. Raises Attachment.DoesNotExist."""
    found = Attachment.objects.select_related("by").get(token=token)
    if found.entry_id is None:
        if reader is not None and found.by.user_id == reader.pk:
            return found
    elif Entry.objects.visible_to(reader).filter(pk=found.entry_id).exists():
        return found
    raise Attachment.DoesNotExist
