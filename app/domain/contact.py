"""How a person can be reached: e-mail addresses and telephones as they are kept."""

from email_validator import EmailNotValidError, validate_email


def normalise_email(typed: str) -> str | None:
    """An e-mail address as it is kept and compared, or None if it cannot be one.

    Nothing is asked of the network, and names reserved for tests pass: a refusal must never
    depend on somebody else's server.
    """
    try:
        checked = validate_email(typed.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.normalized.lower()


def normalise_phone(typed: str) -> str | None:
    """A telephone with its country, as «+57 300 1234567», or None if it cannot be one.

    A number without country is Colombian. Only the length is asked: the lists of numbers in
    use are always behind.
    """
    import phonenumbers  # its metadata is heavy, and few pages need it

    try:
        number = phonenumbers.parse(typed, "CO")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
