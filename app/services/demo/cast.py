"""Who appears in the demo. But for the guide's Francisco Rivera, people bear the names of plants
and birds of Colombia, and documents lie beyond the numbers that were ever issued."""

from dataclasses import dataclass
from typing import Any

from app.domain.requerimiento import Kind
from app.domain.roles import Role

FIRST_DOCUMENT = 1_999_000_001


@dataclass(frozen=True)
class Worker:
    """A member of the staff."""

    first_names: str
    surnames: str
    role: Role
    office: str


@dataclass(frozen=True)
class EntityPlan:
    """An entity with its offices, their branch of the topic tree, its staff and its size."""

    values: dict[str, Any]
    offices: dict[str, tuple[str, tuple[str, ...]]]
    staff: tuple[Worker, ...]
    cases: int


SOACHA = EntityPlan(
    values={
        "name": "Secretaría de Educación de Soacha",
        "short_name": "SOACHA",
        "prefix": "SOA",
        "municipality": "25754",
        "portal_url": "https://educacion.soacha.example",
        "helpdesk_address": "Unidad de Atención al Ciudadano, calle de ejemplo 1 # 2-34, Soacha",
        "helpdesk_phone": "601 000 0000",
        "helpdesk_email": "mesadeayuda@soacha.example",
        "helpdesk_hours": "Lunes a viernes, de 8:00 a. m. a 5:00 p. m.",
    },
    offices={
        "Atención al Ciudadano": (
            "Atención al ciudadano",
            ("Atención en ventanilla", "Sugerencias al servicio"),
        ),
        "Archivo y Correspondencia": (
            "Certificados y archivo",
            (
                "Certificados de colegios cerrados",
                "Duplicado de diploma y acta",
                "Copias de documentos",
            ),
        ),
        "Calidad Educativa": (
            "Calidad educativa",
            ("Inclusión", "Jornada única", "Evaluación y promoción"),
        ),
        "Cobertura Educativa": (
            "Cobertura y permanencia",
            (
                "Cupos escolares",
                "Matrícula y SIMAT",
                "Transporte escolar",
                "Alimentación escolar (PAE)",
            ),
        ),
        "Infraestructura Educativa": ("Infraestructura", ("Sedes y mantenimiento",)),
        "Inspección y Vigilancia": (
            "Inspección y vigilancia",
            (
                "Costos de colegios privados",
                "Licencias de funcionamiento",
                "Registro de firmas de rectores",
                "Convivencia escolar",
            ),
        ),
        "Talento Humano": (
            "Docentes y personal",
            (
                "Certificado laboral",
                "Nómina y salarios",
                "Escalafón y ascensos",
                "Traslados de docentes",
            ),
        ),
        "Tecnología": (
            "Soporte TI",
            (
                "Correo institucional",
                "Impresoras y escáneres",
                "Acceso a plataformas",
                "Conectividad de sedes",
                "Equipos de cómputo",
            ),
        ),
    },
    staff=(
        Worker("Aurora", "Frailejón Mora", Role.ADMINISTRATOR, "Tecnología"),
        Worker("Tomás", "Guayacán Prado", Role.COORDINATOR, "Atención al Ciudadano"),
        Worker("Lucía", "Arrayán Peña", Role.COUNTER, "Atención al Ciudadano"),
        Worker("Simón", "Yarumo Ríos", Role.COUNTER, "Atención al Ciudadano"),
        Worker("Celeste", "Sietecueros Luna", Role.OFFICIAL, "Cobertura Educativa"),
        Worker("Benjamín", "Caracolí Soto", Role.OFFICIAL, "Cobertura Educativa"),
        Worker("Ramiro", "Almendrón Vega", Role.OFFICIAL, "Talento Humano"),
        Worker("Mariela", "Curuba Cañón", Role.OFFICIAL, "Inspección y Vigilancia"),
        Worker("Gael", "Aliso Páramo", Role.OFFICIAL, "Calidad Educativa"),
        Worker("Noé", "Cámbulo Ruiz", Role.OFFICIAL, "Tecnología"),
        Worker("Violeta", "Achiote Marín", Role.OFFICIAL, "Archivo y Correspondencia"),
        Worker("Íngrid", "Yolombó Nieto", Role.OFFICIAL, "Infraestructura Educativa"),
        Worker("Hernán", "Ceiba Franco", Role.OBSERVER, ""),
    ),
    cases=232,
)

