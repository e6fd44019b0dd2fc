"""VNPT's SOAP messages exactly as they cross the wire (payment.md §6.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from gov_connect.errors import AuthenticationFailed, Refused, UnexpectedReply
from gov_connect.model import VIETNAM, FeeKind
from gov_connect.transport import xml_root

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gov_connect.model import ReceiptRequest
    from gov_connect.runtime import Reply

SYSTEM: Final = "vnpt_receipt"
NAMESPACE: Final = "http://tempuri.org/"
ENVELOPE: Final = "http://schemas.xmlsoap.org/soap/envelope/"
DUPLICATE, NOT_LOGGED_IN, ALREADY_DONE = "13", "1", "8"
_LONGEST_NAME, _LONGEST_WORDS = 500, 255
_KINDS: Final = {FeeKind.FEE: "0", FeeKind.CHARGE: "1"}


def headers(method: str) -> dict[str, str]:
    """Headers of a SOAP 1.1 call."""
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}{method}"'}


def envelope(method: str, parameters: Mapping[str, str]) -> bytes:
    """A call with its parameters, in the order given; every text escaped by the writer."""
    from lxml import etree  # noqa: PLC0415 - heavy, on first use

    root = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE, "t": NAMESPACE})
    call = etree.SubElement(etree.SubElement(root, f"{{{ENVELOPE}}}Body"), f"{{{NAMESPACE}}}{method}")
    for name, value in parameters.items():
        etree.SubElement(call, f"{{{NAMESPACE}}}{name}").text = value
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def result(reply: Reply, method: str) -> str:
    """The text of `<method>Result`, in whatever namespace it stands: by then the call may have been carried out.

    Raises:
        UnexpectedReply: not SOAP, a fault, or no result.
    """
    root = xml_root(reply, SYSTEM)
    found: Any = root.find(f".//{{*}}{method}Result")
    if found is None:
        raise UnexpectedReply(system=SYSTEM, reason="no_result", status=reply.status)
    return str(found.text or "").strip()


def accepted(text: str, status: int, *, also: frozenset[str] = frozenset()) -> str:
    """The content after `OK:`; "" for an error number in `also`.

    Raises:
        AuthenticationFailed: ERR:1.
        Refused: any other ERR.
        UnexpectedReply: neither OK nor ERR.
    """
    failed = re.match(r"ERR:\s*([0-9]+)", text, re.IGNORECASE)
    if failed is None:
        if not text.upper().startswith("OK:"):
            raise UnexpectedReply(system=SYSTEM, reason="neither_ok_nor_err", status=status)
        return text[len("OK:") :].strip()
    number = failed[1]
    if number in also:
        return ""
    if number == NOT_LOGGED_IN:
        raise AuthenticationFailed(system=SYSTEM, status=status, raw_code=f"ERR:{number}")
    raise Refused(system=SYSTEM, status=status, raw_code=f"ERR:{number}")


def number_in(line: str, key: str) -> tuple[str, str, str]:
    """Form symbol, receipt symbol and number of a known key in `<form>;<symbol>-<key>_<number>,…;…`.

    Symbols and keys may hold "-", so the line is cut at the key that is known.

    Raises:
        UnexpectedReply: the key is not there, or not once.
    """
    form, _, rest = line.partition(";")
    found = list(re.finditer(rf"(?:^|;)([^;,]*)-{re.escape(key)}_([0-9]+)(?=[,;]|$)", rest))
    if len(found) != 1:
        raise UnexpectedReply(system=SYSTEM, reason="key_not_in_answer")
    return form, found[0][1], found[0][2]


def invoices(request: ReceiptRequest, tax_code: str) -> str:
    """XmlInvData of one receipt: every tag there, also the empty ones (§6.4)."""
    from lxml import etree  # noqa: PLC0415 - heavy, on first use

    amount = str(request.amount.dong)
    root = etree.Element("Invoices")
    row = etree.SubElement(root, "Inv")
    etree.SubElement(row, "key").text = request.key
    invoice = etree.SubElement(row, "Invoice")
    payer = request.payer
    names = "; ".join(line.name for line in request.lines)
    _fill(
        invoice,
        {
            "CusCode": request.key,
            "CusName": payer.name.reveal(),
            "Buyer": payer.name.reveal(),
            "CusAddress": "" if payer.address is None else payer.address.reveal(),
            "CusPhone": "",
            "CusTaxCode": "",
            "Email": "",
            "ArisingDate": request.paid_at.astimezone(VIETNAM).strftime("%d/%m/%Y"),
            "PaymentMethod": "TTO" if request.paid_online else "TM",
            "PaymentStatus": "1",
            "KindOfService": "",
            "Extra": names[:_LONGEST_NAME],
            "Extra1": str(request.dossier),
            "Total": amount,
            "VATRate": "0",
            "VATAmount": "0",
            "Amount": amount,
            "AmountInWords": request.words[:_LONGEST_WORDS],
            "ComTaxCode": tax_code,
        },
    )
    products = etree.SubElement(invoice, "Products")
    for line in request.lines:
        price = str(line.amount.dong)
        product = {
            "Code": "",
            "ProdName": line.name,
            "ProdUnit": "",
            "ProdQuantity": "1",
            "ProdPrice": price,
            "Total": price,
            "Amount": price,
            "Extra1": "",
            "Extra2": _KINDS[line.kind],
            "FEEID": "",
        }
        _fill(etree.SubElement(products, "Product"), product)
    return etree.tostring(root, encoding="unicode")


def _fill(parent: Any, members: Mapping[str, str]) -> None:
    from lxml import etree  # noqa: PLC0415 - heavy, on first use

    for name, value in members.items():
        etree.SubElement(parent, name).text = value
