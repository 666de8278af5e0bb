"""One small function per expectation: it yields what was got instead, once for every way the expectation fails."""

from .ends import END_CHECKS, END_REMARKED, remarks_at_end
from .judging import check_end, check_turn, not_judged, remarks
from .moment import Failure, Moment, NotShown, Remark, newest_list, spell
from .registry import CHECKS, REMARKED, Check
from .visible import not_judged_at_end

__all__ = [
    "CHECKS",
    "END_CHECKS",
    "END_REMARKED",
    "REMARKED",
    "Check",
    "Failure",
    "Moment",
    "NotShown",
    "Remark",
    "check_end",
    "check_turn",
    "newest_list",
    "not_judged",
    "not_judged_at_end",
    "remarks",
    "remarks_at_end",
    "spell",
]
