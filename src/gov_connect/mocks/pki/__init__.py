"""A throw-away PKI: two roots, two issuing authorities, leaves, CRLs, OCSP answers, timestamps. Names are invented."""

from gov_connect.mocks.pki._make import Identity, ec_key, issue, name, rsa_key, usage
from gov_connect.mocks.pki._pki import Pki
from gov_connect.mocks.pki._stamp import stamp

__all__ = ["Identity", "Pki", "ec_key", "issue", "name", "rsa_key", "stamp", "usage"]
