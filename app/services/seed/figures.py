"""How often things happen in the synthetic cases, and the pieces of their texts."""

from random import Random

from app.domain.requerimiento import Channel, Kind, Status

KINDS = {
    Kind.PETITION: 38,
    Kind.INFORMATION: 9,
    Kind.DOCUMENTS: 8,
    Kind.CONSULTATION: 6,
    Kind.COMPLAINT: 9,
    Kind.CLAIM: 13,
    Kind.SUGGESTION: 2,
    Kind.REPORT: 2,
    Kind.COMPLIMENT: 1,
    Kind.PROCEDURE: 12,
}
CHANNELS = {Channel.WEB: 80, Channel.IN_PERSON: 12, Channel.PHONE: 5, Channel.LETTER: 3}
# Of a thousand whose term has ended, and of a thousand in time.
PAST = {
    Status.CLOSED: 896,
    Status.ANSWERED: 90,
    Status.ANNULLED: 10,
    Status.IN_PROGRESS: 3,
    Status.ASSIGNED: 1,
}
PRESENT = {
    Status.FILED: 170,
    Status.ASSIGNED: 300,
    Status.IN_PROGRESS: 380,
    Status.ANSWERED: 100,
    Status.CLOSED: 40,
    Status.ANNULLED: 10,
}

_FIRST_NAMES = """Abril Bruno Carmen Darío Elena Fabián Gloria Héctor Inés Julián Karen Lorenzo
    Marcela Néstor Olga Pedro Rocío Saúl Tatiana Úrsula""".split()
_SURNAMES = """Abarco Balso Caimo Dividivi Encenillo Fique Guadua Higuerón Inchi Jobo Laurel
    Mangle Noro Olivo Palma Quina Roble Sauce Totumo""".split()
_OPENINGS = (
    "Buenos días.",
    "Cordial saludo.",
    "Solicito su colaboración.",
    "Escribo por segunda vez.",
    "En ejercicio del derecho de petición:",
    "Señores de la Secretaría:",
)
_MATTERS = (
    "Necesito el certificado de notas de un colegio que ya no existe",
    "Pido un cupo para mi hijo en un colegio más cercano",
    "La ruta escolar no está pasando a la hora acordada",
    "No puedo entrar al correo institucional desde ayer",
    "El refrigerio llegó incompleto otra vez esta semana",
    "Solicito la corrección de mis datos en el SIMAT",
    "Falta un profesor desde el comienzo del periodo",
    "Requiero copia de la resolución de nombramiento",
    "El colegio privado está cobrando una cuota que no fue aprobada",
    "El techo del salón tiene goteras y no se puede dar clase",
    "Pido el certificado de tiempo de servicio para la pensión",
    "La impresora de la oficina no reconoce el tóner nuevo",
)
_PLACES = (
    "en la sede principal",
    "en la sede de la vereda",
    "en el barrio donde vivimos",
    "en la jornada de la tarde",
    "en el grado sexto",
    "en preescolar",
    "en la sección de primaria",
)
_REASONS = (
    "Ya lo informé por teléfono y no obtuve respuesta.",
    "Adjunto los documentos que me pidieron en la ventanilla.",
    "Varias familias están en la misma situación.",
    "El plazo para la matrícula termina la próxima semana.",
    "Lo necesito para un trámite ante otra entidad.",
    "En el colegio me indicaron que la Secretaría es la competente.",
    "Tengo las fotografías y los recibos si hacen falta.",
    "Es la tercera vez que ocurre en este año.",
)
_CLOSINGS = (
    "Agradezco su respuesta.",
    "Espero que puedan resolverlo pronto.",
    "Quedo pendiente de lo que haga falta.",
    "Pido respuesta por este medio.",
)


def body(random: Random, number: int) -> str:
    """A text of some 300 letters; the number makes each one different."""
    pick = random.choice
    return (
        f"{pick(_OPENINGS)} {pick(_MATTERS)} {pick(_PLACES)}, caso {number}. {pick(_REASONS)} "
        f"{pick(_REASONS)}\n\n{pick(_MATTERS)} {pick(_PLACES)}. {pick(_CLOSINGS)}"
    )


def first_name(random: Random) -> str:
    """A name."""
    return random.choice(_FIRST_NAMES)


def surnames(random: Random) -> str:
    """Two surnames, of trees."""
    return f"{random.choice(_SURNAMES)} {random.choice(_SURNAMES)}"