# Villeta has no Secretaría de Educación of its own, so nobody can take this one for a real one.
VILLETA = EntityPlan(
    values={
        "name": "Secretaría de Educación de Villeta (demostración)",
        "short_name": "VILLETA DEMOSTRACIÓN",
        "prefix": "VIL",
        "municipality": "25875",
        "portal_url": "https://educacion.villeta.example",
        "helpdesk_address": "Ventanilla única, carrera de ejemplo 5 # 6-78, Villeta",
        "helpdesk_phone": "601 000 0001",
        "helpdesk_email": "mesadeayuda@villeta.example",
        "helpdesk_hours": "Lunes a viernes, de 8:00 a. m. a 12:00 m. y de 2:00 a 5:00 p. m.",
    },
    offices={
        "Ventanilla Única": (
            "Atención al ciudadano",
            ("Atención en ventanilla", "Sugerencias al servicio", "Copias de documentos"),
        ),
        "Cobertura y Calidad": (
            "Cobertura y calidad",
            (
                "Cupos escolares",
                "Transporte escolar",
                "Alimentación escolar (PAE)",
                "Sedes y mantenimiento",
            ),
        ),
        "Administrativa": (
            "Personal y soporte TI",
            ("Certificado laboral", "Correo institucional", "Conectividad de sedes"),
        ),
    },
    staff=(
        Worker("Ágata", "Nogal Torres", Role.ADMINISTRATOR, "Administrativa"),
        Worker("Óscar", "Balso Quintero", Role.COORDINATOR, "Ventanilla Única"),
        Worker("Zoraida", "Tangara Peñuela", Role.COUNTER, "Ventanilla Única"),
        Worker("Lisandro", "Guamo Muñoz", Role.OFFICIAL, "Cobertura y Calidad"),
        Worker("Emma", "Chagualo Díaz", Role.OFFICIAL, "Administrativa"),
    ),
    cases=68,
)

ENTITIES = (SOACHA, VILLETA)

# Who was invited to Soacha and has not accepted yet.
INVITED = {
    "first_names": "Amalia",
    "surnames": "Gualanday Rey",
    "email": "agualanday@soacha.example",
}

# Topics that say by themselves what kind of requerimiento they are.
TOPIC_KINDS = {
    "Certificado laboral": Kind.PROCEDURE,
    "Certificados de colegios cerrados": Kind.PROCEDURE,
    "Copias de documentos": Kind.DOCUMENTS,
    "Duplicado de diploma y acta": Kind.PROCEDURE,
    "Registro de firmas de rectores": Kind.PROCEDURE,
}

CITIZENS = (
    ("Francisco", "Rivera"),
    ("María del Pilar", "Azucena Rojas"),
    ("Ñandú", "de la Palma"),
    ("José Ignacio", "Borojó Castro"),
    ("Ana Sofía", "Orquídea Pinzón"),
    ("Camilo", "Gulupa Herrera"),
    ("Yenny Paola", "Heliconia Díaz"),
    ("Luis Alberto", "Mamoncillo Parra"),
    ("Rosalba", "Siempreviva Castillo"),
    ("Édgar", "Zapote Acuña"),
    ("Valentina", "Copihue Mesa"),
    ("Jorge Eliécer", "Níspero Galindo"),
    ("Blanca Nieves", "Anturio Suárez"),
    ("Wilson", "Chontaduro Mosquera"),
    ("Dayana", "Pitahaya Bernal"),
    ("Carlos Julio", "Roble Quiroga"),
    ("Martha Cecilia", "Cayena Forero"),
    ("Nicolás", "Tucán Espitia"),
    ("Luz Marina", "Gaviota Pardo"),
    ("Germán", "Búho Salcedo"),
    ("Ximena", "Colibrí Ocampo"),
    ("Hugo", "Mirla Zambrano"),
    ("Estefanía", "Garza Villamil"),
    ("Rubén Darío", "Turpial Lozano"),
    ("Consuelo", "Azulejo Barrera"),
    ("Iván", "Guacamayo Rueda"),
    ("Teresa", "Golondrina Niño"),
    ("Andrés Felipe", "Barranquero Tovar"),
    ("Gloria Inés", "Perdiz Camacho"),
    ("Santiago", "Alcatraz Beltrán"),
)
# The guide's citizen writes to the help desk, so he and the last of these work at schools.
AT_SCHOOLS = 10
COMPANIES = ("Fundación El Ejemplo", "Jardín de Muestra S. A. S.")
COMPANY_NUMBERS = ("999000101", "999000102")

# They come to the counter and have not completed their data.
VISITORS = (
    ("Hortensia", "Lulo Vanegas"),
    ("Abelardo", "Madroño Silva"),
    ("Ruth", "Feijoa Montaño"),
    ("Pablo Emilio", "Guayabo Ortiz"),
    ("Mercedes", "Uchuva Cifuentes"),
    ("Eusebio", "Cóndor Malagón"),
    ("Ofelia", "Chirimoya Useche"),
    ("Isidro", "Tominejo Rincón"),
    ("Leonor", "Granadilla Pulido"),
    ("Arcesio", "Gavilán Tique"),
)

# Texts that answers begin from, by name: what `domain.wording` fills stands in braces.
ANSWER_TEMPLATES = {
    "Cupo asignado": (
        "Señor(a) {nombre}:\n\nRecibimos su solicitud {radicado} el {recibido}. El cupo fue "
        "asignado en la institución que pidió.\n\nPara matricularse, preséntese allí con el "
        "documento del estudiante.\n\n{firma}\n{dependencia}"
    ),
    "Certificado listo": (
        "Señor(a) {nombre}:\n\nAdjuntamos el certificado que pidió con el radicado {radicado}."
        "\n\n{firma}\n{dependencia}"
    ),
    "Obra en verificación": (
        "Señor(a) {nombre}:\n\nSobre su {tipo} {radicado}: ya se hizo la visita técnica "
        "y la obra quedó en el plan de este año.\n\n{firma}\n{dependencia}"
    ),
}
