"""The signs of the product: small line drawings on a grid of 16, never glyphs of a font."""

from functools import lru_cache

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

SIGNS = {
    "alert": "M8 1.8 15 14H1zM8 6.5v3.2M8 11.9h0",
    "arrow": "M2.5 8h11m-4.5-4.5L13.5 8 9 12.5",
    "calendar": "M2 4h12v10H2zM2 7.5h12M5 2v3.5M11 2v3.5",
    "check": "m2.5 8.5 3.5 3.5 7.5-8",
    "clock": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 4.5V8l2.5 2",
    "close": "m3.5 3.5 9 9m0-9-9 9",
    "comment": "M2 3h12v8.5H7.5L4 14.5V11.5H2z",
    "copy": "M5.5 5.5h8.5V14H5.5zM2 10.5V2h8.5",
    "dash": "M3 8h10",
    "diamond": "m8 1.5 6.5 6.5L8 14.5 1.5 8z",
    "dot": "M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 8h0",
    "down": "M8 3v10m-4-4 4 4 4-4",
    "download": "M8 2v8m-3.5-3.5L8 10l3.5-3.5M2 13.5h12",
    "edit": "M2.5 13.5 3 10.5 11 2.5l2.5 2.5-8 8z",
    "eye": "M1 8q7-9 14 0-7 9-14 0zM8 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z",
    "file": "M3.5 1.5h6l3.5 3.5v9.5h-9.5zM9 2v3.5h3.5",
    "filter": "M1.5 2.5h13L9.5 8.5V14l-3-1.5v-4z",
    "flag": "M3 15V2h10l-2.5 3.5L13 9H3",
    "half": "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 5v6M9.5 6v4M11 7.5v1",
    "history": "M2.5 2.5v4h4M3 6.5a6 6 0 1 1-.8 3.5M8 5v3.5l2.5 1.5",
    "info": "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM8 7.5v4M8 4.7h0",
    "link": "M6.5 9.5l3-3M7 4.5 9 2.5a3.2 3.2 0 0 1 4.5 4.5l-2 2M9 11.5l-2 2A3.2 3.2 0 0 1 2.5 9l2-2",
    "lock": "M3 7.5h10v7H3zM5 7.5V5a3 3 0 0 1 6 0v2.5",
    "mail": "M1.5 3h13v10h-13zM2 3.5l6 5 6-5",
    "note": "M2.5 1.5h11v9l-4 4h-7zM5.5 5h5M5.5 8h3",
    "pause": "M5.5 3v10M10.5 3v10",
    "people": "M6 3a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM2 14q0-4.5 4-4.5t4 4.5M10 3a2 2 0 0 1 0 4M12 10q2 1 2 4",
    "person": "M8 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM2.5 14.5q0-4.5 5.5-4.5t5.5 4.5",
    "plus": "M8 2.5v11M2.5 8h11",
    "print": "M4 6V1.5h8V6M4 12H1.5V6h13v6H12M4 9.5h8v5H4z",
    "question": "M5.5 6a2.5 2.5 0 1 1 3.5 2.3q-1 .5-1 1.7M8 12.8h0",
    "returned": "M3 12.5h6.5q4 0 4-3.7T9.5 5.2H3m3.5-3.7L3 5.2l3.5 3.7",
    "search": "M7 2a5 5 0 1 0 0 10A5 5 0 0 0 7 2zM10.7 10.7l4 4",
    "sent": "M8 13.5V3M3.5 7.5 8 3l4.5 4.5",
    "up": "M8 13V3M4 7l4-4 4 4",
    "verified": "M8 1.5 13.5 3.5v4Q13.5 12 8 14.5 2.5 12 2.5 7.5v-4zM5.2 8l2 2 3.6-4",
    "waiting": "M3.5 8h0M8 8h0M12.5 8h0",
}
# These point along the line of reading and turn round where it runs from right to left.
TURNING = frozenset({"arrow", "returned"})


@lru_cache(maxsize=512)
def sign(name: str, label: str = "") -> SafeString:
    """One sign; with a label it speaks for itself, without one the words beside it do.

    Raises KeyError for a sign there is not.
    """
    css_class = "icon icon--turns" if name in TURNING else "icon"
    # Escaped whatever it is: the cache does not tell a text marked as safe from one that is not.
    spoken = SafeString(f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"')
    return format_html('<svg class="{}" viewBox="0 0 16 16" {}><path d="{}"/></svg>', css_class, spoken, SIGNS[name])
