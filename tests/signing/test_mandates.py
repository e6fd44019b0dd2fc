"""Who may sign what, for whom, when and in which order (NĐ 30/2020; signature.md §2)."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from gov_connect.errors import InvalidInput, LedgerError
from gov_connect.model import AgencyCode
from gov_connect.signing import Act, ActKind, Capacity, Format, Records, Registry, Signing, SigningRefused, Trust
from gov_connect.signing.book import MandateBook
from gov_connect.signing.certificates import CertificateId
from gov_connect.signing.mandates import ARTICLES
from gov_connect.signing.registry import EVERY_KIND, Authorisation, CertificateRecord, Holder, Post, PostKind
from gov_connect.store import Database, Vault
from gov_connect.store.tables import MANDATES

AGENCY = "H99.12.7"
START, END = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
CHAIR, VICE, CLERK, HEAD_OF_UNIT, UNIT_VICE = "cb-01", "cb-02", "cb-03", "cb-04", "cb-05"
COPY = "ct.copy"


def certificate(one, holder=Holder.PERSON, officer=CHAIR, **facts):
    """A record of a certificate."""
    who = CertificateId.of(one.certificate)
    facts = {"begins": START, "ends": END, "agency": AGENCY, "tree": "official_duty", **facts}
    return CertificateRecord(serial=who.serial, issuer=who.issuer, holder=holder, officer=officer, **facts)


def post(officer, kind, **facts):
    """A record of a post."""
    return Post(**{"officer": officer, "agency": AGENCY, "kind": kind, "begins": START, **facts})


def paper(grantee, capacity=Capacity.BY_AUTHORITY, **facts):
    """An authorisation by the chair."""
    facts = {
        "number": "12/UQ-UBND",
        "grantor": CHAIR,
        "agency": AGENCY,
        "documents": {COPY},
        "basis": "NĐ 280/2025/NĐ-CP",
        "begins": START,
        "ends": END,
        **facts,
    }
    return Authorisation(grantee=grantee, capacity=capacity, **facts)


@pytest.fixture
def registry(pki):
    """A commune: chair, vice chair with a field of work, a clerk with an authority."""

    def make(**more):
        facts = {
            "posts": (
                post(CHAIR, PostKind.HEAD, collective=True),
                post(VICE, PostKind.DEPUTY, fields={COPY}),
                post(CLERK, PostKind.OFFICIAL),
                post(HEAD_OF_UNIT, PostKind.UNIT_HEAD),
                post(UNIT_VICE, PostKind.UNIT_DEPUTY),
            ),
            "certificates": (
                certificate(pki.officer),
                certificate(pki.curve, officer=CLERK),
                certificate(pki.agency, Holder.AGENCY, officer=""),
            ),
            "authorisations": (paper(CLERK),),
        }
        return Registry(Records(**{**facts, **more}))

    return make


@pytest.fixture
def asked(registry, pki, made):
    """The rule that decides a question."""

    def ask(act, one=None, *, at=None, sha="", **more):
        one = one or pki.officer
        decision = registry(**more).decide(act, one.certificate, at=at or made.NOW, document_sha256=sha)
        assert decision.allowed == (decision.rule == "signing.mandate.granted")
        assert decision.allowed or decision.article
        return decision.rule.removeprefix("signing.mandate.")

    return ask


def act(officer=CHAIR, capacity=Capacity.COLLECTIVE, kind=ActKind.PERSONAL, **facts):
    """A question about a certified copy."""
    return Act(**{"kind": kind, "agency": AGENCY, "officer": officer, "documents": COPY, "capacity": capacity, **facts})


def test_the_head_signs_as_the_agency_is_led(asked):
    """TM. for a collective body; not as a single head, not as a deputy."""
    assert asked(act()) == "granted"
    assert asked(act(capacity=Capacity.HEAD)) == "capacity"
    assert asked(act(capacity=Capacity.DEPUTY)) == "capacity"
    single = (post(CHAIR, PostKind.HEAD),)
    assert asked(act(capacity=Capacity.HEAD), posts=single) == "granted"


def test_a_deputy_signs_in_the_assigned_field(asked, pki):
    """KT. for a deputy, in the field of work only."""
    mine = (certificate(pki.officer, officer=VICE),)
    deputy = act(VICE, Capacity.DEPUTY)
    assert asked(deputy, certificates=mine) == "granted"
    assert asked(act(VICE, Capacity.DEPUTY, documents="hk.birth"), certificates=mine) == "field"
    other = act(VICE, Capacity.DEPUTY, documents="x")
    assert asked(other, certificates=mine, posts=(post(VICE, PostKind.DEPUTY),)) == "field"
    assert asked(other, certificates=mine, posts=(post(VICE, PostKind.DEPUTY, fields={EVERY_KIND}),)) == "granted"
    posts = (post(CHAIR, PostKind.HEAD, collective=True), post(VICE, PostKind.DEPUTY))
    assigned = (paper(VICE, Capacity.DEPUTY, documents={"x"}),)
    assert asked(other, certificates=mine, posts=posts, authorisations=assigned) == "granted"
    lent = (paper(VICE, Capacity.DEPUTY, documents={"x"}, grantor=CLERK),)
    assert asked(other, certificates=mine, posts=posts, authorisations=lent) == "field"


def test_written_authority_is_limited_in_time_and_content(asked, pki, made):
    """TUQ. needs a paper in force for this kind of document; a last day ends at 24:00 local time."""
    question = act(CLERK, Capacity.BY_AUTHORITY)
    assert asked(question, pki.curve) == "granted"
    assert asked(act(CLERK, Capacity.BY_AUTHORITY, documents="hk.birth"), pki.curve) == "authority_missing"
    last = made.NOW.date()
    papers = (paper(CLERK, ends=last),)
    last_minute = dt.datetime(2026, 11, 20, 16, 59, tzinfo=dt.UTC)
    assert asked(question, pki.curve, at=last_minute, authorisations=papers) == "granted"
    midnight = dt.datetime(2026, 11, 20, 17, 0, tzinfo=dt.UTC)
    assert asked(question, pki.curve, at=midnight, authorisations=papers) == "authority_missing"
    recalled = (paper(CLERK, revoked_at=made.NOW),)
    assert asked(question, pki.curve, authorisations=recalled) == "authority_missing"


def test_written_authority_is_never_passed_on_nor_endless(asked, pki):
    """TUQ. from a grantee, and TUQ. without a last day."""
    question = act(CLERK, Capacity.BY_AUTHORITY)
    passed = (paper(CLERK, number="13", grantor=HEAD_OF_UNIT, passed_on_from="12"), paper(HEAD_OF_UNIT, number="12"))
    assert asked(question, pki.curve, authorisations=passed) == "passed_on"
    assert asked(question, pki.curve, authorisations=(paper(CLERK, ends=None),)) == "passed_on"
    assert asked(question, pki.curve, authorisations=(paper(CLERK, grantor=VICE),)) == "passed_on"


def test_an_order_may_be_passed_on_once(asked, pki):
    """TL. to a unit's head, who lets the deputy sign; the deputy cannot give it away again."""
    mine = (certificate(pki.officer, officer=HEAD_OF_UNIT),)
    first = paper(HEAD_OF_UNIT, Capacity.BY_ORDER, number="1/TL")
    question = act(HEAD_OF_UNIT, Capacity.BY_ORDER)
    assert asked(question, certificates=mine, authorisations=(first,)) == "granted"
    assert asked(question, certificates=mine, authorisations=()) == "order_missing"
    second = paper(UNIT_VICE, Capacity.BY_ORDER, number="2/TL", grantor=HEAD_OF_UNIT, passed_on_from="1/TL")
    theirs = (certificate(pki.officer, officer=UNIT_VICE),)
    again = act(UNIT_VICE, Capacity.BY_ORDER)
    assert asked(again, certificates=theirs, authorisations=(first, second)) == "granted"
    assert asked(again, certificates=theirs, authorisations=(second,)) == "order_missing"
    third = paper(UNIT_VICE, Capacity.BY_ORDER, number="3/TL", grantor=HEAD_OF_UNIT, passed_on_from="2/TL")
    assert asked(again, certificates=theirs, authorisations=(first, third)) == "order_missing"


