"""Receipts on paper: a PDF page with the letters of Vietnamese and a QR code (the extras `pdf` and `qr`)."""

from gov_connect.payments.printing.receipt import Collector, receipt_pdf

__all__ = ["Collector", "receipt_pdf"]
