"""A signing service of the Cloud Signature Consortium, version 1, as a server: no phone, a PIN."""

from gov_connect.mocks.csc._system import ACCESS_TOKEN, CREDENTIAL, PIN, CscMock

__all__ = ["ACCESS_TOKEN", "CREDENTIAL", "PIN", "CscMock"]
