"""What was answered well once becomes a draft article in one step."""

from django.db import transaction
from django.utils.translation import gettext as _

from oneroof.accounts.access import demand
from oneroof.accounts.models import User
from oneroof.accounts.policies import Permission
from oneroof.community import store
from oneroof.community.actions.articles import About, draft_article
from oneroof.community.errors import CommunityError
from oneroof.community.models import Entry, Kind, Sort


@transaction.atomic
def article_of_answer(actor: User, answer_id: int) -> Entry:
    """In the answer's own group, titled as its question; once, however often it is asked for."""
    demand(actor, Permission.MODERATE)
    answer = store.locked(actor, answer_id)
    question = answer.root
    if answer.kind != Kind.ANSWER or question is None or answer.deleted_at:
        raise CommunityError(_("Only answers become articles."))
    made = Entry.objects.filter(article__made_from=answer).first()
    if made is not None:
        return made
    return draft_article(
        actor,
        question.title,
        answer.body,
        group=question.group,
        tags=", ".join(question.tags.values_list("name", flat=True)),
        about=About(
            question.product, [question.version] if question.version else [], Sort.PROBLEM, answer.lang or ""
        ),
        made_from=answer,
    )


@transaction.atomic
def article_of_texts(actor: User, title: str, asked: str, answered: list[str], *, origin_path: str) -> Entry:
    """Of what was said elsewhere, ``origin_path`` in this program; once. Names and handles are not taken along."""
    demand(actor, Permission.MODERATE)
    made = Entry.objects.visible_to(actor).filter(article__origin_path=origin_path).first()
    if made is not None:
        return made
    quoted = "\n".join(f"> {line}" for line in asked.splitlines())
    body = "\n\n".join([f"## {_('The problem')}", quoted, f"## {_('What helps')}", *answered])
    return draft_article(actor, title[:200], body, about=About(sort=Sort.PROBLEM), origin_path=origin_path)
