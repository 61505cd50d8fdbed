"""All routers of the reform office's pages, in one list."""

from fastapi import APIRouter

from reform import front_pages
from reform.directory import certificate_list_pages, certificate_pages, class_pages, new_certificate_pages, proposal_pages
from reform.lots import inspection_pages, lot_pages
from reform.monitoring import monitor_pages, monitoring_pages
from reform.papers import paper_pages
from reform.revisions import revision_pages
from reform.savings import open_pages, rule_pages, saving_pages
from reform.sources import source_pages
from reform.survey import name_pages, point_pages, survey_pages, upload_pages, wall_pages

REFORM: tuple[APIRouter, ...] = (
    source_pages.router,
    monitor_pages.router,
    monitoring_pages.router,
    revision_pages.router,
    rule_pages.router,
    saving_pages.router,
    open_pages.router,
    paper_pages.router,
    front_pages.router,
    certificate_list_pages.router,
    new_certificate_pages.router,
    certificate_pages.router,
    class_pages.router,
    proposal_pages.router,
    survey_pages.router,
    upload_pages.router,
    name_pages.router,
    point_pages.router,
    wall_pages.router,
    inspection_pages.router,
    lot_pages.router,
)
