"""What a composer asks for while one writes: files, and whom one mentions."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts.access import actor_of, open_to_all, requires
from oneroof.accounts.policies import Permission
from oneroof.community.actions.attaching import attach
from oneroof.community.errors import CommunityError
from oneroof.community.models import Attachment
from oneroof.community.queries.attachments import attachment_for
from oneroof.community.queries.mentions import members_named
from oneroof.community.rules.naming import mention
from oneroof.community.rules.uploads import MOST_BYTES
from oneroof.community.views.page import reader_of

SHOWN_HERE = ("image/jpeg", "image/png")


@requires(Permission.TAKE_PART)
@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """A file; what to write so that it stands in the text."""
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"detail": _("The file is empty.")}, status=422)
    try:
        kept = attach(actor_of(request), sent.name or "", sent.read(MOST_BYTES + 1))
    except CommunityError as refusal:
        return JsonResponse({"detail": str(refusal)}, status=422)
    sign = "!" if kept.is_picture else ""
    return JsonResponse({"markdown": f"{sign}[{kept.name}]({kept.get_absolute_url()})"}, status=201)


@open_to_all("a file is read by whoever reads what it stands in")
@require_GET
def file(request: HttpRequest, token: str, name: str) -> HttpResponse:  # noqa: ARG001  for people's eyes
    """A picture shows; anything else is saved, and never runs here."""
    try:
        kept = attachment_for(reader_of(request), token)
    except Attachment.DoesNotExist as error:
        raise Http404 from error
    answer = HttpResponse(bytes(kept.content), content_type=kept.kind)
    way = "inline" if kept.kind in SHOWN_HERE else "attachment"
    answer["Content-Disposition"] = f'{way}; filename="{kept.name.encode("ascii", "replace").decode()}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=3600)
    return answer


@requires(Permission.TAKE_PART)
@require_GET
def mentionable(request: HttpRequest) -> JsonResponse:
    found = members_named(request.GET.get("q", "")[:60])
    return JsonResponse(
        {"items": [{"name": each.name, "markdown": mention(each.name, each.pk)} for each in found]}
    )
