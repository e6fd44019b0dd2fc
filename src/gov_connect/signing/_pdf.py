"""pyHanko, brought in on first use and only where PDF is asked for (extra `pdf`)."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from gov_connect.signing.verdict import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAMPS: Final = frozenset({"/ModDate", "/Producer"})
_NAMES: Final = {
    "pyhanko.pdf_utils.generic": ("ArrayObject", "DictionaryObject", "IndirectObject"),
    "pyhanko.pdf_utils.incremental_writer": ("IncrementalPdfFileWriter",),
    "pyhanko.pdf_utils.reader": ("PdfFileReader",),
    "pyhanko.sign.diff_analysis": (
        "CatalogModificationRule",
        "DiffResult",
        "DocInfoRule",
        "DSSCompareRule",
        "FormUpdatingRule",
        "MetadataUpdateRule",
        "ModificationLevel",
        "ObjectStreamRule",
        "SigFieldCreationRule",
        "SigFieldModificationRule",
        "StandardDiffPolicy",
        "XrefStreamRule",
    ),
    "pyhanko.sign.diff_analysis.policy_api": ("SuspiciousModification",),
    "pyhanko.sign.fields": ("MDPPerm", "SigSeedSubFilter"),
    "pyhanko.sign.signers.cms_embedder": ("PdfCMSEmbedder", "SigIOSetup", "SigMDPSetup", "SigObjSetup"),
    "pyhanko.sign.signers.pdf_byterange": ("SignatureObject",),
    "pyhanko.sign.validation.dss": ("DocumentSecurityStore",),
    "pyhanko.sign.validation.status": ("SignatureCoverageLevel",),
}


@cache
def pyhanko() -> Any:
    """The names of pyHanko in use.

    Raises:
        Finding: it is not installed.
    """
    try:
        found = {
            name: getattr(module, name)
            for place, names in _NAMES.items()
            for module in [import_module(place)]
            for name in names
        }
    except ModuleNotFoundError:
        raise Finding("signing.pdf.unavailable") from None
    return SimpleNamespace(**found)


class _DateOnly:
    """A rule for pyHanko: the document's information may change its date and its writing program, nothing else.

    pyHanko's own lets the title change, which readers show as the name of the document.
    """

    def apply_qualified(self, old: Any, new: Any) -> Iterator[tuple[Any, Any]]:
        """What is explained by this rule, each with its level."""
        lib = pyhanko()
        if _information(old) != _information(new):
            raise lib.SuspiciousModification("document information")
        for explained in lib.DocInfoRule().apply(old, new):
            yield lib.ModificationLevel.LTA_UPDATES, explained


def _information(revision: Any) -> dict[str, str]:
    """The entries of /Info that people see, as one revision has them."""
    place: Any = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    if place is None:
        return {}
    entries: Any = revision(place)
    return {str(name): repr(entries.raw_get(name)) for name in entries if name not in _STAMPS}


@cache
def further_signatures() -> Any:
    """What may happen to a PDF after a signature: a further signature and its validation data, nothing else.

    pyHanko's own default also lets form fields be filled in, which changes what a reader sees.
    """
    lib = pyhanko()
    upkeep = lib.ModificationLevel.LTA_UPDATES
    return lib.StandardDiffPolicy(
        global_rules=[
            lib.CatalogModificationRule(),
            _DateOnly(),
            lib.XrefStreamRule().as_qualified(upkeep),
            lib.ObjectStreamRule().as_qualified(upkeep),
            lib.DSSCompareRule().as_qualified(upkeep),
            lib.MetadataUpdateRule().as_qualified(upkeep),
        ],
        form_rule=lib.FormUpdatingRule(field_rules=[lib.SigFieldCreationRule(), lib.SigFieldModificationRule()]),
    )


@cache
def validation_data_only() -> Any:
    """What may follow the last signature (PAdES B-LT): a store of certificates and revocation data, nothing else.

    The catalogue may gain that store and the extension that announces it.
    """
    lib = pyhanko()
    upkeep = lib.ModificationLevel.LTA_UPDATES
    return lib.StandardDiffPolicy(
        global_rules=[
            lib.CatalogModificationRule(ignored_keys={"/DSS", "/Extensions"}),
            _DateOnly(),
            lib.XrefStreamRule().as_qualified(upkeep),
            lib.ObjectStreamRule().as_qualified(upkeep),
            lib.DSSCompareRule().as_qualified(upkeep),
        ],
        form_rule=None,
    )
