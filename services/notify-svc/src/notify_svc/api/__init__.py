"""Routes, one module per noun."""

from fastapi import APIRouter

from notify_svc.api import endpoints, explanations, inbox, notifications, page, preferences, subscriptions, templates

ROUTERS: tuple[APIRouter, ...] = (
    notifications.router,
    inbox.router,
    explanations.router,
    subscriptions.router,
    templates.router,
    preferences.router,
    endpoints.router,
    page.router,
)
