"""Every address of the site: those of the program as a whole, then each package's ``urls.py``."""

import importlib.util

from django.apps import apps
from django.urls import URLPattern, URLResolver, include, path

from oneroof.config import health, start
from oneroof.config.api import api, no_such_route, openapi


def package_urls() -> list[URLPattern | URLResolver]:
    return [
        path("", include(f"{package.name}.urls"))
        for package in apps.get_app_configs()
        if package.name.startswith("oneroof.")
        and package.label != "config"
        and importlib.util.find_spec(f"{package.name}.urls")
    ]


urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", start.desk_start, name="desk"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("api/v1/openapi.json", openapi, name="openapi"),
    path("api/v1/", api.urls),
    path("api/v1/<path:rest>", no_such_route),
    *package_urls(),
]