def test_an_order_goes_to_the_head_of_a_unit(asked, pki):
    """Điều 13.4: not to a unit's deputy at once, and never to the agency's own deputy."""
    for officer in (UNIT_VICE, VICE):
        direct = (paper(officer, Capacity.BY_ORDER),)
        mine = (certificate(pki.officer, officer=officer),)
        refused = asked(act(officer, Capacity.BY_ORDER), certificates=mine, authorisations=direct)
        assert refused == ("order_missing" if officer == UNIT_VICE else "capacity")
    mine = (certificate(pki.officer, officer=UNIT_VICE),)
    assert asked(act(UNIT_VICE, Capacity.DEPUTY), certificates=mine) == "capacity"


def test_an_official_needs_a_law_that_lets_him_be_authorised(asked, pki):
    """Điều 13.3 names heads of units; communes authorise officials for certification by NĐ 280/2025."""
    question = act(CLERK, Capacity.BY_AUTHORITY)
    assert asked(question, pki.curve, authorisations=(paper(CLERK, basis=""),)) == "official"
    head = act(HEAD_OF_UNIT, Capacity.BY_AUTHORITY)
    mine = (certificate(pki.officer, officer=HEAD_OF_UNIT),)
    assert asked(head, certificates=mine, authorisations=(paper(HEAD_OF_UNIT, basis=""),)) == "granted"


