"""The contract is proven by software that nobody here wrote: zeep, libxml2, and node `soap`."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import time
import warnings
from importlib import resources
from pathlib import Path
from types import MappingProxyType

import pytest
from lxml import etree

from gov_connect.mocks import running_mocks
from gov_connect.mocks._person import population
from gov_connect.mocks.residents import ENDPOINT, SECRET, USERNAME, authorization
from gov_connect.model import CitizenQuery

SCHEMAS = Path(str(resources.files("gov_connect") / "schemas" / "residents"))
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
PERSON = next(person for person in population(0) if person.number and not person.year_only)
FIELDS = {
    "MaYeuCau": "0" * 32,
    "MaDVC": "1.001193",
    "MaTichHop": "037",
    "MaCanBo": "cb-01",
    "SoDinhDanh": PERSON.number,
    "HoVaTen": "MAUVANTHU",
    "NgayThangNamSinh": {"NgayThangNam": f"{PERSON.birth:%Y%m%d}"},
}
NODE = """
const soap = require('soap'), crypto = require('crypto');
const [wsdl, endpoint, user, secret, fields] = process.argv.slice(1);
const timestamp = String(Date.now());
const digest = crypto.createHash('sha256').update(endpoint + user + timestamp + secret).digest('hex');
const headers = { Timestamp: timestamp, Authorization: 'Basic ' + Buffer.from(user + ':' + digest).toString('base64') };
soap.createClientAsync(wsdl).then(async client => {
  const [citizen] = await client.TraCuuThongTinCongDanAsync(JSON.parse(fields), {}, headers);
  console.log(JSON.stringify(citizen));
}).catch(error => { console.error(String(error.message).slice(0, 300)); process.exit(1); });
"""


@pytest.fixture(scope="module")
def zeep():
    """zeep, whose own imports warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("zeep")


@pytest.fixture(scope="module")
def client(zeep):
    """A zeep client of our WSDL."""
    return zeep.Client(str(SCHEMAS / "residents.wsdl"))


def canonical(envelope):
    """The body's child, canonical: prefixes do not matter, everything else does."""
    child = copy.deepcopy(envelope.find(BODY)[0])
    etree.cleanup_namespaces(child)
    return etree.canonicalize(etree.tostring(child, encoding="unicode"), rewrite_prefixes=True).encode()


def as_zeep_takes(element):
    """The fields of a message as keyword arguments; a second MaDonVi has zeep's own name."""
    fields = {}
    officer_seen = False
    for child in element:
        name = etree.QName(child).localname
        officer_seen = officer_seen or name == "MaCanBo"
        if name == "MaDonVi" and officer_seen:
            name = "MaDonVi__1"
        fields[name] = {etree.QName(each).localname: each.text for each in child} if len(child) else child.text or ""
    return fields


VARIANTS = [
    ("TraCuuThongTinCongDan", "look_up", {}),
    ("TraCuuThongTinCongDan", "look_up", {"RESIDENTS__AGENCY_PLACE": "after_officer"}),
    ("TraCuuThongTinCongDan", "look_up", {"RESIDENTS__AGENCY_PLACE": "omit", "RESIDENTS__ACCOUNT_FIELDS": "true"}),
    ("TraCuuThongTinCongDan", "look_up", {"RESIDENTS__DATE_FORMAT": "yyyy-MM-dd", "RESIDENTS__NAME_SPACES": "true"}),
    ("XacThucThongTinCongDan", "verify", {"RESIDENTS__VERIFICATION": "003"}),
    (
        "XacThucThongTinCongDan033",
        "verify",
        {"RESIDENTS__VERIFICATION": "033", "RESIDENTS__VERIFICATION_ROOT": "XacThucThongTinCongDanRequest"},
    ),
    ("XacMinhThongTinNhanThan", "kin", {"RESIDENTS__KIN_CODE": "099"}),
]


@pytest.mark.parametrize(("name", "method", "changes"), VARIANTS)
@pytest.mark.parametrize("born", ["1999-02-03", "1999"])
def test_our_bytes_are_those_of_zeep(make_gov, wire, client, enveloped, name, method, changes, born):
    """The hot path is written by hand; zeep, from the WSDL, writes the very same message."""
    answer = "<SoLuongCongDan>0</SoLuongCongDan>" if method == "verify" else ""
    wire.say(enveloped(answer))
    query = CitizenQuery(citizen_id="000000000012", name="Lê Thị Hư Cấu", born=born)
    getattr(make_gov(**changes).residents, method)(query)
    ours = etree.fromstring(wire.sent[0].body)
    theirs = client.create_message(client.service, name, **as_zeep_takes(ours.find(BODY)[0]))
    assert canonical(ours) == canonical(theirs)


