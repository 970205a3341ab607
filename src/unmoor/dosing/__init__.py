"""Belongs here if it says what is given, to whom and when: drugs, regimens as text, dosing tables, events."""

from __future__ import annotations

from unmoor.dosing.events import Action, Events

__all__ = ["Action", "Events"]