def test_the_certificate_must_be_this_persons_and_registered(asked, pki, made):
    """Unknown, another's, the agency's, withdrawn; and a commune that has none at all."""
    assert asked(act(), pki.citizen) == "certificate_unknown"
    assert asked(act(), pki.curve) == "certificate_another"
    assert asked(act(), pki.agency) == "certificate_kind"
    ended = (certificate(pki.officer, ends=made.NOW.date() - dt.timedelta(days=1)), certificate(pki.curve))
    assert asked(act(), certificates=ended) == "certificate_unknown"
    assert asked(act(), certificates=()) == "no_certificates"


def test_a_commune_without_certificates_hears_what_it_can_do(registry, pki, made):
    """The refusal spells out the way that is left, in both languages."""
    with pytest.raises(SigningRefused) as caught:
        registry(certificates=()).require(act(), pki.officer.certificate, at=made.NOW, document_sha256="")
    assert "Mẫu 02" in caught.value.remedy("vi")
    assert "200 dpi" in caught.value.remedy("en")
    assert caught.value.params["article"] in caught.value.text("vi")


def test_nobody_signs_out_of_post(asked, made):
    """Before, after, and without a post."""
    assert asked(act(), posts=()) == "post"
    assert asked(act(), posts=(post(CHAIR, PostKind.HEAD, collective=True, ends=dt.date(2026, 11, 19)),)) == "post"
    assert asked(act(), posts=(post(CHAIR, PostKind.HEAD, collective=True, begins=dt.date(2026, 11, 21)),)) == "post"


def test_a_changed_draft_goes_back_to_the_signer(asked):
    """The digest of the approved draft."""
    assert asked(act(approved_sha256="aa"), sha="bb") == "draft_changed"
    assert asked(act(approved_sha256="aa"), sha="aa") == "granted"


def test_the_agency_signs_after_the_person_and_the_number(asked, pki, signing, officer, key_of, xml):
    """Order of NĐ 30/2020: person, number, agency; the person's signature must be valid and in order."""
    document = b"quyet dinh"
    mine = signing.verify(signing.sign(document, ActKind.PERSONAL, officer, format=Format.CMS).data, content=document)
    sha = hashlib.sha256(document).hexdigest()
    agency = {"kind": ActKind.AGENCY, "number": "01/QĐ-UBND", "prior": mine}
    assert asked(act(**agency), pki.agency, sha=sha) == "granted"
    assert asked(act(**agency), pki.agency, sha="of another document") == "order"
    assert asked(act(**{**agency, "number": " "}), pki.agency, sha=sha) == "number"
    assert asked(act(**{**agency, "prior": None}), pki.agency, sha=sha) == "order"
    assert asked(act(**agency), sha=sha) == "certificate_kind"
    clerk = signing.verify(
        signing.sign(document, ActKind.PERSONAL, key_of(pki.curve), format=Format.CMS).data, content=document
    )
    assert asked(act(**{**agency, "prior": clerk}), pki.agency, sha=sha) == "order"
    unsigned = {**agency, "prior": signing.verify(xml)}
    assert asked(act(**unsigned), pki.agency, sha=hashlib.sha256(xml).hexdigest()) == "order"
    assert asked(act(**agency), pki.agency, sha=sha, posts=()) == "post"


def test_copies_are_signed_by_the_agency(asked, pki):
    """A certified electronic copy carries the agency's signature alone; a citizen's act is not the agency's."""
    assert asked(act(kind=ActKind.COPY), pki.agency) == "granted"
    assert asked(act(kind=ActKind.COPY), pki.officer) == "certificate_kind"
    assert asked(act(kind=ActKind.CITIZEN)) == "no_act"


