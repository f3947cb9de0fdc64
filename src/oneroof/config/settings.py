"""Settings: composition only. What an operator may set comes from the environment; see docs/settings.md."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from oneroof.core.cluster import Cluster
from oneroof.core.home import home, known_address, secret_key

DEBUG = os.environ.get("ONEROOF_DEBUG") == "1"
SECRET_KEY = secret_key()
BIND = os.environ.get("ONEROOF_BIND", "127.0.0.1")
PUBLIC_URL = (os.environ.get("ONEROOF_PUBLIC_URL") or known_address()).rstrip("/")
COMPANY = os.environ.get("ONEROOF_COMPANY", "")
CONTACT = os.environ.get("ONEROOF_CONTACT", "")
ALLOWED_HOSTS = [
    host.strip()
    for host in os.environ.get(
        "ONEROOF_ALLOWED_HOSTS", f"{urlsplit(PUBLIC_URL).hostname},localhost,127.0.0.1,[::1]"
    ).split(",")
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
_over_tls = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "oneroof.core",  # before allauth: our templates come first
    "oneroof.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "oneroof.notify",
    "oneroof.customers",
    "oneroof.listening",
    "oneroof.community",
    "oneroof.care",
    "oneroof.insight",
    "oneroof.recognition",
    "oneroof.experience",
    "oneroof.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "oneroof.core.middleware.NoNulMiddleware",
    "oneroof.core.middleware.OverdueMiddleware",
    "oneroof.accounts.middleware.OwnLocaleMiddleware",
    "oneroof.accounts.middleware.PrivatePagesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "oneroof.accounts.middleware.FreshSignInMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "oneroof.config.urls"
WSGI_APPLICATION = "oneroof.config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oneroof.core.context.desk",
            ],
        },
    },
]
FORM_RENDERER = "oneroof.core.forms.Renderer"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": _database(DATABASE_URL or Cluster(home()).url())}

# What counts attempts to sign in is shared by all processes: decision 0085.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "oneroof_cache"}}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
# Whether customers make a member's account of their own: see docs/sign-in.md
SIGN_UP_IS_OPEN = os.environ.get("ONEROOF_SIGN_UP", "invitation") == "open"
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "oneroof.accounts.forms.SignUpForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_ADAPTER = "oneroof.accounts.adapters.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "oneroof.accounts.adapters.SocialAccountAdapter"
# The company's own sign-in, by OpenID Connect: see docs/sign-in.md
_oidc_server = os.environ.get("ONEROOF_OIDC_SERVER", "")
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "company",
                "name": os.environ.get("ONEROOF_OIDC_NAME") or COMPANY or "Single sign-on",
                "client_id": os.environ.get("ONEROOF_OIDC_CLIENT_ID", ""),
                "secret": os.environ.get("ONEROOF_OIDC_SECRET", ""),
                "settings": {"server_url": _oidc_server, "oauth_pkce_enabled": True},
            }
        ]
        if _oidc_server
        else []
    }
}
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if os.environ.get("ONEROOF_BEHIND_PROXY") == "1" else 0
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _over_tls
USERSESSIONS_TRACK_ACTIVITY = False
USERSESSIONS_ADAPTER = "oneroof.accounts.adapters.UserSessionsAdapter"
ACCOUNT_REAUTHENTICATION_REQUIRED = True

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _over_tls
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if _over_tls else 0
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("ONEROOF_BEHIND_PROXY") == "1" else None
)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'", *([_origin(_oidc_server)] if _oidc_server else [])],
    "frame-ancestors": ["'none'"],
}

MAILERS: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": os.environ.get("ONEROOF_SMTP_HOST", "localhost"),
            "port": int(os.environ.get("ONEROOF_SMTP_PORT", "25")),
            "username": os.environ.get("ONEROOF_SMTP_USER", ""),
            "password": os.environ.get("ONEROOF_SMTP_PASSWORD", ""),
            "use_tls": os.environ.get("ONEROOF_SMTP_TLS") == "1",
            "timeout": 20,
        },
    }
}
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get(
    "ONEROOF_MAIL_FROM", f"oneroof@{urlsplit(PUBLIC_URL).hostname}"
)

LANGUAGE_CODE = "en"
LANGUAGES = [  # those that the interface speaks, by their own names
    ("en", "English"),
    ("en-gb", "English (UK)"),
    ("es", "Español"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("ja", "日本語"),
    ("ar", "العربية"),
]
# Our words before those of Django and allauth, which say some of the same texts otherwise.
LOCALE_PATHS = sorted(Path(__file__).parents[1].glob("*/locale"))
TIME_ZONE = os.environ.get("ONEROOF_TIME_ZONE", "UTC")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = home() / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = home() / "files"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Private networks that may be reached all the same: a company's own forum or mail bridge.
ALLOWED_PRIVATE_NETWORKS = [
    n.strip() for n in os.environ.get("ONEROOF_ALLOW_NETWORKS", "").split(",") if n.strip()
]

METRICS_TOKEN = os.environ.get("ONEROOF_METRICS_TOKEN", "")
NOTICES_KEPT_DAYS = int(os.environ.get("ONEROOF_NOTICES_KEPT_DAYS", "90"))

PROCRASTINATE_IMPORT_PATHS = ["oneroof.core.events"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "oneroof.core.logs.Impersonal",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "filters": {"secrets": {"()": "oneroof.core.logs.SecretsAreCut"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("ONEROOF_LOG_LEVEL", "INFO")},
    "loggers": {name: {"level": "WARNING"} for name in ("procrastinate", "httpx", "mail.log")},
}
