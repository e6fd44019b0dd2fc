"""VietQR: bank transfers by QR code, EMVCo merchant-presented mode as NAPAS uses it (payment.md §4)."""

from gov_connect.adapters.vietqr.banks import BANKS, BANKS_AS_OF
from gov_connect.adapters.vietqr.operations import Vietqr
from gov_connect.adapters.vietqr.payload import Transfer, decode, encode
from gov_connect.adapters.vietqr.picture import svg, write_png

__all__ = ["BANKS", "BANKS_AS_OF", "Transfer", "Vietqr", "decode", "encode", "svg", "write_png"]
