"""The routes of customer-svc, one file per resource."""

from fastapi import APIRouter

from customer_svc.api import customers, orders, reports, surveys, tierings

router = APIRouter(prefix="/v1")
for _resource in (customers, orders, surveys, tierings, reports):
    router.include_router(_resource.router)

__all__ = ["router"]
