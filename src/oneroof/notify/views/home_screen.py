"""What puts the desk on a home screen: an iPhone takes notices only from there."""

from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from oneroof.accounts.access import open_to_all

ICONS = (("home-192.png", 192, "any"), ("home-512.png", 512, "any"), ("masked-512.png", 512, "maskable"))
GROUND = "#ffffff"


@open_to_all("a browser asks for it without saying who is there; it holds nothing of anybody")
@require_GET
@cache_control(public=True, max_age=3_600)
def manifest(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view
    """w3.org/TR/appmanifest. Its scope is the whole site, since a notice may lead to a public page."""
    told = {
        "id": "/desk/",
        "name": _("Oneroof desk"),
        "short_name": "Oneroof",
        "start_url": "/desk/",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "icons": [_icon(*each) for each in ICONS],
    }
    return JsonResponse(told, content_type="application/manifest+json")


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    source = static(f"oneroof/icons/{name}")
    return {"src": source, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
