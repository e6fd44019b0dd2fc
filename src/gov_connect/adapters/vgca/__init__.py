"""VGCA Sign Service, the signing tool on the officer's own computer (signature.md §1.8)."""

from gov_connect.adapters.vgca.desktop import Command, HandOut, SignRequest, take_back, upload_answer

__all__ = ["Command", "HandOut", "SignRequest", "take_back", "upload_answer"]
