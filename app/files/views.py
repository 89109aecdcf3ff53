"""Routes of the files: ask whether this person may see the case, then stream."""

import logging

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.access import account, signed_in
from app.domain.errors import NotFound
from app.domain.file_names import content_disposition, download_name
from app.services import cases
from app.uploads import store

bp = Blueprint("files", __name__, url_prefix="/anexos")

log = logging.getLogger(__name__)


@bp.get("/<public_id>")
@signed_in
def download(public_id: str) -> ResponseReturnValue:
    """Send a file as a download, never to be shown as a page of ours."""
    attachment = cases.find_attachment(public_id, account=account())
    try:
        stream = store().open(attachment.stored_as)
    except FileNotFoundError:
        log.error("the file %s of a case is not on the disk: run `verify`", attachment.stored_as)
        raise NotFound(public_id) from None
    response: Response = send_file(stream, mimetype=attachment.media_type, conditional=False)
    response.headers["Content-Disposition"] = content_disposition(
        download_name(attachment.name, attachment.media_type)
    )
    response.content_length = attachment.size
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    response.set_etag(attachment.sha256)
    try:
        # A telephone that lost the network goes on where it was.
        response.make_conditional(request, accept_ranges=True, complete_length=attachment.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        raise
    return response
