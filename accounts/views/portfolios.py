"""Pages about the portfolios an organisation keeps and who watches them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import organisation_view
from accounts.domain import invitations, portfolios
from accounts.forms.people import NewPortfolioForm, PortfolioForm
from accounts.models import Portfolio
from journal.once import form_key


@organisation_view()
@require_safe
def portfolios_list(request: HttpRequest) -> HttpResponse:
    """The organisation's portfolios."""
    words = {"portfolios": portfolios.kept_by(request.organisation)}
    return render(request, "accounts/portfolios_list.html", words)


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_add(request: HttpRequest) -> HttpResponse:
    """A new portfolio; then somebody can be invited to watch it."""
    form = NewPortfolioForm(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data.copy()
        key = form_key(said.pop("nonce"), request.user.pk, "portfolio", request.organisation.pk, said)
        portfolio = portfolios.create(request.organisation, by=request.user, key=key, **said)
        messages.success(request, _("The portfolio is there. Now invite who should watch it."))
        return redirect("accounts:portfolio", request.organisation.pk, portfolio.pk)
    return render(request, "accounts/portfolio_edit.html", {"form": form}, status=422 if form.is_bound else 200)


@organisation_view()
@require_safe
def portfolio(request: HttpRequest, portfolio_id: int) -> HttpResponse:
    """Who watches a portfolio, and who is invited to."""
    kept = _portfolio(request, portfolio_id)
    words = {
        "portfolio": kept,
        "watchers": portfolios.watchers(kept),
        "kind": portfolios.KIND,
        "waiting": invitations.waiting(portfolios.KIND, kept.pk),
    }
    return render(request, "accounts/portfolio.html", words)


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def portfolio_edit(request: HttpRequest, portfolio_id: int) -> HttpResponse:
    """What a portfolio is called and for."""
    kept = _portfolio(request, portfolio_id)
    form = PortfolioForm(request.POST or None, initial={"name": kept.name, "purpose": kept.purpose})
    if form.is_valid():
        portfolios.change(kept, by=request.user, **form.cleaned_data)
        messages.success(request, _("The portfolio is saved."))
        return redirect("accounts:portfolio", request.organisation.pk, kept.pk)
    words = {"form": form, "portfolio": kept}
    return render(request, "accounts/portfolio_edit.html", words, status=422 if form.is_bound else 200)


@organisation_view()
@require_http_methods(["GET", "HEAD", "POST"])
def watcher_remove(request: HttpRequest, portfolio_id: int, watcher_id: int) -> HttpResponse:
    """Says what it means to stop somebody watching, then does it."""
    kept = _portfolio(request, portfolio_id)
    watcher = get_object_or_404(portfolios.watchers(kept), pk=watcher_id)
    if request.method != "POST":
        return render(request, "accounts/watcher_remove.html", {"portfolio": kept, "watcher": watcher})
    portfolios.stop_watching(watcher, by=request.user)
    messages.success(request, _("%(name)s does not watch this portfolio any more.") % {"name": watcher.user})
    return redirect("accounts:portfolio", request.organisation.pk, kept.pk)


def _portfolio(request: HttpRequest, portfolio_id: int) -> Portfolio:
    return get_object_or_404(portfolios.kept_by(request.organisation), pk=portfolio_id)
