"""Datagrams of the simulated network: each is late, or lost, as the weather between two hosts has it."""

from collections import deque
from collections.abc import Callable, Container
from ipaddress import ip_address
from typing import Final

from engine.endpoints import Endpoint
from engine.errors import AddressInUse
from engine.net.interface import DatagramOwner
from engine.options import SocketOptions
from engine.sim.stream import Wires
from engine.sim.weather import Lane
from engine.wire.datagrams import Place

BROADCAST: Final = "255.255.255.255"
FIRST_ADDRESS: Final = 0x0A000001
"""10.0.0.1: hosts are given addresses from there, as their names first occur."""
HOME: Final = "localhost"


class Post:
    """Brings datagrams to the ports of all hosts of a world.

    Args:
        lane: looks up the direction between two hosts.
        dead: the hosts that are off the network.
    """

    def __init__(self, wires: Wires, lane: Callable[[str, str], Lane], dead: Container[str]) -> None:
        self._wires = wires
        self._lane = lane
        self._dead = dead
        self._ports: dict[tuple[str, int], list[SimPort]] = {}
        self._addresses: dict[str, str] = {HOME: "127.0.0.1"}
        self._due: dict[float, deque[Callable[[], None]]] = {}

    def address_of(self, host: str) -> str:
        """Return a host's numeric address; a numeric one is its own."""
        if is_numeric(host):
            return host
        number = FIRST_ADDRESS + len(self._addresses) - 1
        return self._addresses.setdefault(host, str(ip_address(number)))

    def is_taken(self, host: str, port: int) -> bool:
        """Tell whether some socket has this port of a host."""
        return (host, port) in self._ports

    def open(self, port: "SimPort") -> None:
        """Let a port receive.

        Raises:
            AddressInUse: another socket has it, and not both are of a multicast group.
        """
        standing = self._ports.setdefault((port.host, port.local.port), [])
        if standing and not (port.group and all(other.group for other in standing)):
            raise AddressInUse(str(port.local))
        standing.append(port)

    def close(self, port: "SimPort") -> None:
        """Let a port receive no more."""
        key = (port.host, port.local.port)
        standing = self._ports.get(key, [])
        if port in standing:
            standing.remove(port)
            if not standing:
                del self._ports[key]

    def close_host(self, host: str) -> None:
        """Close every port of a host that died."""
        self._ports = {key: ports for key, ports in self._ports.items() if key[0] != host}

    def send(self, source: "SimPort", data: bytes, place: Place) -> None:
        """Send a datagram off to every port that is at ``place``."""
        if source.host in self._dead:
            return
        for target in self._at(source, place):
            lane = self._lane(source.host, target.host)
            arrives_s = lane.datagram_arrival_s(self._wires.now(), len(data))
            if arrives_s is None:
                self._note("datagram lost", source, target, data)
            else:
                self._deliver_at(arrives_s, self._arrival(source, target, data))

    def _deliver_at(self, arrives_s: float, delivery: Callable[[], None]) -> None:
        """Have what arrives at one moment arrive in the order it was sent: timers promise none."""
        due = self._due.setdefault(arrives_s, deque())
        due.append(delivery)

        def arrive() -> None:
            next_one = due.popleft()
            if not due:
                del self._due[arrives_s]
            next_one()

        self._wires.call_at(arrives_s, arrive)

    def _at(self, source: "SimPort", place: Place) -> list["SimPort"]:
        address, number = place
        is_for_many = address == BROADCAST or is_group(address)
        found: list[SimPort] = []
        for (host, port), ports in self._ports.items():
            is_here = host == source.host
            if port != number:
                continue
            if is_for_many:
                group = "" if address == BROADCAST else address
                loops = not is_here or source.loops
                found += [each for each in ports if loops and each.group == group]
            elif self.address_of(host) == address or (is_here and ip_address(address).is_loopback):
                found += ports[-1:]
        return found

    def _arrival(self, source: "SimPort", target: "SimPort", data: bytes) -> Callable[[], None]:
        def arrive() -> None:
            if target.owner is None or target.host in self._dead:
                self._note("datagram lost", source, target, data)
                return
            self._note("datagram", source, target, data)
            target.owner.on_datagram(data, (self.address_of(source.host), source.local.port))

        return arrive

    def _note(self, what: str, source: "SimPort", target: "SimPort", data: bytes) -> None:
        self._wires.trace.note(self._wires.now(), what, f"{source.local} > {target.local}", data)


class SimPort:
    """A udp port of a simulated host; a ``DatagramPort`` whose kernel always has room.

    Args:
        port: its number, taken by nobody.
        peer: where it leads, or ``None`` when it was bound.
        group: the multicast group that it joined; empty for none.

    Raises:
        AddressInUse: another socket has it.
    """

    def __init__(
        self,
        post: Post,
        host: str,
        port: int,
        options: SocketOptions,
        *,
        peer: Place | None = None,
        group: str = "",
    ) -> None:
        self.host = host
        self.group = group
        self.loops = bool(options.multicast_loop)
        self.peer = peer
        self.local = Endpoint("udp", host=group or post.address_of(host), port=port)
        target = peer[0] if peer is not None else group
        self.is_multicast = bool(target) and (target == BROADCAST or is_group(target))
        self.owner: DatagramOwner | None = None
        self._post = post
        post.open(self)

    def start(self, owner: DatagramOwner) -> None:
        """Begin to receive for ``owner``."""
        self.owner = owner

    def send(self, data: bytes, place: Place) -> bool:
        """Send a datagram off; what the weather does to it nobody tells."""
        self._post.send(self, data, place)
        return True

    def lost(self) -> int:
        """Nothing is thrown away here: what arrives is read at once."""
        return 0

    def close(self) -> None:
        """Give the port back."""
        self.owner = None
        self._post.close(self)


def is_numeric(host: str) -> bool:
    """Tell whether this is an address and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_group(address: str) -> bool:
    """Tell whether a numeric address is a multicast group."""
    return ip_address(address).is_multicast
