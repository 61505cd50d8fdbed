"""The routes of the administrators, for the web."""

from deploy.administration import (
    account_acts,
    accounts_pages,
    catalogue_pages,
    dead_pages,
    grants_pages,
    keys_pages,
    running_pages,
    units_pages,
)

ADMINISTRATION = (
    running_pages.router,
    units_pages.router,
    accounts_pages.router,
    account_acts.router,
    grants_pages.router,
    keys_pages.router,
    catalogue_pages.router,
    dead_pages.router,
)
