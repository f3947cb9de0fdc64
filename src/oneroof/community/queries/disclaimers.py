"""What stands on pages by itself, by the kind of their content."""

from collections.abc import Sequence

from oneroof.community.models import Disclaimer


def disclaimers(abouts: Sequence[str], *, lang: str) -> Sequence[str]:
    """One text of each kind that has any: in this language, else the one that is for all others."""
    found = Disclaimer.objects.filter(about__in=abouts, lang__in=("", lang)).order_by("lang")
    texts = {each.about: each.text for each in found}
    return [texts[about] for about in abouts if about in texts]


def all_disclaimers() -> Sequence[Disclaimer]:
    return list(Disclaimer.objects.all())
