"""All routers of the reform office's pages, in one list."""

from fastapi import APIRouter

REFORM: tuple[APIRouter, ...] = ()
