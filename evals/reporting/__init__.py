"""What a run says to people and programs: one HTML page, JSON, JUnit XML and Markdown."""

from .model import Report, build_report
from .writing import NAMES, write_report

__all__ = ["NAMES", "Report", "build_report", "write_report"]
