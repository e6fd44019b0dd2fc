"""What the portal's indicators say of an agency, computed from its own dossiers (national_portal.md §3)."""

from gov_connect.indicators.compute import DossierFacts, Indicators, Rate, compute, facts_of
from gov_connect.indicators.show import as_svg, as_table

__all__ = ["DossierFacts", "Indicators", "Rate", "as_svg", "as_table", "compute", "facts_of"]
