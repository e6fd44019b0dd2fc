"""`gov-connect sign` and `gov-connect verify`: PDF, XML and CMS; the format is recognised.

Exit codes: 0 signed, or valid; 1 refused, invalid or not determined; 2 wrong usage; 3 the timestamp authority
failed. Keys, roots and revocation data come from options, or from the settings `GOV_CONNECT_SIGNING__…`. Nothing is
fetched but a timestamp.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from gov_connect.cli import WRONG_USAGE
from gov_connect.errors import ConfigurationError, GovConnectError, OutsideSystemError

if TYPE_CHECKING:
    from gov_connect.messages import Language
    from gov_connect.signing import ActKind, Format, Level, LocalKey, Report, RevocationMode, Signed, Tree, Trust

_NO, _OUTSIDE = 1, 3
PASSWORD_VARIABLE = "GOV_CONNECT_SIGNING_PASSWORD"  # noqa: S105 - the name of a variable

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
InEnglish = Annotated[bool, typer.Option("--english", help="Nói tiếng Anh. Speak English.")]
ToSign = Annotated[Path, typer.Argument(help="Tệp cần ký. The file to sign.")]
Act = Annotated[str, typer.Option("--act", help="personal | agency | copy | citizen")]


def sign(
    file: ToSign,
    *,
    key: Annotated[
        Path | None,
        typer.Option("--key", help=".p12, .pfx, khóa PEM; mặc định theo cấu hình. By the settings if left out."),
    ] = None,
    certificate: Annotated[Path | None, typer.Option("--certificate", help="Chứng thư PEM, khi khóa là PEM.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Tệp kết quả. Where to write.")] = None,
    act: Act = "personal",
    level: Annotated[str, typer.Option("--level", help="b | t | lt; mặc định theo cấu hình. By the settings.")] = "",
    officer: Annotated[str, typer.Option("--officer", help="Mã người ký. Code of the officer.")] = "",
    documents: Annotated[str, typer.Option("--documents", help="Loại văn bản. Kind of document.")] = "",
    capacity: Annotated[str, typer.Option("--capacity", help="TM. | Q. | KT. | TL. | TUQ.")] = "",
    number: Annotated[str, typer.Option("--number", help="Số, ký hiệu văn bản. Number of the document.")] = "",
    detached: Annotated[bool, typer.Option("--detached", help="Chữ ký rời (CMS). A detached signature.")] = False,
    pss: Annotated[bool, typer.Option("--pss", help="RSASSA-PSS (TT 15/2025).")] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Ký PDF, XML, hoặc ký rời tệp khác. Sign; the key's password comes from GOV_CONNECT_SIGNING_PASSWORD."""
    from gov_connect.signing import Format  # noqa: PLC0415 - on first use

    language: Language = "en" if english else "vi"
    kind = _act(act)
    document = _read(file)
    asked = _Asked(kind, officer, documents, capacity, number)
    form = Format.CMS if detached else None
    target = out or _beside(file, detached=detached, document=document)
    if target.resolve() == file.resolve():
        raise typer.BadParameter(str(target), param_hint="--out")
    try:
        if key is None:
            signed = by_settings(document, asked, form, level)
        else:
            signed = _with_key(document, kind, _key(key, certificate, pss=pss), form, level)
    except GovConnectError as refusal:
        _refuse(refusal, language, as_json=as_json)
    try:
        target.write_bytes(signed.data)
    except OSError:
        raise typer.BadParameter(str(target), param_hint="--out") from None
    shape = {"ok": True, "format": signed.format.value, "file": str(target)}
    typer.echo(json.dumps(shape, ensure_ascii=False) if as_json else str(target))


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
                raise typer.BadParameter(asked.capacity, param_hint="--capacity") from None
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
        raise typer.BadParameter(text, param_hint="--level") from None


