"""Other makers' verifiers accept what we make, and tell a forgery apart: xmlsec1, OpenSSL, poppler, the JDK.

They need programs that are not part of the development set; without them the tests skip and say so.
"""

from __future__ import annotations

import shutil
import subprocess

import pytest

from gov_connect.mocks.pki import stamp
from gov_connect.signing import ActKind, Format, Level, Signing, Trust

CONTENT = b"noi dung can ky"
JAVA = """
import javax.xml.crypto.*; import javax.xml.crypto.dsig.*; import javax.xml.crypto.dsig.dom.DOMValidateContext;
import javax.xml.parsers.*; import org.w3c.dom.*; import java.io.*; import java.security.cert.*;
public class Check { public static void main(String[] a) throws Exception {
  DocumentBuilderFactory f = DocumentBuilderFactory.newInstance(); f.setNamespaceAware(true);
  Document d = f.newDocumentBuilder().parse(new File(a[0]));
  NodeList n = d.getElementsByTagNameNS(XMLSignature.XMLNS, "Signature");
  CertificateFactory c = CertificateFactory.getInstance("X.509");
  java.security.PublicKey k = c.generateCertificate(new FileInputStream(a[1])).getPublicKey();
  DOMValidateContext v = new DOMValidateContext(KeySelector.singletonKeySelector(k), n.item(0));
  v.setProperty("org.jcp.xml.dsig.secureValidation", Boolean.TRUE);
  NodeList p = d.getElementsByTagNameNS("http://uri.etsi.org/01903/v1.3.2#", "SignedProperties");
  for (int i = 0; i < p.getLength(); i++) v.setIdAttributeNS((Element) p.item(i), null, "Id");
  System.out.print(XMLSignatureFactory.getInstance("DOM").unmarshalXMLSignature(v).validate(v)); } }
"""


@pytest.fixture
def tool():
    """The path of a program, or a skip that says which one is missing."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            pytest.skip(f"{name} is not installed: this independent verifier was not asked")
        return path

    return find


@pytest.fixture
def run(tool):
    """Run a program and give its exit code and what it said."""

    def start(name: str, *args: object) -> tuple[int, str]:
        command = [tool(name), *(str(arg) for arg in args)]
        done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    return start


@pytest.fixture(scope="module")
def java(tmp_path_factory):
    """The JDK's validator, compiled once."""
    if shutil.which("javac") is None or shutil.which("java") is None:
        pytest.skip("javac is not installed: this independent verifier was not asked")
    home = tmp_path_factory.mktemp("java")
    (home / "Check.java").write_text(JAVA, encoding="ascii")
    done = subprocess.run(
        ["javac", "-d", home, home / "Check.java"], capture_output=True, check=False, text=True, timeout=120
    )
    if done.returncode:
        pytest.skip(f"this JDK has no XML signatures: {done.stderr[:100]}")
    return home


@pytest.fixture
def key(request, pki, key_of):
    """An RSA, a PSS or a P-256 key."""
    return key_of(pki.curve) if request.param == "curve" else key_of(pki.officer, pss=request.param == "pss")


@pytest.fixture(params=["plain", "xades"])
def signed_xml(request, signing, key, xml, pki, made):
    """A signed document: plain, or XAdES with a timestamp."""
    if request.param == "plain":
        return signing.sign(xml, ActKind.PERSONAL, key).data
    pending = signing.prepare(xml, ActKind.PERSONAL, key.certificates, scheme=key.scheme, xades=True)
    value = key.sign(pending.to_sign)
    query = signing.stamp_query(pending, value)
    token = signing.read_stamp(query, stamp(query.request, pki.tsa, made.NOW))
    return signing.complete(pending, value, token=token).data


@pytest.mark.parametrize("key", ["rsa", "curve"], indirect=True)
def test_xmlsec1_accepts_our_xml(run, signed_xml, pki, tmp_path):
    """With the chain to our root; a changed document is refused. Its release 1.2 knows no PSS."""
    root = tmp_path / "root.pem"
    root.write_bytes(pki.official_root.pem)
    data = signed_xml
    names = ("--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties")
    for content, good in ((data, True), (data.replace(b"25000", b"95000"), False)):
        path = tmp_path / "signed.xml"
        path.write_bytes(content)
        moment = ("--verification-time", "2026-11-20 03:00:00")
        code, said = run(
            "xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", root, *names, *moment, path
        )
        assert (code == 0) is good, said


