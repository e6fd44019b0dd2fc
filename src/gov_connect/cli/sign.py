"""`gov-connect sign` and `gov-connect verify`: PDF, XML and CMS; the format is recognised.

Exit codes: 0 signed, or valid; 1 refused, invalid or not determined; 2 wrong usage; 3 the timestamp authority
failed. Keys, roots and revocation data come from options, or from the settings `GOV_CONNECT_SIGNING__…`. Nothing is
fetched but a timestamp.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gov_connect.cli._language import language
from gov_connect.cli._output import (
    NO,
    AsJson,
    InEnglish,
    answered,
    bytes_of,
    moment_of,
    reasons_told,
    refuse,
    say,
    write,
    wrong,
)
from gov_connect.errors import ConfigurationError, GovConnectError, OutsideSystemError
from gov_connect.messages.states import term

if TYPE_CHECKING:
    from collections.abc import Generator

    from gov_connect.messages import Language
    from gov_connect.signing import ActKind, Format, Level, LocalKey, Report, RevocationMode, Signed, Tree, Trust

PASSWORD_VARIABLE = "GOV_CONNECT_SIGNING_PASSWORD"  # noqa: S105 - the name of a variable


def sign(
    file: Path,
    *,
    key: Path | None = None,
    certificate: Path | None = None,
    out: Path | None = None,
    act: str = "personal",
    level: str = "",
    officer: str = "",
    documents: str = "",
    capacity: str = "",
    number: str = "",
    detached: Annotated[bool, typer.Option("--detached")] = False,
    pss: Annotated[bool, typer.Option("--pss")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Sign; the key's password comes from GOV_CONNECT_SIGNING_PASSWORD."""
    from gov_connect.signing import Format  # noqa: PLC0415 - on first use

    kind = _act(act)
    document = bytes_of(file)
    asked = _Asked(kind, officer, documents, capacity, number)
    form = Format.CMS if detached else None
    target = out or _beside(file, detached=detached, document=document)
    if target.resolve() == file.resolve():
        wrong("cli.file_itself", "--out", file=target)
    with _refusing(as_json=as_json, english=english):
        if key is None:
            signed = by_settings(document, asked, form, level)
        else:
            signed = _with_key(document, kind, _key(key, certificate, pss=pss), form, level)
    write(target, signed.data, "--out")
    say({"ok": True, "format": signed.format.value, "file": str(target)}, str(target), as_json=as_json)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say about the act."""

    kind: ActKind
    officer: str
    documents: str
    capacity: str
    number: str


def by_settings(document: bytes, asked: _Asked, form: Format | None, level: str) -> Signed:
    """Sign with the key, the mandates and the timestamp authority of the settings."""
    from gov_connect import GovConnect, Settings  # noqa: PLC0415 - on first use
    from gov_connect._signatures.wiring import configured  # noqa: PLC0415
    from gov_connect.signing import Act as WholeAct  # noqa: PLC0415
    from gov_connect.signing import ActKind, Capacity  # noqa: PLC0415

    settings = Settings()
    configured(settings, settings.agency)
    with GovConnect(settings) as gov:
        act: WholeAct | ActKind = asked.kind
        if asked.officer:
            try:
                capacity = Capacity(asked.capacity)
            except ValueError:
                wrong("cli.one_of", "--capacity", choices=", ".join(Capacity))
            prior = None
            if asked.kind is ActKind.AGENCY and form is None:
                prior = gov.signing.verify(document)
            act = WholeAct(
                kind=asked.kind,
                agency=str(gov.settings.agency),
                officer=asked.officer,
                documents=asked.documents,
                capacity=capacity,
                number=asked.number,
                prior=prior,
            )
        return gov.signing.sign(document, act=act, format=form, level=_level(level))


def _with_key(document: bytes, kind: ActKind, key: LocalKey, form: Format | None, level: str) -> Signed:
    from gov_connect.signing import Level, Signing  # noqa: PLC0415 - on first use

    return Signing().sign(document, kind, key, format=form, level=_level(level) or Level.B)


def _level(text: str) -> Level | None:
    from gov_connect.signing import Level  # noqa: PLC0415 - on first use

    try:
        return Level(text) if text else None
    except ValueError:
        wrong("cli.one_of", "--level", choices=", ".join(Level))


def verify(
    file: Path,
    *,
    content: Path | None = None,
    official: list[Path] | None = None,
    public: list[Path] | None = None,
    intermediate: list[Path] | None = None,
    timestamp: list[Path] | None = None,
    crl: list[Path] | None = None,
    ocsp: list[Path] | None = None,
    act: str = "",
    at: str = "",
    when_known: Annotated[bool, typer.Option("--when-known")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Verify; exit 0 only for valid. Without roots in the options, those of the settings."""
    from gov_connect.signing import RevocationMode, Signing, Tree  # noqa: PLC0415 - on first use

    anchors = {Tree.OFFICIAL_DUTY: _joined(official), Tree.PUBLIC: _joined(public)}
    mode = RevocationMode.WHEN_KNOWN if when_known else RevocationMode.REQUIRE
    helpers = {"intermediates": _joined(intermediate), "timestamp": _joined(timestamp)}
    kind = _act(act) if act else None
    moment = moment_of(at, "--at")
    document = bytes_of(file)
    speaks_of = None if content is None else bytes_of(content)
    evidence = [bytes_of(path) for path in (*(crl or ()), *(ocsp or ()))]
    with answered(as_json=as_json, english=english):
        if any(anchors.values()):
            trust = _trust({tree: data for tree, data in anchors.items() if data}, helpers, mode)
        else:
            trust = settings_trust()
        for data in evidence:
            _feed(trust, data)
        report = Signing(trust, now=lambda: moment).verify(document, content=speaks_of, act=kind)
    _tell(report, language(english=english), as_json=as_json)
    if report.verdict.value != "valid":
        raise typer.Exit(NO)


