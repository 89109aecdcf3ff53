"""The catalogue of trámites of the demo, and what its entities undertake. Requirements, costs and
acts are examples; norms that are not marked so exist."""

from app.domain.requerimiento import Kind
from app.domain.terms import Promise
from app.services.procedures import ProcedurePlan

# What hangs from a leaf of the tree of topics.
TWIGS = {"Acceso a plataformas": ("SIMAT", "Humano", "Correo y aula virtual")}
# The topics whose answers a second person approves.
APPROVED = frozenset({"Humano"})
# The topics whose cases a small team reads.
RESERVED = frozenset({"Convivencia escolar"})
# What is undertaken from today on: the topic, the kind that it has then, and the promise.
_DESK = "Resolución de ejemplo 12 de 2026"
PROMISES = {
    "Correo institucional": (Kind.PETITION, Promise(3, _DESK)),
    "Impresoras y escáneres": (Kind.PETITION, Promise(5, _DESK)),
    "SIMAT": (Kind.PETITION, Promise(5, _DESK)),
    "Humano": (Kind.PETITION, Promise(5, _DESK)),
    "Equipos de cómputo": (Kind.PETITION, Promise(8, _DESK)),
}
_EXAMPLE = "Norma de ejemplo."

# By the name of the topic that leads each to its office.
PROCEDURES: dict[str, ProcedurePlan] = {
    "Certificado laboral": ProcedurePlan(
        name="Certificado laboral de docentes y administrativos",
        summary="Dice el cargo, el tiempo de servicio y el salario de quien trabaja o trabajó en "
        "los colegios oficiales del municipio.",
        who="La persona que trabaja o trabajó, o quien tenga poder de ella.",
        requirements="Copia del documento de identidad\nPeríodo que debe certificar\n"
        "Poder, si lo pide otra persona",
        steps="Radique la solicitud con el período que necesita.\n"
        "La Secretaría busca la historia laboral y expide el certificado.\n"
        "Lo descarga en su requerimiento.",
        cost="Gratuito",
        legal_basis=_EXAMPLE,
        position=10,
    ),
    "Certificados de colegios cerrados": ProcedurePlan(
        name="Certificado de estudio de colegios cerrados",
        summary="Notas y grados de quien estudió en un colegio del municipio que ya no existe.",
        who="Quien estudió allí, sus padres si es menor de edad, o quien tenga poder.",
        requirements="Copia del documento de identidad\nNombre del colegio y sede\n"
        "Años y grados que cursó\nSi los tiene, boletines o certificados anteriores",
        cost="Gratuito",
        legal_basis=_EXAMPLE,
        position=20,
    ),
    "Duplicado de diploma y acta": ProcedurePlan(
        name="Duplicado de diploma y acta de grado",
        summary="Copia del diploma o del acta de quien se graduó en un colegio cerrado cuyos "
        "libros tiene la Secretaría.",
        who="La persona que se graduó, o quien tenga poder de ella.",
        requirements="Copia del documento de identidad\nColegio y año de grado\n"
        "Denuncia por pérdida del diploma",
        cost="Gratuito. El colegio puede cobrar el papel del duplicado (dato de ejemplo).",
        legal_basis="Decreto 1075 de 2015, Único Reglamentario del Sector Educación.",
        position=30,
    ),
    "Registro de firmas de rectores": ProcedurePlan(
        name="Registro de firmas de rectores y secretarios",
        summary="La Secretaría guarda la firma de quien expide certificados de un colegio, para "
        "que valgan en otras entidades y en el exterior.",
        who="El rector o la rectora, o quien esté a cargo.",
        requirements="Acto de nombramiento o de encargo\nActa de posesión\n"
        "Hoja con tres firmas iguales\nCopia del documento de identidad",
        steps="Radique los documentos.\nVaya a la ventanilla a firmar, el día que le indiquen.",
        cost="Gratuito",
        legal_basis=_EXAMPLE,
        position=40,
    ),
    "Escalafón y ascensos": ProcedurePlan(
        name="Inscripción y ascenso en el escalafón docente",
        summary="Inscripción de quien superó el período de prueba, o ascenso de grado de quien lo "
        "acredita.",
        who="Docentes y directivos docentes nombrados en propiedad.",
        requirements="Copia del documento de identidad\nTítulos y actas de grado\n"
        "Evaluación del período de prueba, si es inscripción\n"
        "Convalidación, si el título es del exterior",
        cost="Gratuito",
        legal_basis="Decreto Ley 1278 de 2002, Estatuto de Profesionalización Docente.",
        position=50,
    ),
    "Licencias de funcionamiento": ProcedurePlan(
        name="Licencia de funcionamiento de un colegio privado",
        summary="Autoriza a un establecimiento privado a prestar el servicio educativo en sus "
        "niveles y en su sede.",
        who="El propietario del establecimiento o su representante legal.",
        requirements="Proyecto educativo institucional\nConcepto de uso del suelo\n"
        "Licencia de construcción de la planta física\nConcepto sanitario\n"
        "Certificado de existencia, si es persona jurídica",
        steps="Radique la solicitud con sus documentos.\nLa Secretaría visita la sede.\n"
        "Recibe la resolución que concede o niega la licencia.",
        cost="Gratuito",
        legal_basis="Ley 115 de 1994, artículo 138. Decreto 1075 de 2015.",
        position=60,
    ),
    "Nómina y salarios": ProcedurePlan(
        name="Certificado de factores salariales",
        summary="Lo que se pagó a un docente en un período, factor por factor, para su pensión.",
        who="El docente activo o retirado, o quien tenga poder.",
        requirements="Copia del documento de identidad\nPeríodo que debe certificar",
        cost="Gratuito",
        legal_basis=_EXAMPLE,
        position=70,
    ),
}
# What an entity undertakes for a trámite, from today on.
PROCEDURE_PROMISES = {
    "Certificado laboral": Promise(5, "Resolución de ejemplo 34 de 2026"),
    "Certificados de colegios cerrados": Promise(10, "Resolución de ejemplo 34 de 2026"),
}
