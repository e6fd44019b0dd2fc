"""Banks by BIN, and whether transfers by VietQR reach them (payment.md §4.3: SEEN, one source)."""

from __future__ import annotations

from typing import Final

BANKS_AS_OF: Final = "vietnam-qr-pay 1.5.1"
"""Banks merge and are renamed: a BIN that is not here may still be right."""
_REACHED: Final = """
970436 VCB, 970415 CTG, 970418 BIDV, 970405 Agribank, 970407 TCB, 970422 MB, 970416 ACB, 970432 VPB,
970423 TPB, 970403 STB, 970437 HDB, 970441 VIB, 970443 SHB, 970431 EIB, 970426 MSB, 970440 SSB,
970448 OCB, 970449 LPB, 970412 PVcomBank, 970419 NCB, 970425 ABB, 970427 VAB, 970428 NamA, 970429 SCB,
970430 PGB, 970433 VietBank, 970409 BacA, 970400 SaigonBank, 970438 BaoViet, 970446 Co-op,
970452 KienLong, 970454 BVBank, 970424 Shinhan, 970406 Vikki, 970414 MBV, 668888 KBank, 546034 CAKE,
546035 Ubank, 963388 Timo, 963369 Liobank, 971025 MoMo
"""
_NOT_REACHED: Final = """
970408 GPBank, 970410 Standard Chartered, 970421 VRB, 970434 Indovina, 970439 Public, 970442 HongLeong,
970444 CB, 970455 IBK HN, 970456 IBK HCM, 970457 Woori, 970458 UOB, 970462 KB HN, 970463 KB HCM,
422589 CIMB, 458761 HSBC, 796500 DBS, 801011 Nonghyup
"""


def _listed(text: str, *, reached: bool) -> dict[str, tuple[str, bool]]:
    rows = (row.strip().partition(" ") for row in text.split(","))
    return {code: (name, reached) for code, _, name in rows}


BANKS: Final = _listed(_REACHED, reached=True) | _listed(_NOT_REACHED, reached=False)
"""BIN -> (short name, whether VietQR transfers reach it)."""
