"""How a public entity is named within a sentence."""

# The first word of the names that entities of the State bear.
_FEMININE = frozenset(
    """
    administradora agencia alcaldía asamblea auditoría caja comisaría comisión contraloría
    corporación defensoría dirección empresa escuela fundación gerencia gobernación inspección
    institución jefatura oficina personería presidencia procuraduría secretaría subdirección
    subsecretaría superintendencia unidad universidad veeduría
    """.split()
)
_MASCULINE = frozenset(
    """
    centro colegio concejo departamento distrito establecimiento fondo hospital instituto
    ministerio municipio observatorio servicio sistema
    """.split()
)


def with_article(name: str) -> str:
    """«la Secretaría de Educación de Soacha», «el Instituto …»; a name that begins with a word
    that we do not know stays as it is."""
    first = name.partition(" ")[0].casefold()
    if first in _FEMININE:
        return f"la {name}"
    return f"el {name}" if first in _MASCULINE else name
