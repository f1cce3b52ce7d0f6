"""What is wrong about a walk, in words: all that was asked of it, for one comparison."""

from scaleup.tests.actors import PROGRAM_AT, may_know
from scaleup.tests.places import private
from scaleup.tests.walks import Walk, circle_of, told_apart

OWNERS = {"lead": {"oak"}, "admin": {"north", "ash"}, "other admin": {"south", "elm"}}


def findings(walk: Walk) -> dict[str, list[str]]:
    """Whatever is wrong, by what was asked; empty when nothing is."""
    asked = {
        "came out otherwise": [str(seen) for seen in walk.seen if seen.is_wrong],
        "changed by looking or by what was refused": sorted(walk.changed),
        "not found, but not alike": told_apart(walk.seen),
        "read what is not for them": [f"{seen.step}: {sorted(seen.leaked)}" for seen in walk.seen if seen.leaked],
        "did not come across": sorted(missed(walk)),
    }
    return {what: found for what, found in asked.items() if found}


def missed(walk: Walk) -> set[str]:
    """What the actor may know and never read; else the scan looks for what no page shows.

    Of every circle some word; owners find every single word of their own.
    """
    circles = may_know(walk.actor) - {circle_of(canary) for canary in walk.found}
    owners = OWNERS.get(walk.actor, set())
    owned = {canary for canary in walk.planted if canary.split("-")[1] in owners}
    in_files = {private(owner, "infile") for owner in owners & set(PROGRAM_AT.values())}  # stand in no table
    return circles | (owned | in_files) - walk.found
