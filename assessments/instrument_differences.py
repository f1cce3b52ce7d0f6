"""What changed between two versions of an instrument, item by item."""

from dataclasses import dataclass, fields

from assessments.instrument_file import InstrumentEntry, ItemEntry


@dataclass(frozen=True, slots=True)
class ChangedItem:
    """An item that both versions have. `parts` names what differs: fields of the item, or "dimension"."""

    old: ItemEntry
    new: ItemEntry
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Items by their key: new and changed ones in the order of the new version, gone ones of the old.

    Where the scale itself changed, no old rating can be laid beside a new one as it is.
    """

    new: tuple[ItemEntry, ...]
    changed: tuple[ChangedItem, ...]
    gone: tuple[ItemEntry, ...]
    is_scale_changed: bool


def differences(old: InstrumentEntry, new: InstrumentEntry) -> Differences:
    """What a rater of the old version finds new, changed or gone in the new one."""
    before, after = _placed(old), _placed(new)
    pairs = [(before[key], after[key]) for key in after if key in before]
    return Differences(
        new=tuple(item for key, (item, _) in after.items() if key not in before),
        changed=tuple(_changed(*pair) for pair in pairs if pair[0] != pair[1]),
        gone=tuple(item for key, (item, _) in before.items() if key not in after),
        is_scale_changed=old.scale != new.scale,
    )


def _placed(instrument: InstrumentEntry) -> dict[str, tuple[ItemEntry, str]]:
    """Every item, with the key of its dimension, by its own key."""
    return {item.key: (item, dimension.key) for dimension in instrument.dimensions for item in dimension.items}


def _changed(before: tuple[ItemEntry, str], after: tuple[ItemEntry, str]) -> ChangedItem:
    (old, old_dimension), (new, new_dimension) = before, after
    names = [field.name for field in fields(ItemEntry)]
    parts = [name for name in names if getattr(old, name) != getattr(new, name)]
    moved = ["dimension"] if old_dimension != new_dimension else []
    return ChangedItem(old, new, parts=(*parts, *moved))
