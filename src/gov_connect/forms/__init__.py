"""E-forms as the citizen filled them in -> model. Aliases are data; what was not used is listed."""

from gov_connect.forms.birth import BirthForm, read_birth_form

__all__ = ["BirthForm", "read_birth_form"]