def test_signing_asks_the_registry(policy, evidence, registry, officer, made, xml):
    """With a registry a bare kind of act is not enough; a whole act is shown to it."""
    signing = Signing(Trust(policy(), evidence), mandates=registry(), now=lambda: made.NOW)
    with pytest.raises(SigningRefused) as caught:
        signing.sign(xml, ActKind.PERSONAL, officer)
    assert caught.value.code == "signing.mandate.no_act"
    assert str(caught.value)
    assert signing.sign(xml, act(), officer).data
    with pytest.raises(SigningRefused) as caught:
        signing.sign(xml, act(capacity=Capacity.HEAD), officer)
    assert caught.value.code == "signing.mandate.capacity"


def test_a_registry_file_counts_only_with_its_keepers_signature(registry, signing, officer, key_of, pki):
    """Signed by the keeper; not by another, not changed, and not something else."""
    data = registry().records.to_json().encode()
    keeper = CertificateId.of(pki.officer.certificate)
    signature = signing.sign(data, ActKind.PERSONAL, officer, format=Format.CMS).data
    assert Registry.from_signed(data, signature, signing, keeper).records == registry().records
    other = signing.sign(data, ActKind.PERSONAL, key_of(pki.curve), format=Format.CMS).data
    for wrong, value in ((data, other), (data + b" ", signature)):
        with pytest.raises(SigningRefused) as caught:
            Registry.from_signed(wrong, value, signing, keeper)
        assert caught.value.code == "signing.mandate.registry"
    nonsense = b'{"posts": 1}'
    with pytest.raises(InvalidInput):
        Registry.from_signed(
            nonsense, signing.sign(nonsense, ActKind.PERSONAL, officer, format=Format.CMS).data, signing, keeper
        )


@pytest.fixture
def database():
    """Records in memory."""
    opened = Database("sqlite://")
    yield opened
    opened.close()


def test_the_table_decides_like_the_file(registry, pki, made, database):
    """Entries of the database make the same registry; a withdrawal counts from its moment on, not before."""
    now = [made.NOW - dt.timedelta(days=30)]
    book = MandateBook(database, Vault.ephemeral(), AgencyCode(AGENCY), lambda: now[0])
    records = registry().records
    keys = [book.add(one, by="cb-99") for one in (*records.posts, *records.certificates, *records.authorisations)]
    assert book.records() == records
    table = Registry(book.records)

    def rule(at):
        return table.decide(act(), pki.officer.certificate, at=at, document_sha256="").rule

    assert rule(made.NOW) == "signing.mandate.granted"
    now[0] = made.NOW
    book.withdraw(keys[0], by="cb-98")
    assert (rule(made.NOW), rule(made.NOW - dt.timedelta(hours=1))) == (
        "signing.mandate.post",
        "signing.mandate.granted",
    )
    assert [(kept.by, kept.withdrawn) for kept in book.entries()][:2] == [("cb-99", True), ("cb-99", False)]
    for wrong in (lambda: book.withdraw("x", by="cb"), lambda: book.add(post("x", PostKind.HEAD, agency="A"), by="y")):
        with pytest.raises(InvalidInput):
            wrong()


def test_a_row_that_somebody_else_wrote_does_not_count(registry, made, database):
    """Without the key of the records nobody adds a mandate; another agency's row is not taken for ours."""
    vault = Vault.ephemeral()
    book = MandateBook(database, vault, AgencyCode(AGENCY), lambda: made.NOW)
    book.add(registry().records.posts[0], by="cb-99")
    with database.transaction() as db:
        db.execute(MANDATES.update().values(agency="H99.9"))
    assert book.entries() == ()
    with pytest.raises(LedgerError):
        MandateBook(database, vault, AgencyCode("H99.9"), lambda: made.NOW).entries()
    with database.transaction() as db:
        db.execute(MANDATES.update().values(agency=AGENCY))
    with pytest.raises(LedgerError):
        MandateBook(database, Vault.ephemeral(), AgencyCode(AGENCY), lambda: made.NOW).entries()


def test_every_refusal_has_its_article():
    """No rule without the law it rests on."""
    assert all(article.startswith("NĐ ") for article in ARTICLES.values())
