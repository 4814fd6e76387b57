"""Property lists, as READY carries them: names and values, each with its length."""

from collections.abc import Mapping

from engine.errors import LocalMisuse, MalformedCommand

LONGEST_NAME = 255


class MetadataInvalid(LocalMisuse):
    """A property's name cannot be written."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"a metadata name has 1 to {LONGEST_NAME} ASCII characters, this one is {name!r}")


def write_metadata(properties: Mapping[str, bytes]) -> bytes:
    """Write properties in the mapping's order.

    Raises:
        MetadataInvalid: a name is empty, too long or not ASCII.

    Source: 37/ZMTP 3.1, "Metadata".
    """
    parts: list[bytes] = []
    for name, value in properties.items():
        if not (name.isascii() and 0 < len(name) <= LONGEST_NAME):
            raise MetadataInvalid(name)
        parts += (bytes((len(name),)), name.encode("ascii"), len(value).to_bytes(4, "big"), value)
    return b"".join(parts)


def read_metadata(data: bytes, command: str) -> dict[str, bytes]:
    """Read properties; names come out in lower case, since they do not differ by case (37/ZMTP).

    Raises:
        MalformedCommand: a length reaches beyond the data, or a name is empty or not ASCII.
    """
    properties: dict[str, bytes] = {}
    position = 0
    while position < len(data):
        name_end = position + 1 + data[position]
        value_start = name_end + 4
        if name_end == position + 1 or value_start > len(data):
            raise MalformedCommand(command, "a property's name is empty or cut off")
        name = data[position + 1 : name_end]
        value_end = value_start + int.from_bytes(data[name_end:value_start], "big")
        if value_end > len(data):
            raise MalformedCommand(command, "a property's value is cut off")
        if not name.isascii():
            raise MalformedCommand(command, "a property's name is not ASCII")
        properties[name.decode("ascii").lower()] = data[value_start:value_end]
        position = value_end
    return properties
