"""The nonce of a form: it names one showing of it, so that sending it twice does its thing once."""

import secrets
from typing import Any

from django import forms


def new_nonce() -> str:
    return secrets.token_hex(16)


class NonceField(forms.CharField):
    """Names one showing of a form, so that sending it twice does its thing once."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, initial=new_nonce)

    def clean(self, value: Any) -> str:
        value = str(value or "")
        return value if value.isascii() and value.isalnum() and len(value) <= 64 else new_nonce()
