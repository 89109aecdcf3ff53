"""Routes of the files: ask whether this person may see the case, then stream."""

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue

from app.access import account, signed_in
from app.domain.errors import NotFound
from app.domain.file_names import content_disposition, download_name
from app.services import cases
from app.uploads import store

bp = Blueprint("files", __name__, url_prefix="/anexos")


@bp.get("/<public_id>")
@signed_in
def download(public_id: str) -> ResponseReturnValue:
    """Send a file as a download, never to be shown as a page of ours."""
    attachment = cases.find_attachment(public_id, account=account())
    try:
        stream = store().open(attachment.stored_as)
    except FileNotFoundError:
        raise NotFound(public_id) from None
    response: Response = send_file(stream, mimetype=attachment.media_type)
    response.headers["Content-Disposition"] = content_disposition(
        download_name(attachment.name, attachment.media_type)
    )
    response.headers["Content-Length"] = str(attachment.size)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "private, no-store"
    return response
