"""All routers of the administrators' pages, in one list."""

from administrators.accounts import account_actions, account_pages, api_key_pages
from administrators.catalogue import catalogue_pages
from administrators.permissions import grant_pages
from administrators.running import dead_letter_pages, status_pages
from administrators.units import station_pages, unit_pages

ADMINISTRATION = (
    status_pages.router,
    unit_pages.router,
    station_pages.router,
    account_pages.router,
    account_actions.router,
    grant_pages.router,
    api_key_pages.router,
    catalogue_pages.router,
    dead_letter_pages.router,
)
