"""Every screen, in the order of the navigation: one module and one folder of templates each."""

from standing_console.screens import audit, find, journey, overview, parked, policies, proof, read_models, streams
from standing_console.screens.screen import Page, Panel, Screen

SCREENS: tuple[Screen, ...] = (
    overview.SCREEN,
    find.SCREEN,
    journey.SCREEN,
    streams.SCREEN,
    parked.SCREEN,
    read_models.SCREEN,
    policies.SCREEN,
    proof.SCREEN,
    audit.SCREEN,
)

__all__ = ["SCREENS", "Page", "Panel", "Screen"]
