"""Reference data with dates: administrative units before and after 2025-07-01, and what a personal number tells.

from gov_connect.reference import Units

Units.default().now("00001")        # where a former commune went: every candidate, never a choice
"""

from gov_connect.reference.agencies import Agencies, AgencyRecord
from gov_connect.reference.number import NumberFacts, number_facts, number_warnings
from gov_connect.reference.units import CHANGED_ON, Change, Level, Unit, Units
from gov_connect.reference.working_time import LIMITS, WorkCalendar

__all__ = [
    "CHANGED_ON",
    "LIMITS",
    "Agencies",
    "AgencyRecord",
    "Change",
    "Level",
    "NumberFacts",
    "Unit",
    "Units",
    "WorkCalendar",
    "number_facts",
    "number_warnings",
]
