"""Addresses of everything about who does what in one program."""

from django.urls import path

from partners.views import (
    agreement_files,
    agreements,
    annexes,
    bodies,
    capacity,
    complaints,
    functions,
    matrix,
    partners,
    people,
)

app_name = "partners"
urlpatterns = [
    # partners and the people who speak for them
    path("programs/<int:program_id>/partners/", partners.partners, name="partners"),
    path("programs/<int:program_id>/partners/add/", partners.partner_add, name="partner_add"),
    path("programs/<int:program_id>/partners/levels/", partners.levels, name="levels"),
    path("programs/<int:program_id>/partners/<int:partner_id>/", partners.partner, name="partner"),
    path("programs/<int:program_id>/partners/<int:partner_id>/edit/", partners.partner_edit, name="partner_edit"),
    path("programs/<int:program_id>/partners/<int:partner_id>/name/", partners.partner_rename, name="partner_rename"),
    path("programs/<int:program_id>/partners/<int:partner_id>/remove/", partners.partner_remove, name="partner_remove"),
    path("programs/<int:program_id>/partners/<int:partner_id>/people/add/", people.person_add, name="person_add"),
    path("programs/<int:program_id>/partners/people/<int:focal_person_id>/", people.person_edit, name="person_edit"),
    path(
        "programs/<int:program_id>/partners/people/<int:focal_person_id>/remove/",
        people.person_remove,
        name="person_remove",
    ),
    # who does what
    path("programs/<int:program_id>/roles/", matrix.matrix, name="matrix"),
    path("programs/<int:program_id>/roles/edit/", matrix.matrix_edit, name="matrix_edit"),
    path("programs/<int:program_id>/roles/functions/", functions.functions, name="functions"),
    path("programs/<int:program_id>/roles/functions/add/", functions.function_add, name="function_add"),
    path("programs/<int:program_id>/roles/functions/<int:function_id>/", functions.function_edit, name="function_edit"),
    path(
        "programs/<int:program_id>/roles/functions/<int:function_id>/drop/",
        functions.function_drop,
        name="function_drop",
    ),
    path("programs/<int:program_id>/roles/<int:responsibility_id>/", matrix.responsibility, name="responsibility"),
    # what the matrix complains about
    path(
        "programs/<int:program_id>/roles/complaints/<slug:code>/<str:subject>/accept/",
        complaints.complaint_accept,
        name="complaint_accept",
    ),
    path(
        "programs/<int:program_id>/roles/complaints/<slug:code>/<str:subject>/end/",
        complaints.complaint_end,
        name="complaint_end",
    ),
    # agreements, their papers, and the bodies in which partners meet
    path("programs/<int:program_id>/agreements/", agreements.agreements, name="agreements"),
    path("programs/<int:program_id>/agreements/add/", agreements.agreement_add, name="agreement_add"),
    path("programs/<int:program_id>/agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path(
        "programs/<int:program_id>/agreements/<int:agreement_id>/edit/",
        agreements.agreement_edit,
        name="agreement_edit",
    ),
    path(
        "programs/<int:program_id>/agreements/<int:agreement_id>/sign/",
        agreements.agreement_sign,
        name="agreement_sign",
    ),
    path(
        "programs/<int:program_id>/agreements/<int:agreement_id>/end/", agreements.agreement_end, name="agreement_end"
    ),
    path(
        "programs/<int:program_id>/agreements/<int:agreement_id>/delete/",
        agreements.agreement_delete,
        name="agreement_delete",
    ),
    path(
        "programs/<int:program_id>/agreements/<int:agreement_id>/files/add/",
        agreement_files.agreement_file_add,
        name="agreement_file_add",
    ),
    path(
        "programs/<int:program_id>/agreements/files/<int:agreement_file_id>/",
        agreement_files.agreement_file,
        name="agreement_file",
    ),
    path("programs/<int:program_id>/agreements/<int:agreement_id>/annex/", annexes.annex_write, name="annex_write"),
    path("programs/<int:program_id>/agreements/annexes/<int:annex_id>/", annexes.annex, name="annex"),
    path("programs/<int:program_id>/agreements/annexes/<int:annex_id>/live/", annexes.annex_live, name="annex_live"),
    path("programs/<int:program_id>/agreements/annexes/<int:annex_id>.docx", annexes.annex_docx, name="annex_docx"),
    path("programs/<int:program_id>/agreements/annexes/<int:annex_id>.pdf", annexes.annex_pdf, name="annex_pdf"),
    path("programs/<int:program_id>/agreements/bodies/add/", bodies.body_add, name="body_add"),
    path(
        "programs/<int:program_id>/agreements/bodies/<int:coordination_body_id>/",
        bodies.body_edit,
        name="body_edit",
    ),
    path(
        "programs/<int:program_id>/agreements/bodies/<int:coordination_body_id>/dissolve/",
        bodies.body_dissolve,
        name="body_dissolve",
    ),
    path(
        "programs/<int:program_id>/agreements/bodies/<int:coordination_body_id>/remove/",
        bodies.body_remove,
        name="body_remove",
    ),
    # what they are able to do, and the support that follows
    path("programs/<int:program_id>/capacity/", capacity.capacity, name="capacity"),
    path(
        "programs/<int:program_id>/capacity/<int:partner_id>/<int:function_id>/",
        capacity.capacity_of,
        name="capacity_of",
    ),
    path(
        "programs/<int:program_id>/capacity/<int:partner_id>/<int:function_id>/check/",
        capacity.capacity_check,
        name="capacity_check",
    ),
    path(
        "programs/<int:program_id>/capacity/<int:partner_id>/<int:function_id>/needs/add/",
        capacity.need_add,
        name="need_add",
    ),
    path("programs/<int:program_id>/capacity/needs/<int:need_id>/done/", capacity.need_done, name="need_done"),
    path("programs/<int:program_id>/capacity/needs/<int:need_id>/remove/", capacity.need_remove, name="need_remove"),
]
