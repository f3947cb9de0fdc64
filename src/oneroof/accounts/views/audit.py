"""What was done, by whom."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from oneroof.accounts import queries
from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.actions.exports import export_audit
from oneroof.accounts.forms import AuditForm
from oneroof.accounts.policies import Permission
from oneroof.core.pagination import CursorError


@requires(Permission.READ_AUDIT)
@require_GET
def audit_list(request: HttpRequest) -> HttpResponse:
    form = AuditForm(request.GET)
    try:
        page = queries.audit_page(queries.audit_entries(**form.narrowed()), request.GET.get("after"))
    except CursorError as error:
        raise Http404 from error
    return render(request, "accounts/audit.html", {"page": page, "form": form})


@requires(Permission.READ_AUDIT)
@require_POST
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """What the filters leave, as a file. That it was taken is an entry, so this is no GET."""
    lines = export_audit(actor_of(request), AuditForm(request.POST).narrowed())
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)
