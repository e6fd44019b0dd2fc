"""E-forms as the citizen filled them in -> model and back, and prefill from the record. Aliases are dated data; what
was not used is listed.
"""

from gov_connect.forms.birth import BirthForm, read_birth_form
from gov_connect.forms.leaves import leaves
from gov_connect.forms.prefilling import Prefill, PrefilledField, Provenance, person_leaves, prefill
from gov_connect.forms.reading import FormReading, Need, read_form
from gov_connect.forms.tables import Tables
from gov_connect.forms.writing import WrittenForm, write_form

__all__ = [
    "BirthForm",
    "FormReading",
    "Need",
    "Prefill",
    "PrefilledField",
    "Provenance",
    "Tables",
    "WrittenForm",
    "leaves",
    "person_leaves",
    "prefill",
    "read_birth_form",
    "read_form",
    "write_form",
]
