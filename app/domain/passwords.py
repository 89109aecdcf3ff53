"""Which passwords are good enough (OWASP ASVS 5.0, 6.2: length, no composition rules)."""

from app.domain.person import fold

MIN_LENGTH, MAX_LENGTH = 8, 128

# The words that every list of stolen passwords begins with, in Spanish and in digits.
_COMMON = frozenset(
    """
    12345678 123456789 1234567890 11111111 00000000 87654321 password contrasena qwertyui
    qwerty123 asdfghjk abcd1234 1q2w3e4r colombia colombia1 millonarios nacional bogota123
    password1 password123 contrasena1 contrasena123 clave123 clave1234 12341234 11223344
    iloveyou teamo123 tequiero mariposa estrella princesa futbol123 secretaria educacion
    soacha123 administrador admin123 bienvenido bienvenida jesucristo 123123123 aaaaaaaa
    """.split()
)


def password_problem(password: str, *, username: str, document: str) -> str | None:
    """Say in Spanish why `password` cannot be used, or None if it can."""
    if len(password) < MIN_LENGTH:
        return f"Escriba una contraseña de {MIN_LENGTH} caracteres o más."
    if len(password) > MAX_LENGTH:
        return f"Escriba una contraseña de {MAX_LENGTH} caracteres o menos."
    plain = fold(password)
    if plain in _COMMON or len(set(plain)) < 4:
        return "Esa contraseña es muy conocida. Escriba otra, por ejemplo varias palabras seguidas."
    if plain == username or (document and document.casefold() in plain):
        return "La contraseña no puede ser su usuario ni contener su número de documento."
    return None
