"""An annex with a little of everything, and a matrix it can be written out of."""

from datetime import date
from typing import Any

from partners.domain.annex_content import AnnexContent, Body, Covered, Party, Role
from partners.models import Agreement, FocalPerson, Partner
from partners.tests.role_cases import add_partner, give, sign
from programs.models import Program

ARABIC = "وزارة الصحة"
KHMER = "ការិយាល័យសុខាភិបាលស្រុក"
HOSTILE = "Aid & <b>Co</b> {{ x }} =cmd|' /C calc'!A0 " + "unbroken" * 20
TEXTS = {
    "decision_rights": "The steering group decides on money.\n\nThe health office decides who is trained.",
    "dispute_path": "First the two directors talk.",
    "exit_terms": "Three months’ notice in writing.",
}


def content(**said: Any) -> AnnexContent:
    """Three parties, four functions, one body; what is `said` replaces it."""
    facts: dict[str, Any] = {
        "language": "en",
        "number": 2,
        "as_of": date(2026, 11, 23),
        "program": "Newborn visits",
        "ambition": "By 2029, 40,000 newborns are visited.",
        "agreement": "Agreement on training",
        "kind": "contract",
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2029, 12, 31),
        "parties": (
            Party("Health office", "government", ("district", "area")),
            Party(ARABIC, "government"),
            Party(KHMER, "NGO"),
        ),
        "functions": (
            Covered(
                "Training",
                ("district",),
                None,
                (
                    Role("Health office", "A", True, "Sok Dara", "Head of training", "Chan Thy", date(2027, 2, 1)),
                    Role(KHMER, "R", until=date(2028, 3, 1)),
                    Role("University", "C", is_party=False),
                ),
            ),
            Covered("Supervision", ("district", "area"), 7, (Role(ARABIC, "A", person="أحمد علي"),)),
            Covered("Supply"),
            Covered(HOSTILE, roles=(Role("University", "A", is_party=False), Role("Health office", "I"))),
        ),
        "bodies": (Body("Steering group", "district", "every month", ("Health office", KHMER), date(2027, 2, 3)),),
    }
    return AnnexContent(**facts | TEXTS | said)


def person(partner: Partner, name: str = "Sok Dara", **said: Any) -> FocalPerson:
    return FocalPerson.objects.create(partner=partner, name=name, **{"duty": "Head of training"} | said)


def agreed(program: Program, *others: str) -> Agreement:
    """An agreement on training that can be written down: one partner is accountable, the others are told."""
    partner = add_partner(program)
    give(partner, "A", held_by=person(partner, deputy="Chan Thy"))
    more = [add_partner(program, name) for name in others]
    for one in more:
        give(one, "I", held_by=person(one, f"Somebody of {one}"))
    return sign(partner, *more)
