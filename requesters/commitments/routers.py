"""The routes of commitments, in their order: fixed addresses before those with a number in them."""

from requesters.commitments import commitment_ask_pages, commitment_pages, commitment_papers, commitments_api, own_commitments

COMMITMENTS = (
    commitments_api.router,
    commitment_papers.router,
    own_commitments.router,
    commitment_ask_pages.router,
    commitment_pages.router,
)
