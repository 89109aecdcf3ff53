"""The sensitive cases of the demo: one about a minor, and one about somebody of the staff."""

from dataclasses import dataclass

from app.domain.requerimiento import Kind

# Who reads the sensitive cases of the entity, by user name.
TEAM = ("tguayacan", "mcuruba")


@dataclass(frozen=True)
class Told:
    """What is filed, so many business days ago. Who is `accused` works at the desk of the topic."""

    kind: Kind
    topic: str
    body: str
    received: int
    about_minor: bool = False
    accused: str = ""


FILINGS = (
    Told(
        kind=Kind.COMPLAINT,
        topic="Convivencia escolar",
        body=(
            "Mi hijo de nueve años llega llorando del colegio: tres compañeros lo encierran en el "
            "baño y le quitan el almuerzo. Ya lo conté en coordinación y no han hecho nada."
        ),
        received=3,
        about_minor=True,
    ),
    Told(
        kind=Kind.REPORT,
        topic="Nómina y salarios",
        body=(
            "El funcionario pide plata por adelantar el pago de las horas extra. A dos compañeras "
            "les pidió la mitad. Tengo los mensajes."
        ),
        received=2,
        accused="Ramiro Almendrón, de Talento Humano",
    ),
)