@pytest.fixture(scope="module")
def schema():
    """The schemas together, as libxml2 reads them."""
    imports = "".join(
        f'<xs:import namespace="{namespace}" schemaLocation="{(SCHEMAS / file).as_uri()}"/>'
        for namespace, file in (
            ("http://dancuquocgia.bca", "requests.xsd"),
            ("http://gtel.vn/qldc", "kin.xsd"),
            ("http://www.mic.gov.vn/dancu/1.0", "citizens.xsd"),
        )
    )
    return etree.XMLSchema(
        etree.fromstring(f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">{imports}</xs:schema>')
    )


@pytest.mark.parametrize(("name", "method", "changes"), VARIANTS)
def test_every_request_is_valid(make_gov, wire, schema, enveloped, name, method, changes):
    """Each variant of the settings keeps the schema, which is strict for requests."""
    wire.say(enveloped("<TonTai>true</TonTai>" if method == "verify" else ""))
    query = CitizenQuery(old_id="000000012", name="Lê Thị Hư Cấu", born="1999-02-03")
    getattr(make_gov(**changes).residents, method)(query)
    schema.assertValid(etree.ElementTree(etree.fromstring(wire.sent[0].body).find(BODY)[0]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<dan:MaCanBo>000000000001</dan:MaCanBo>", ""),
        ("<dan:HoVaTen>LETHIHUCAU</dan:HoVaTen>", "<dan:HoVaTen/>"),
        ("<dan:MaTichHop>037</dan:MaTichHop>", f"<dan:MaTichHop>{'0' * 21}</dan:MaTichHop>"),
        ("19990203", "03/02/1999"),
        ("<dan:SoDinhDanh>", "<dan:SoCMND>000000012</dan:SoCMND><dan:SoDinhDanh>"),
    ],
)
def test_the_schema_refuses_what_the_server_would(gov, wire, schema, query, live, old, new):
    """Order, lengths and the choice of one number are checked."""
    wire.say(live)
    gov.residents.look_up(query)
    text = wire.sent[0].body.decode()
    assert old in text
    broken = etree.fromstring(text.replace(old, new).encode())
    assert not schema.validate(etree.ElementTree(broken.find(BODY)[0]))


@pytest.mark.parametrize("sample", ["residents/live.xml", "residents/qcvn.xml"])
def test_both_forms_of_reply_are_read_by_zeep(client, zeep, sample_bytes, sample):
    """The reply is CongdanCollection itself; a usual client would look for a Response wrapper."""

    class Answer:
        status_code = 200
        headers = MappingProxyType({"Content-Type": "application/xml"})
        encoding = "utf-8"
        content = sample_bytes(sample)

    operation = client.service._binding._operations["TraCuuThongTinCongDan"]
    with client.settings(strict=False):
        found = client.service._binding.process_reply(client, operation, Answer())
    assert found.CongDan[0].SoDinhDanh.strip() == "000000000012"


@pytest.fixture(scope="module")
def served():
    """The mocks on real sockets, with the real clock."""
    with running_mocks(seed=0) as mocks:
        yield mocks.base_urls["residents"] + ENDPOINT


def test_zeep_gets_a_citizen_from_the_mock(zeep, served):
    """WSDL and schemas come from the mock itself; then a whole call on a real socket."""
    requests = pytest.importorskip("requests")

    class Stamp(requests.auth.AuthBase):
        def __call__(self, request):
            stamp = str(int(time.time() * 1000))
            request.headers["Timestamp"] = stamp
            request.headers["Authorization"] = authorization(
                endpoint=ENDPOINT, username=USERNAME, secret=SECRET, timestamp=stamp
            )
            return request

    with requests.Session() as session:
        session.trust_env = False
        session.auth = Stamp()
        peer = zeep.Client(served + "?wsdl", transport=zeep.Transport(session=session))
        found = peer.service.TraCuuThongTinCongDan(**{**FIELDS, "MaYeuCau": "zeep-1", "HoVaTen": PERSON.name})
        assert found.CongDan[0].SoDinhDanh == PERSON.number
        asked = {**FIELDS, "MaYeuCau": "zeep-2", "MaTichHop": "003", "HoVaTen": PERSON.name}
        assert peer.service.XacThucThongTinCongDan(**asked) == "1"


def test_node_soap_gets_a_citizen_from_the_mock(served, node_packages):
    """The same from another language, with the package `soap` of the npm registry."""
    home = node_packages("soap@1.13.0")
    fields = json.dumps({**FIELDS, "MaYeuCau": "node-1", "HoVaTen": PERSON.name})
    done = subprocess.run(
        [shutil.which("node"), "-e", NODE, served + "?wsdl", ENDPOINT, USERNAME, SECRET, fields],
        cwd=home,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    found = json.loads(done.stdout)["CongDan"]
    assert (found[0] if isinstance(found, list) else found)["SoDinhDanh"] == PERSON.number
