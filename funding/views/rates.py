"""Exchange rates: the list of them, and entering one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from funding.domain import plans
from funding.domain import rates as exchange
from funding.domain.amounts import rate_in_words
from funding.domain.holding import Refused
from funding.forms.rates import RateForm
from journal.facts import as_json
from journal.once import form_key
from programs.access import program_view
from programs.standing import Can
from programs.views.pages import sent, status_of


@program_view(Can.READ)
@require_safe
def rates(request: HttpRequest) -> HttpResponse:
    """Which currencies need a rate, and all rates with what they are good for."""
    return render(request, "funding/rates.html", {"page": exchange.read(request.program)})


@program_view(Can.WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def rate_add(request: HttpRequest) -> HttpResponse:
    """A new rate; it counts if no other one of its currency is newer."""
    into = plans.of(request.program).currency
    initial = {"currency": request.GET.get("currency", "")}
    form = RateForm(sent(request), into=into, first=exchange.offered_first(request.program), initial=initial)
    if request.method == "POST" and form.is_valid():
        said = {name: as_json(value) for name, value in form.facts.items()}
        asked = form.cleaned_data["into"]
        key = form_key(form.cleaned_data["nonce"], request.user.pk, "rate", request.program.pk, said, asked)
        try:
            made = exchange.add(request.program, form.facts, into=asked, by=request.user, key=key)
        except Refused as error:
            form.add_error(None, str(error))
            form.speak_of(into)
        else:
            words = {"rate": rate_in_words(made.rate, *made.sides)}
            messages.success(request, _("Entered: %(rate)s.") % words)
            return redirect("funding:rates", request.program.pk)
    return render(request, "funding/rate_add.html", {"form": form, "into": into}, status=status_of(form))
