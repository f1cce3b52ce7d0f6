"""Addresses of everything about one program."""

from django.urls import path

from programs.views import (
    conditions,
    evidence,
    gates,
    history,
    items,
    past_decisions,
    portfolios,
    programs,
    reach,
    remarks,
    reviewing,
    steps,
    teams,
)

app_name = "programs"
urlpatterns = [
    path("programs/new/", programs.program_add, name="program_add"),
    path("programs/join/<str:token>/", portfolios.join, name="join"),
    path("programs/<int:program_id>/", programs.program, name="program"),
    path("programs/<int:program_id>/edit/", programs.program_edit, name="program_edit"),
    path("programs/<int:program_id>/archive/", programs.archive, name="archive"),
    path("programs/<int:program_id>/reviewer/", programs.reviewer, name="reviewer"),
    path("programs/<int:program_id>/team/", teams.team, name="team"),
    path("programs/<int:program_id>/team/<int:membership_id>/role/", teams.member_role, name="member_role"),
    path("programs/<int:program_id>/team/<int:membership_id>/remove/", teams.member_remove, name="member_remove"),
    path("programs/<int:program_id>/portfolios/", portfolios.portfolios, name="portfolios"),
    path("programs/<int:program_id>/portfolios/<int:listing_id>/", portfolios.listing_change, name="listing_change"),
    path("programs/<int:program_id>/reach/", reach.reach, name="reach"),
    path("programs/<int:program_id>/history/", history.history, name="history"),
    # the eleven steps
    path("programs/<int:program_id>/checklist/", steps.checklist, name="checklist"),
    path("programs/<int:program_id>/steps/<int:number>/", steps.step, name="step"),
    path("programs/<int:program_id>/steps/<int:number>/plan/", steps.step_plan, name="step_plan"),
    path("programs/<int:program_id>/steps/<int:number>/sheet/", steps.sheet, name="sheet"),
    path("programs/<int:program_id>/steps/<int:number>/remarks/", remarks.step_remark, name="step_remark"),
    path("programs/<int:program_id>/steps/<int:number>/items/<slug:key>/", items.item, name="item"),
    path("programs/<int:program_id>/items/<slug:key>/history/", history.item_history, name="item_history"),
    path("programs/<int:program_id>/items/<slug:key>/remarks/", remarks.item_remark, name="item_remark"),
    path("programs/<int:program_id>/items/<slug:key>/evidence/add/", evidence.evidence_add, name="evidence_add"),
    path(
        "programs/<int:program_id>/items/<slug:key>/known/<slug:code>/", evidence.evidence_known, name="evidence_known"
    ),
    path("programs/<int:program_id>/remarks/<int:remark_id>/", remarks.remark_resolve, name="remark_resolve"),
    # gates
    path("programs/<int:program_id>/steps/<int:number>/check/", gates.check, name="check"),
    path("programs/<int:program_id>/steps/<int:number>/withdraw/", gates.withdraw, name="withdraw"),
    path("programs/<int:program_id>/steps/<int:number>/timeline/", gates.timeline, name="timeline"),
    path("programs/<int:program_id>/steps/<int:number>/look/", gates.look, name="look"),
    path("programs/<int:program_id>/steps/<int:number>/review/", reviewing.review, name="review"),
    path("programs/<int:program_id>/items/<slug:key>/verify/", reviewing.verify, name="verify"),
    path("programs/<int:program_id>/items/<slug:key>/ask/", reviewing.item_ask, name="item_ask"),
    path("programs/<int:program_id>/past-decisions/", past_decisions.past_decisions, name="past_decisions"),
    path("programs/<int:program_id>/conditions/", conditions.conditions, name="conditions"),
    path(
        "programs/<int:program_id>/conditions/<int:condition_id>/met/", conditions.condition_met, name="condition_met"
    ),
    path(
        "programs/<int:program_id>/conditions/<int:condition_id>/confirm/",
        conditions.condition_confirm,
        name="condition_confirm",
    ),
    path(
        "programs/<int:program_id>/conditions/<int:condition_id>/back/",
        conditions.condition_back,
        name="condition_back",
    ),
    # evidence
    path("programs/<int:program_id>/evidence/<int:evidence_id>/file/", evidence.evidence_file, name="evidence_file"),
    path(
        "programs/<int:program_id>/evidence/<int:evidence_id>/replace/",
        evidence.evidence_replace,
        name="evidence_replace",
    ),
    path(
        "programs/<int:program_id>/evidence/<int:evidence_id>/withdraw/",
        evidence.evidence_withdraw,
        name="evidence_withdraw",
    ),
]