@pytest.mark.parametrize(
    "form",
    [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    ],
)
@pytest.mark.parametrize("prefix", ["", "dsig"])
def test_we_accept_xml_of_xmlsec1(run, signing, pki, codes, tmp_path, form, prefix):
    """Namespaces from above, with a prefix and without, and xml:lang inherited: the commonest forms of all."""
    mark, tag = (f":{prefix}" if prefix else ""), (f"{prefix}:" if prefix else "")
    inside = (
        f'<SignedInfo><CanonicalizationMethod Algorithm="{form}"/>'
        '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><Reference URI="">'
        '<Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>'
        f'<Transform Algorithm="{form}"/></Transforms>'
        '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><DigestValue/></Reference></SignedInfo>'
        "<SignatureValue/><KeyInfo><X509Data/></KeyInfo>"
    )
    inside = inside.replace("</", f"</{tag}").replace("<", f"<{tag}").replace(f"<{tag}/{tag}", f"</{tag}")
    template = (
        '<HoSo xmlns="urn:ho-so" xmlns:k="urn:k" xml:lang="vi" k:loai="1"><SoTien>25000</SoTien>\n'
        f'  <{tag}Signature xmlns{mark}="http://www.w3.org/2000/09/xmldsig#">{inside}</{tag}Signature>\n</HoSo>'
    )
    files = {"in.xml": template.encode(), "key": pki.officer.key_pem, "cert": pki.officer.pem}
    for name, data in {**files, "ca": pki.official_ca.pem}.items():
        (tmp_path / name).write_bytes(data)
    pair = ("--privkey-pem", f"{tmp_path / 'key'},{tmp_path / 'cert'},{tmp_path / 'ca'}")
    code, said = run("xmlsec1", "--sign", "--output", tmp_path / "out.xml", *pair, tmp_path / "in.xml")
    assert code == 0, said
    signed = (tmp_path / "out.xml").read_bytes()
    report = signing.verify(signed)
    assert codes(report) == set()
    assert b"25000" in report.signed
    assert codes(signing.verify(signed.replace(b"25000", b"95000"))) == {"signing.content.changed"}
    assert codes(signing.verify(signed.replace(b'xml:lang="vi"', b'xml:lang="en"'))) <= {
        "signing.content.changed",
        "signing.value.wrong",
    }


@pytest.mark.parametrize("key", ["rsa", "pss", "curve"], indirect=True)
def test_the_jdk_accepts_our_xml(run, java, signed_xml, key, pki, tmp_path):
    """javax.xml.crypto with secure validation on; a changed document is refused."""
    certificate = tmp_path / "signer.pem"
    certificate.write_bytes((pki.curve if key.scheme.padding == "ecdsa" else pki.officer).pem)
    data = signed_xml
    for content, answer in ((data, "true"), (data.replace(b"25000", b"95000"), "false")):
        path = tmp_path / "signed.xml"
        path.write_bytes(content)
        code, said = run("java", "-cp", java, "Check", path, certificate)
        assert (code, said) == (0, answer)


@pytest.mark.parametrize("key", ["rsa", "pss", "curve"], indirect=True)
def test_openssl_accepts_our_messages(run, signing, key, pki, made, tmp_path):
    """`openssl cms -verify` with the chain to our root; changed content is refused."""
    root, message, content = (tmp_path / name for name in ("root.pem", "message.p7s", "content"))
    root.write_bytes(pki.official_root.pem)
    message.write_bytes(signing.sign(CONTENT, ActKind.PERSONAL, key, format=Format.CMS).data)
    for data, good in ((CONTENT, True), (CONTENT + b".", False)):
        content.write_bytes(data)
        moment = ("-attime", int(made.NOW.timestamp()), "-purpose", "any")
        files = ("-in", message, "-content", content, "-CAfile", root, "-out", tmp_path / "out")
        code, said = run("openssl", "cms", "-verify", "-binary", "-inform", "DER", *moment, *files)
        assert (code == 0) is good, said


