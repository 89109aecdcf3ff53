"""What an entity undertakes for what is filed: by the act of a trámite, or by that of its topic."""

from app.domain.requerimiento import Kind
from app.domain.terms import Promise
from app.models import Procedure, Topic


def promise_for(
    kind: Kind, topic: Topic | None, procedure: Procedure | None = None
) -> Promise | None:
    """The promise that holds for a kind, under a topic, perhaps for a trámite; None leaves it to
    the law. A topic's is for its own kind."""
    if procedure is not None and procedure.term_days is not None:
        return Promise(procedure.term_days, procedure.term_source)
    if topic is not None and topic.term_days is not None and topic.kind is kind:
        return Promise(topic.term_days, topic.term_source)
    return None


def promise_of(procedure: Procedure) -> Promise | None:
    """The promise for who asks for a trámite of the catalogue."""
    return promise_for(Kind.PROCEDURE, procedure.topic, procedure)
