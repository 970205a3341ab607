"""Belongs here if it turns what was computed into a document: `report`, `reproduction`, `picture`, rows of tables."""

from unmoor.reporting.calibration import calibration_page, calibration_report
from unmoor.reporting.design_pictures import decision_picture, operating_picture, pathways_picture
from unmoor.reporting.document import report
from unmoor.reporting.drug_page import DrugPage, drug_page
from unmoor.reporting.endpoint_rows import EndpointRow, endpoint_rows
from unmoor.reporting.figures import Branch, Shares
from unmoor.reporting.figures.exposure import Course, Dot, Exposures, Ratio
from unmoor.reporting.picture import picture
from unmoor.reporting.plan_page import plan_page, plan_report
from unmoor.reporting.plan_picture import plan_picture
from unmoor.reporting.reproduction import reproduction
from unmoor.reporting.reproduction_markdown import reproduction_markdown
from unmoor.reporting.reproduction_rows import ReproductionRow, reproduction_rows
from unmoor.reporting.study_picture import study_picture
from unmoor.reporting.table import number

__all__ = [
    "report",
    "drug_page",
    "DrugPage",
    "Exposures",
    "Course",
    "Dot",
    "Ratio",
    "number",
    "reproduction",
    "reproduction_markdown",
    "picture",
    "study_picture",
    "decision_picture",
    "operating_picture",
    "Shares",
    "pathways_picture",
    "Branch",
    "plan_page",
    "plan_report",
    "plan_picture",
    "EndpointRow",
    "endpoint_rows",
    "ReproductionRow",
    "reproduction_rows",
    "calibration_report",
    "calibration_page",
]
