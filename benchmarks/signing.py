"""What a signature costs, as multiples of one raw RSA-2048 signature in the same loop (issue: speed).

    python benchmarks/signing.py [--smoke]

CPU time of the thread, the least of many; every operation alternates with the raw signature.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding

from gov_connect.signing import ActKind, Evidence, Format, LocalKey, Signing, Tree, Trust, TrustPolicy
from gov_connect.signing.certificates import Moment

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITS = {"xml sign": 2.5, "xml verify": 3.0, "cms sign": 1.3, "pdf sign": 6.0}


def load(name: str) -> Any:
    """A module from the tests' folder."""
    path = Path(__file__).parents[1] / "tests" / "signing" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"bench_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"bench_{name}"] = module
    spec.loader.exec_module(module)
    return module


def ratio(work: Callable[[], object], raw: Callable[[], object], rounds: int = 60) -> tuple[float, float]:
    """Least CPU time of `work` in ms, and as a multiple of the least of `raw`."""
    least, base = float("inf"), float("inf")
    for _ in range(rounds):
        began = time.thread_time()
        raw()
        middle = time.thread_time()
        work()
        base, least = min(base, middle - began), min(least, time.thread_time() - middle)
    return least * 1000, least / base


def main() -> None:
    """Measure and print one JSON line per operation."""
    smoke = "--smoke" in sys.argv[1:]
    logging.disable(logging.CRITICAL)
    pki = load("pki")
    made = pki.Pki()
    evidence = Evidence()
    for data in made.evidence_bytes():
        evidence.add_crl(data)
    trust = Trust(TrustPolicy(anchors={Tree.OFFICIAL_DUTY: (made.official_root.certificate,)}), evidence)
    signing = Signing(trust, now=lambda: pki.NOW)
    key = LocalKey(made.officer.key, [made.officer.certificate, *made.officer.above[:1]])
    xml = b"<HoSo>" + b'<Dong so="1">noi dung</Dong>' * 178 + b"</HoSo>"
    signed_xml = signing.sign(xml, ActKind.PERSONAL, key).data

    def xades() -> bytes:
        pending = signing.prepare(xml, ActKind.PERSONAL, key.certificates, scheme=key.scheme, xades=True)
        return signing.complete(pending, key.sign(pending.to_sign)).data

    signed_xades = xades()
    message = signing.sign(xml, ActKind.PERSONAL, key, format=Format.CMS).data
    cases: dict[str, Callable[[], object]] = {
        "xml sign": lambda: signing.sign(xml, ActKind.PERSONAL, key),
        "xml verify": lambda: signing.verify(signed_xml),
        "xades sign": xades,
        "xades verify": lambda: signing.verify(signed_xades),
        "cms sign": lambda: signing.sign(xml, ActKind.PERSONAL, key, format=Format.CMS),
        "cms verify": lambda: signing.verify(message, content=xml),
    }
    try:
        pdf = _pdf()
        signed_pdf = signing.sign(pdf, ActKind.PERSONAL, key).data
        cases["pdf sign"] = lambda: signing.sign(pdf, ActKind.PERSONAL, key)
        cases["pdf verify"] = lambda: signing.verify(signed_pdf)
    except ModuleNotFoundError:
        print(json.dumps({"pdf": "pyHanko is not installed"}))

    def raw() -> object:
        return made.officer.key.sign(xml, padding.PKCS1v15(), hashes.SHA256())

    for name, work in cases.items():
        work()
        milliseconds, times = ratio(work, raw, 1 if smoke else 60)
        limit = LIMITS.get(name)
        row = {"case": name, "ms": round(milliseconds, 3), "x raw RSA-2048": round(times, 2), "limit": limit}
        print(json.dumps(row), flush=True)
    _big_list(pki, made, 1000 if smoke else 100_000)


def _pdf() -> bytes:
    import io  # noqa: PLC0415 - only here

    from pyhanko.pdf_utils import generic  # noqa: PLC0415
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter  # noqa: PLC0415 - optional

    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=b"BT ET"))
    writer.insert_page(
        PageObject(contents=stream, media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))))
    )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _big_list(pki: Any, made: Any, count: int) -> None:
    """A list of revoked certificates: loaded once, then asked."""
    entries = [
        x509.RevokedCertificateBuilder().serial_number(number).revocation_date(pki.NOW - pki.YEAR).build()
        for number in range(10**12, 10**12 + count)
    ]
    builder = x509.CertificateRevocationListBuilder(
        made.official_ca.certificate.subject, pki.NOW, pki.NOW + pki.YEAR, [], entries
    )
    data = builder.sign(made.official_ca.key, hashes.SHA256()).public_bytes(Encoding.DER)
    evidence = Evidence()
    began = time.perf_counter()
    evidence.add_crl(data)
    moment = Moment(at=pki.NOW, now=pki.NOW)
    leaf, issuer = made.officer.certificate, made.official_ca.certificate
    evidence.standing(leaf, issuer, moment)
    loaded = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(1000):
        evidence.standing(leaf, issuer, moment)
    asked = (time.perf_counter() - began) * 1000
    row = {"case": f"CRL of {count:,}", "load s": round(loaded, 3), "limit s": 1.0, "look-up us": round(asked, 1)}
    print(json.dumps(row))


if __name__ == "__main__":
    main()