def verify(
    file: Annotated[Path, typer.Argument(help="Tệp đã ký, hoặc chữ ký rời. A signed file, or a detached signature.")],
    *,
    content: Annotated[Path | None, typer.Option("--content", help="Tệp gốc của chữ ký rời.")] = None,
    official: Annotated[list[Path] | None, typer.Option("--official", help="Gốc công vụ. Official-duty root.")] = None,
    public: Annotated[list[Path] | None, typer.Option("--public", help="Gốc công cộng. Public root.")] = None,
    intermediate: Annotated[list[Path] | None, typer.Option("--intermediate", help="Chứng thư trung gian.")] = None,
    timestamp: Annotated[list[Path] | None, typer.Option("--timestamp", help="Gốc dấu thời gian.")] = None,
    crl: Annotated[list[Path] | None, typer.Option("--crl", help="Danh sách thu hồi. A revocation list.")] = None,
    ocsp: Annotated[list[Path] | None, typer.Option("--ocsp", help="Trả lời OCSP. An OCSP answer.")] = None,
    act: Act = "",
    at: Annotated[str, typer.Option("--at", help="Thời điểm kiểm tra, ISO; mặc định bây giờ.")] = "",
    when_known: Annotated[
        bool, typer.Option("--when-known", help="Bỏ qua khi chưa có dữ liệu thu hồi. Pass when revocation is unknown.")
    ] = False,
    english: InEnglish = False,
    as_json: AsJson = False,
) -> None:
    """Kiểm tra chữ ký. Verify; exit 0 only for valid. Without roots in the options, those of the settings."""
    from gov_connect.signing import RevocationMode, Signing, Tree  # noqa: PLC0415 - on first use

    language: Language = "en" if english else "vi"
    anchors = {Tree.OFFICIAL_DUTY: _joined(official), Tree.PUBLIC: _joined(public)}
    mode = RevocationMode.WHEN_KNOWN if when_known else RevocationMode.REQUIRE
    helpers = {"intermediates": _joined(intermediate), "timestamp": _joined(timestamp)}
    kind = _act(act) if act else None
    moment = _moment(at)
    document = _read(file)
    speaks_of = None if content is None else _read(content)
    evidence = [_read(path) for path in (*(crl or ()), *(ocsp or ()))]
    try:
        if any(anchors.values()):
            trust = _trust({tree: data for tree, data in anchors.items() if data}, helpers, mode)
        else:
            trust = settings_trust()
        for data in evidence:
            _feed(trust, data)
        report = Signing(trust, now=lambda: moment).verify(document, content=speaks_of, act=kind)
    except GovConnectError as error:
        typer.echo(error.text(language), err=True)
        raise typer.Exit(WRONG_USAGE) from None
    _tell(report, language, as_json=as_json)
    if report.verdict.value != "valid":
        raise typer.Exit(_NO)


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


def _tell(report: Report, language: Language, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False, indent=2))
        # The documented shape speaks of signatures; what is wrong with the file as a whole is said beside it.
        for reason in report.reasons:
            typer.echo(f"{reason.code}: {reason.text(language)}", err=True)
        return
    lines = [f"{report.format.value}: {report.verdict.value}"]
    lines += [f"  {reason.text(language)}" for reason in report.reasons]
    for one in report.signatures:
        shown = one.to_dict()
        lines.append(f"  {shown['signer'] or '?'} ({shown['serial']}), {shown['time'] or '-'}: {one.verdict.value}")
        lines += [f"    {reason.text(language)}" for reason in one.reasons]
    typer.echo("\n".join(lines))


def _key(key: Path, certificate: Path | None, *, pss: bool) -> LocalKey:
    from gov_connect.signing import LocalKey  # noqa: PLC0415 - on first use

    given = os.environ.get(PASSWORD_VARIABLE)
    password = None if given is None else given.encode()
    if certificate is None:
        return LocalKey.from_pkcs12(_read(key), password, pss=pss)
    return LocalKey.from_pem(_read(key), _read(certificate), password, pss=pss)


def _act(text: str) -> ActKind:
    from gov_connect.signing import ActKind  # noqa: PLC0415 - on first use

    try:
        return ActKind(text)
    except ValueError:
        raise typer.BadParameter(text, param_hint="--act") from None


def _beside(file: Path, *, detached: bool, document: bytes) -> Path:
    from gov_connect.signing import Format, recognise  # noqa: PLC0415 - on first use

    if detached or recognise(document) not in {Format.PDF, Format.XML}:
        return file.with_name(file.name + ".p7s")
    return file.with_name(f"{file.stem}.signed{file.suffix}")


def _joined(paths: list[Path] | None) -> bytes:
    return b"\n".join(_read(path) for path in paths or ())


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise typer.BadParameter(str(path)) from None


def _moment(text: str) -> datetime:
    if not text:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(text, param_hint="--at") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _refuse(refusal: GovConnectError, language: Language, *, as_json: bool) -> NoReturn:
    said = {"ok": False, "code": refusal.code, "text": refusal.text(language)}
    typer.echo(json.dumps(said, ensure_ascii=False) if as_json else refusal.text(language), err=not as_json)
    if isinstance(refusal, ConfigurationError):
        raise typer.Exit(WRONG_USAGE)
    raise typer.Exit(_OUTSIDE if isinstance(refusal, OutsideSystemError) else _NO)
