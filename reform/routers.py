"""All routers of the reform office's pages, in one list."""

from fastapi import APIRouter

from reform.papers import paper_pages
from reform.sources import source_pages

REFORM: tuple[APIRouter, ...] = (
    source_pages.router,
    paper_pages.router,
)
