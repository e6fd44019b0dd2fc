"""E-forms as the citizen filled them in -> model, and prefill from the record. Aliases are data; what was not
used is listed.
"""

from gov_connect.forms.birth import BirthForm, read_birth_form
from gov_connect.forms.prefilling import Prefill, PrefilledField, Provenance, prefill

__all__ = ["BirthForm", "Prefill", "PrefilledField", "Provenance", "prefill", "read_birth_form"]
