"""The bundle platform of NĐ 63/2024 (civil_registry.md §1.8, §5.2)."""

from gov_connect.adapters.bundle_platform.operations import BundlePlatform

__all__ = ["BundlePlatform"]
