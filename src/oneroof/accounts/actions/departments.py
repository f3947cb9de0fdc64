"""Departments: added, renamed, removed while unused. Their slugs stay, since addresses and imports name them."""

from django.db import transaction
from django.db.models import ForeignObjectRel
from django.utils.text import slugify
from django.utils.translation import gettext as _

from oneroof.accounts import audit
from oneroof.accounts.access import demand
from oneroof.accounts.actions.people import AccountError
from oneroof.accounts.models import Department, User
from oneroof.accounts.policies import Permission

LONGEST_SLUG = 50


@transaction.atomic
def add_department(actor: User, name: str) -> Department:
    """Names differ in more than their case. A name without letters of ours gets a numbered slug."""
    demand(actor, Permission.STEER)
    name = _free_name(name)
    department = Department.objects.create(name=name, slug=_free_slug(name))
    audit.record(actor, "department.added", on=department, after={"name": name})
    return department


@transaction.atomic
def rename_department(actor: User, department_id: int, name: str) -> Department:
    demand(actor, Permission.STEER)
    department = Department.objects.select_for_update().get(pk=department_id)
    before = department.name
    if name.strip() == before:
        return department
    department.name = _free_name(name, besides=department.pk)
    department.save(update_fields=["name"])
    audit.record(
        actor, "department.renamed", on=department, before={"name": before}, after={"name": department.name}
    )
    return department


@transaction.atomic
def remove_department(actor: User, department_id: int) -> None:
    """One that nobody belongs to and nothing was given to. Raises AccountError, Department.DoesNotExist."""
    demand(actor, Permission.STEER)
    department = Department.objects.select_for_update().get(pk=department_id)
    if is_used(department):
        raise AccountError(_("People, conversations, watches or sources belong to it."))
    audit.record(actor, "department.removed", on=department, before={"name": department.name})
    department.delete()


def is_used(department: Department) -> bool:
    """Whether anything of any room refers to it."""
    links = [field for field in Department._meta.get_fields(include_hidden=True) if field.auto_created]
    return any(
        link.related_model._base_manager.filter(**{link.field.name: department}).exists()
        for link in links
        if isinstance(link, ForeignObjectRel)
    )


def _free_name(name: str, besides: int = 0) -> str:
    name = " ".join(name.split())
    if not 0 < len(name) <= 80:
        raise AccountError(_("A department has a name of up to 80 characters."))
    if Department.objects.filter(name__iexact=name).exclude(pk=besides).exists():
        raise AccountError(_("There is a department “%(name)s” already.") % {"name": name})
    return name


def _free_slug(name: str) -> str:
    stem = slugify(name)[: LONGEST_SLUG - 4] or "department"
    taken = set(Department.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    numbered = (f"{stem}-{number}" for number in range(2, len(taken) + 3))
    return stem if stem not in taken else next(slug for slug in numbered if slug not in taken)
