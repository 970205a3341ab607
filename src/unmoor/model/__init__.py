"""Belongs here if it gives equations and numbers their meaning; it knows no time grid, no dose and no patient."""
