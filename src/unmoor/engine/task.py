"""The contract between Python and the compiled driver: the places of one block of integers and one of doubles."""

from __future__ import annotations

#: integers, sizes first
FIRST, LAST, ROWS, HAS_CLOCK, GIVEN, PARAMETERS, ENTRIES, NEEDED, OUTPUTS, TIMES, MAX_STEPS, CLOSED, INFUSED = range(13)
BLOCK, TRACE = 13, 14  # rows of the model itself, behind those of its tangents if any; steps to note a patient
#: addresses of the kernel's functions, in the order of kernel.FUNCTIONS
STEP_AT, PREPARE_AT, START_AT, OBSERVE_STATE_AT, OBSERVE_DENSE_AT, FIRST_STEP_AT, ENTER_AT, LEAVE_AT = range(15, 23)
#: addresses of the data: work space, patients, events, times, curves, noted steps, where a reset leads (0: where the
#: model says), and two words for the floating-point mode
WORK, GIVEN_AT, VALUES_AT, STATUS_AT, FAILED_AT = range(23, 28)
EVENT_FROM, EVENT_TIME, EVENT_KIND, EVENT_ROW, EVENT_VALUE, TIMES_AT, CURVES_AT = range(28, 35)
TRACE_AT, HOME_AT, MODE_AT = range(35, 38)
INTEGERS = 38

#: doubles
BEGIN, END, RTOL_IS, ATOL_IS = range(4)
DOUBLES = 4

#: kinds of event: into a state, onto a parameter row (a rate), in place of a parameter row, back to the start, a
#: multiple of the rates into a block of tangents
TO_STATE, TO_ROW, SET_ROW, RESET, SHIFT = range(5)

#: columns of the status table: code, state furthest off, steps tried, steps rejected
CODE, WORST, TRIED, REJECTED = range(4)
STATUS_COLUMNS = 4

#: columns of a noted step: its beginning (h), length (h), squared error as a share of the tolerance, taken or not
BEGUN, LENGTH, SHARE, TAKEN = range(4)
TRACE_COLUMNS = 4

#: status codes the driver gives (sentences: outcome.Status)
OK, TOO_SMALL_STEP, TOO_MANY_STEPS, UNSTABLE = range(4)


def work_vectors(
    rows: int, parameters: int, entries: int, needed: int, outputs: int, control: int, stages: int, scratch: int
) -> int:
    """Vectors of work space that one thread of the driver needs."""
    return rows * (1 + stages + scratch) + parameters + control + entries + 5 * needed + outputs + 3 + 8
