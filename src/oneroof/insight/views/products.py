"""The products of which people speak, and by which words they are known."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from oneroof.accounts.access import actor_of, requires
from oneroof.accounts.policies import Permission
from oneroof.insight.actions.products import remove_product, write_product
from oneroof.insight.errors import InsightError
from oneroof.insight.forms import ProductForm
from oneroof.insight.models import Product


@requires(Permission.STEER)
@require_http_methods(["GET", "POST"])
def products(request: HttpRequest) -> HttpResponse:
    form = ProductForm(request.POST or None)
    if form.is_valid():
        try:
            write_product(actor_of(request), **form.columns())
        except InsightError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved. It counts in what is said from now on."))
            return redirect("insight:products")
    return render(request, "insight/products.html", {"form": form, "products": list(Product.objects.all())})


@requires(Permission.STEER)
@require_POST
def product_removal(request: HttpRequest, product_id: int) -> HttpResponse:
    try:
        remove_product(actor_of(request), product_id)
    except Product.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, _("Removed."))
    return redirect("insight:products")
