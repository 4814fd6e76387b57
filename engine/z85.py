"""Z85: octets as printable text, five characters for each four octets."""

from typing import Final

from engine.errors import LocalMisuse

ALPHABET: Final = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
"""Source: 32/Z85."""

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_BASE: Final = 85
_GROUP_OCTETS: Final = 4
_GROUP_CHARACTERS: Final = 5
_TOO_LARGE: Final = 1 << 32


class Z85Invalid(LocalMisuse):
    """What was given has no Z85 form, or is none; it is not shown, since it may be a key."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"not Z85: {why}")


def encode(octets: bytes) -> str:
    """Write octets as Z85.

    Raises:
        Z85Invalid: their number is no multiple of 4.

    Source: 32/Z85, "Formal Specification".
    """
    if len(octets) % _GROUP_OCTETS:
        why = f"{len(octets)} octets are no multiple of {_GROUP_OCTETS}"
        raise Z85Invalid(why)
    characters: list[str] = []
    for start in range(0, len(octets), _GROUP_OCTETS):
        value = int.from_bytes(octets[start : start + _GROUP_OCTETS], "big")
        group = []
        for _ in range(_GROUP_CHARACTERS):
            value, digit = divmod(value, _BASE)
            group.append(ALPHABET[digit])
        characters += reversed(group)
    return "".join(characters)


def decode(text: str) -> bytes:
    """Read Z85.

    Raises:
        Z85Invalid: the length is no multiple of 5, a character is none of Z85's, or a group of five
            stands for more than 32 bits.
    """
    if len(text) % _GROUP_CHARACTERS:
        why = f"{len(text)} characters are no multiple of {_GROUP_CHARACTERS}"
        raise Z85Invalid(why)
    octets: list[bytes] = []
    for start in range(0, len(text), _GROUP_CHARACTERS):
        value = 0
        for place in range(start, start + _GROUP_CHARACTERS):
            digit = _VALUES.get(text[place])
            if digit is None:
                why = f"character {place + 1} is none of the 85"
                raise Z85Invalid(why)
            value = value * _BASE + digit
        if value >= _TOO_LARGE:
            why = f"characters {start + 1} to {start + _GROUP_CHARACTERS} exceed 32 bits"
            raise Z85Invalid(why)
        octets.append(value.to_bytes(_GROUP_OCTETS, "big"))
    return b"".join(octets)
