"""What comes from outside is read in two places; everything else that parses reads what we wrote or are handed."""

from __future__ import annotations

import ast

OUTSIDE = {
    "transport/read.py": "every reply and every push",
    "signing/_xml.py": "signed documents, whose comments and order must stay as they were signed",
}
OURS = {
    "_delivery.py": "our ledger",
    "_signatures/requests.py": "our store",
    "audit/heads.py": "exports of our own; refused as a whole",
    "audit/listing.py": "our log",
    "audit/lookups.py": "our log",
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
