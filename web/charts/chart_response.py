"""A chart sent to a browser: the SVG with a policy of its own, in the themes that there are."""

from fastapi.responses import Response

from web.charts.drawing import policy_of

THEMES = ("light", "dark")


def svg_response(svg: str) -> Response:
    """A picture with a policy of its own."""
    return Response(svg, media_type="image/svg+xml", headers={"Content-Security-Policy": policy_of(svg)})
