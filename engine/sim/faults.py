"""What goes wrong in a simulated world, and when: partitions, broken connections, hosts that die."""

from collections.abc import Callable

from engine.sim.world import World


class Faults:
    """Does damage to a world, at once or at a virtual time.

    ``at_s`` is virtual seconds since the world began; ``None`` means now.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def partition(self, one: str, other: str, *, at_s: float | None = None) -> None:
        """Let nothing pass between two hosts, either way; connections stand and fall silent."""
        self._do(at_s, "partition", f"{one} {other}", lambda: self._cut(one, other, is_cut=True))

    def heal(self, one: str, other: str, *, at_s: float | None = None) -> None:
        """End a partition; what it held up arrives."""
        self._do(at_s, "heal", f"{one} {other}", lambda: self._cut(one, other, is_cut=False))

    def sever(self, one: str, other: str, *, at_s: float | None = None) -> None:
        """Break every connection between two hosts; what was on the way is lost, dialling again works."""
        self._do(at_s, "sever", f"{one} {other}", lambda: self._world.break_streams(one, other))

    def kill(self, host: str, *, at_s: float | None = None) -> None:
        """Take a host off the network: connections break, listeners are gone, nobody answers there."""
        self._do(at_s, "kill", host, lambda: self._world.kill(host))

    def revive(self, host: str, *, at_s: float | None = None) -> None:
        """Put a killed host back; who wants to listen there must bind again."""
        self._do(at_s, "revive", host, lambda: self._world.revive(host))

    def _cut(self, one: str, other: str, *, is_cut: bool) -> None:
        self._world.cut(one, other, is_cut=is_cut)
        self._world.cut(other, one, is_cut=is_cut)

    def _do(self, at_s: float | None, what: str, where: str, damage: Callable[[], None]) -> None:
        def happen() -> None:
            self._world.trace.note(self._world.now(), what, where)
            damage()

        if at_s is None:
            happen()
        else:
            self._world.call_at(at_s, happen)
