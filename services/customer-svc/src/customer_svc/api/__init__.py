"""The routes of customer-svc, one file per resource."""

from fastapi import APIRouter

from customer_svc.api import (
    channel,
    complaints,
    customers,
    files,
    opportunities,
    orders,
    relationships,
    reports,
    retentions,
    sales,
    satisfaction,
    statistics,
    surveys,
    tierings,
    tiers,
    values,
)

router = APIRouter(prefix="/v1")
for _resource in (
    files,
    customers,
    tiers,
    values,
    relationships,
    retentions,
    orders,
    complaints,
    channel,
    opportunities,
    surveys,
    tierings,
    satisfaction,
    reports,
    sales,
    statistics,
):
    router.include_router(_resource.router)

__all__ = ["router"]
