"""Machines that translate: one file each, all of one shape and pure."""

from oneroof.community.translating import deepl, libretranslate
from oneroof.community.translating.base import Provider

PROVIDERS: dict[str, Provider] = {each.key: each for each in (libretranslate.PROVIDER, deepl.PROVIDER)}
