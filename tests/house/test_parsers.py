"""What comes from outside is read in two places; everything else that parses reads what we wrote or are handed."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
OUTSIDE = {
    "transport/read.py": "every reply and every push",
    "signing/_xml.py": "signed documents, whose comments and order must stay as they were signed",
}
OURS = {
    "_delivery/__init__.py": "our ledger, by types",
    "_delivery/systems.py": "our ledger",
    "_signatures/requests.py": "our store",
    "audit/details.py": "our log, where anything but JSON is told as changed",
    "audit/heads.py": "exports of our own; refused as a whole",
    "audit/verification.py": "our log, where anything but JSON counts as tampered with",
    "cli/_demo/citizens.py": "the mocks",
    "cli/_demo/process.py": "our own child process",
    "cli/indicators.py": "our ledger",
    "cli/bundles.py": "what we wrote a moment before, to show it",
    "cli/residents.py": "the same",
    "delivery/codec.py": "our ledger, by types",
    "delivery/performing.py": "our ledger",
    "delivery/steps.py": "our ledger, by types",
    "contract_tests/capabilities.py": "a file of the vendor's own",
    "contract_tests/masking.py": "what the kit recorded, masked again before it is shown",
    "contract_tests/rules.py": "a file of the package",
    "contract_tests/tap.py": "our own messages, to spoil them",
    "contract_tests/suites/test_civil_registry_g2.py": "the same",
    "contract_tests/suites/test_civil_registry_g3.py": "the same",
    "contract_tests/waivers.py": "a file of the vendor's own",
    "fees/_manifest.py": "law packs: TOML knows neither entities nor duplicate keys",
    "fees/_raw.py": "law packs, the same",
    "fees/compare.py": "a file the officer hands over",
    "fees/_state.py": "our own mark of versions",
    "fees/dossiers.py": "a file the officer hands over; keys that stand twice are refused",
    "fees/update.py": "our list of packs",
    "forms/desk.py": "a file of the package",
    "forms/leaves.py": "a form that the inbound reader let in, bounded again; keys that stand twice are seen",
    "forms/tables.py": "files of the package",
    "inbound/handler.py": "our own answer, to count it",
    "model/_base.py": "our ledger, by types",
    "reference/working_time.py": "a file of the package, or one the host hands over",
    "settings/__init__.py": "variables of the environment",
    "settings/fields.py": "variables of the environment",
    "signing/_xml_check.py": "a copy of an element that the strict parser read: no DTD can be in it",
    "signing/book.py": "our store",
    "signing/pending.py": "our store",
    "signing/trust.py": "a file of the package",
    "signing/xades.py": "a copy of an element that the strict parser read: no DTD can be in it",
    "signing/wsse.py": "XML that was written here, or canonical bytes that were verified, which hold no DTD",
    "workflows/application.py": "our own payload, read back as plain data",
    "workflows/intake.py": "our ledger, by types; forms pass the reader of the platform",
    "workflows/reception.py": "our ledger, by types",
    "workflows/refunding.py": "our ledger, by types",
}
READERS = {"parse_json", "json_object", "answer_object", "xml_root", "parse_xml"}
FUZZED = {
    "adapters/bundle_platform/operations.py": "bundle_list",
    "adapters/bundle_platform/wire.py": "bundle_detail",
    "adapters/civil_registry/calls.py": "registry_login",
    "adapters/civil_registry/mapping.py": "registry_bundle",
    "adapters/civil_registry/wire.py": "registry_reply",
    "adapters/csc/operations.py": "csc_certificates",
    "adapters/e_receipt/viettel.py": "viettel_receipt",
    "adapters/e_receipt/vnpt_wire.py": "vnpt_receipt",
    "adapters/keypay/operations.py": "keypay_notice",
    "adapters/mysign/wire.py": "mysign_status",
    "adapters/national_payment/bills.py": "payment_bill",
    "adapters/national_payment/operations.py": "payment_confirm",
    "adapters/national_payment/wire.py": "payment_reply",
    "adapters/national_portal/inbound.py": "portal_push",
    "adapters/national_portal/mapping.py": "portal_reply",
    "adapters/national_portal/newer_wire.py": "portal_2026",
    "adapters/national_portal/pushes.py": "tax_notice",
    "adapters/national_portal/wire.py": "portal_rows",
    "adapters/paygov/operations.py": "paygov_notice",
    "adapters/reading.py": "portal_reply",
    "adapters/residents/wrapped.py": "residents_wrapped",
    "adapters/smartca/wire.py": "smartca_status",
    "adapters/vendor.py": "vendor_answer",
    "adapters/vnpay/wire.py": "vnpay_query",
    "cli/residents.py": "person",
    "delivery/reconciliation/lists.py": "reconciliation_list",
    "payments/reconcile.py": "statement",
    "transport/read.py": "json",
    "transport/tokens.py": "bearer_token",
}
"""What reads through the hardened readers, and the target in `fuzz/` that feeds it damaged messages."""
UNFUZZED = {
    "inbound/replay.py": "our own answers",
    "adapters/national_portal/interlinked.py": "the pull as one source tells it; `bundle_platform` reads such dossiers",
}
PARSERS = {
    "loads", "load", "raw_decode", "JSONDecoder", "fromstring", "XML", "iterparse", "XMLParser", "parseString",
    "XMLPullParser", "model_validate_json", "validate_json", "from_json_bytes", "HTML", "fromstringlist",
}  # fmt: skip
MODULES = set("json etree tomllib pickle marshal yaml minidom ElementTree sax expat objectify".split())


def parses(tree: ast.Module) -> bool:
    """Whether a file calls a parser of text into structures."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PARSERS):
            continue
        holder = node.func.value
        name = holder.id if isinstance(holder, ast.Name) else holder.attr if isinstance(holder, ast.Attribute) else ""
        if name in MODULES or node.func.attr in {"model_validate_json", "validate_json"}:
            return True
    return False


def test_nothing_else_parses(library):
    """Of the library; the mocks are servers of their own and read with the plain parsers on purpose."""
    found = {name for name, (_text, tree) in library.items() if parses(tree)}
    found = {name for name in found if not name.startswith("mocks/")}
    assert found - OUTSIDE.keys() - OURS.keys() == set()
    assert OUTSIDE.keys() <= found


def test_every_reader_of_foreign_bytes_is_fuzzed(library):
    """A new one needs a target of its own."""
    found = {
        name
        for name, (_text, tree) in library.items()
        if not name.startswith(("mocks/", "contract_tests/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS
    }
    assert found - FUZZED.keys() - UNFUZZED.keys() == set()
    targets = "".join(path.read_text("utf-8") for path in (ROOT / "fuzz").glob("*.py"))
    assert [target for target in FUZZED.values() if f'"{target}":' not in targets] == []


def test_nothing_is_unpickled_or_evaluated(library):
    """No pickle, no marshal, no yaml, no eval or exec anywhere."""
    bad = []
    for path, (text, tree) in library.items():
        if not any(word in text for word in ("pickle", "marshal", "shelve", "yaml", "eval(", "exec(")):
            continue
        for node in ast.walk(tree):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if {"pickle", "marshal", "shelve", "yaml"} & set(names) or called in {"eval", "exec"}:
                bad.append(path)
    assert bad == []
