"""The bundle platform of NĐ 63/2024 as a mock system (civil_registry.md §1.8)."""

from gov_connect.mocks.bundle_platform._system import (
    ACKNOWLEDGE_PATH,
    LIST_PATH,
    PASSWORD,
    STATUS_PATH,
    TOKEN_PATH,
    USERNAME,
    BundlePlatformMock,
)

__all__ = [
    "ACKNOWLEDGE_PATH",
    "LIST_PATH",
    "PASSWORD",
    "STATUS_PATH",
    "TOKEN_PATH",
    "USERNAME",
    "BundlePlatformMock",
]
