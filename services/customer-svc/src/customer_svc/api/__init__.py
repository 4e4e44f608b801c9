"""The routes of customer-svc, one file per resource."""

from fastapi import APIRouter

from customer_svc.api import (
    complaints,
    customers,
    files,
    orders,
    reports,
    sales,
    satisfaction,
    surveys,
    tierings,
    tiers,
)

router = APIRouter(prefix="/v1")
for _resource in (files, customers, tiers, orders, complaints, surveys, tierings, satisfaction, reports, sales):
    router.include_router(_resource.router)

__all__ = ["router"]
