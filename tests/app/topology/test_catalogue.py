"""The catalogue: what a page is told of types and options."""

from app.topology.catalogue import catalogue


def test_a_type_tells_the_defaults_that_are_its_own() -> None:
    own = {each["name"]: each["own_defaults"] for each in catalogue()["types"] if each["own_defaults"]}
    assert own == {"SUB": {"linger": 0}, "XSUB": {"linger": 0}, "DISH": {"linger": 0}}