def settings_trust() -> Trust:
    """The trust policy and the revocation data of the settings.

    Raises:
        ConfigurationError: there are no roots, neither in the options nor in the settings.
    """
    from gov_connect import Settings  # noqa: PLC0415 - on first use
    from gov_connect._signatures.build import trust_of  # noqa: PLC0415
    from gov_connect._signatures.wiring import configured  # noqa: PLC0415

    settings = Settings()
    return trust_of(configured(settings, settings.agency))


def _feed(trust: Trust, data: bytes) -> None:
    """Take a CRL or an OCSP answer in, whichever it is."""
    from gov_connect.signing import SigningRefused  # noqa: PLC0415 - on first use

    try:
        trust.evidence.add_crl(data)
    except SigningRefused:
        trust.evidence.add_ocsp(data)


def _trust(anchors: dict[Tree, bytes], helpers: dict[str, bytes], mode: RevocationMode) -> Trust:
    from gov_connect.signing import Trust, TrustPolicy  # noqa: PLC0415 - on first use

    return Trust(TrustPolicy.from_pem(anchors, **helpers, revocation=mode))


def _tell(report: Report, chosen: Language, *, as_json: bool) -> None:
    if as_json:
        say(report.to_dict(), "", as_json=True)
        # The documented shape speaks of signatures; what is wrong with the file as a whole is said beside it.
        for reason in report.reasons:
            typer.echo(f"{reason.code}: {reason.text(chosen)}", err=True)
        return
    lines = [f"{report.format.value}: {term('verdict', report.verdict, chosen)}"]
    lines += reasons_told(report.reasons, chosen, "  ")
    for one in report.signatures:
        shown = one.to_dict()
        verdict = term("verdict", one.verdict, chosen)
        lines.append(f"  {shown['signer'] or '?'} ({shown['serial']}), {shown['time'] or '-'}: {verdict}")
        lines += reasons_told(one.reasons, chosen, "    ")
    typer.echo("\n".join(lines))


def _key(key: Path, certificate: Path | None, *, pss: bool) -> LocalKey:
    from gov_connect.signing import LocalKey  # noqa: PLC0415 - on first use

    given = os.environ.get(PASSWORD_VARIABLE)
    password = None if given is None else given.encode()
    if certificate is None:
        return LocalKey.from_pkcs12(bytes_of(key), password, pss=pss)
    return LocalKey.from_pem(bytes_of(key), bytes_of(certificate), password, pss=pss)


def _act(text: str) -> ActKind:
    from gov_connect.signing import ActKind  # noqa: PLC0415 - on first use

    try:
        return ActKind(text)
    except ValueError:
        wrong("cli.one_of", "--act", choices=", ".join(ActKind))


def _beside(file: Path, *, detached: bool, document: bytes) -> Path:
    from gov_connect.signing import Format, recognise  # noqa: PLC0415 - on first use

    if detached or recognise(document) not in {Format.PDF, Format.XML}:
        return file.with_name(file.name + ".p7s")
    return file.with_name(f"{file.stem}.signed{file.suffix}")


def _joined(paths: list[Path] | None) -> bytes:
    return b"\n".join(bytes_of(path) for path in paths or ())


@contextmanager
def _refusing(*, as_json: bool, english: bool) -> Generator[None]:
    """What is wrong with the act, the mandate or the key is the answer "no", not wrong usage."""
    with answered(as_json=as_json, english=english):
        try:
            yield
        except GovConnectError as error:
            if isinstance(error, (ConfigurationError, OutsideSystemError)):
                raise
            refuse(error, as_json=as_json, english=english, code=NO)