@pytest.mark.parametrize("key", ["rsa", "pss", "curve"], indirect=True)
def test_we_accept_messages_of_openssl(run, signing, key, pki, tmp_path, codes):
    """`openssl cms -sign`, detached, with its own attributes."""
    identity = pki.curve if key.scheme.padding == "ecdsa" else pki.officer
    for name, data in (("key", identity.key_pem), ("cert", identity.pem), ("ca", pki.official_ca.pem), ("in", CONTENT)):
        (tmp_path / name).write_bytes(data)
    extra = ("-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_pss_saltlen:digest")
    code, said = run(
        *("openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER", "-in", tmp_path / "in"),
        *("-signer", tmp_path / "cert", "-inkey", tmp_path / "key", "-certfile", tmp_path / "ca"),
        *("-out", tmp_path / "out", *(extra if key.scheme.padding == "pss" else ())),
    )
    assert code == 0, said
    report = signing.verify((tmp_path / "out").read_bytes(), content=CONTENT)
    # OpenSSL writes the time of this machine, which may lie ahead of the tests' day.
    assert codes(report) <= {"signing.time.ahead"}
    assert report.signatures[0].signed == CONTENT


def test_poppler_accepts_our_pdf(run, tool, signing, officer, key_of, pki, pdf, tmp_path):
    """Pdfsig finds both signatures valid, and the last one to cover the whole file."""
    tool("pdfsig")
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    first = signing.sign(pdf, ActKind.PERSONAL, officer).data
    path = tmp_path / "signed.pdf"
    path.write_bytes(signing.sign(first, ActKind.AGENCY, key_of(pki.agency)).data)
    _code, said = run("pdfsig", "-nocert", path)
    assert said.count("Signature is Valid") == 2
    assert "Total document signed" in said.splitlines()[-2]


def test_poppler_accepts_a_lasting_pdf(run, signing, policy, evidence, officer, pdf, pki, made, tmp_path):
    """Level LT: the validation data behind the signature does not break it."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    stamping = Signing(
        Trust(policy(), evidence),
        now=lambda: made.NOW,
        timestamper=lambda request: stamp(request, pki.tsa, made.NOW),
    )
    path = tmp_path / "lasting.pdf"
    path.write_bytes(stamping.sign(pdf, ActKind.PERSONAL, officer, level=Level.LT).data)
    _code, said = run("pdfsig", "-nocert", path)
    assert said.count("Signature is Valid") == 1


def test_qpdf_finds_our_pdf_sound(run, signing, officer, pdf, tmp_path):
    """The incremental update keeps the file well-formed."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    path = tmp_path / "signed.pdf"
    path.write_bytes(signing.sign(pdf, ActKind.PERSONAL, officer).data)
    code, said = run("qpdf", "--check", path)
    assert code == 0, said


@pytest.mark.parametrize("key", ["rsa", "pss", "curve"], indirect=True)
def test_signxml_accepts_our_xml_by_itself(signing, key, xml, pki, made, tmp_path):
    """Without our profile before it: with its own chain check and schema."""
    import signxml  # noqa: PLC0415 - the independent verifier

    root = tmp_path / "root.pem"
    root.write_bytes(pki.official_root.pem)
    config = signxml.SignatureConfiguration(location="./", verification_time=made.NOW)
    found = signxml.XMLVerifier().verify(
        signing.sign(xml, ActKind.PERSONAL, key).data, ca_pem_file=str(root), expect_config=config
    )
    assert b"25000" in found.signed_data


def test_pyhanko_accepts_our_pdf_by_itself(signing, officer, pdf, pki, made):
    """Its own validation calls the signature intact, trusted and covering everything."""
    pytest.importorskip("pyhanko", reason="PDF tests need the extra: pip install gov-connect[pdf]")
    from io import BytesIO  # noqa: PLC0415 - only here

    from asn1crypto import x509  # noqa: PLC0415
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    data = signing.sign(pdf, ActKind.PERSONAL, officer).data
    roots = [x509.Certificate.load(pki.official_root.der)]
    context = ValidationContext(trust_roots=roots, moment=made.NOW, allow_fetching=False)
    status = validate_pdf_signature(PdfFileReader(BytesIO(data)).embedded_signatures[0], context)
    assert status.bottom_line
