"""The addresses of an exported project: those that the drawing names, and allotted ones for the others."""

from typing import Final

from app.topology.plan import BindPlan, NodePlan, Plan
from app.topology.templates import fill
from engine.endpoints import Endpoint, parse
from engine.errors import EndpointInvalid

FIRST_PORT: Final = 5555


class Addresses:
    """Every place where the plan binds, with one address for each instance."""

    def __init__(self, plan: Plan) -> None:
        self._binds: dict[str, list[str]] = {}
        self._allotted: list[str] = []
        self._taken: set[int] = set()
        open_ones: list[tuple[str, BindPlan, int]] = []
        for _, node in plan.nodes():
            for socket in node.sockets:
                for bind in socket.binds:
                    key = self.key(node.id, socket.role, bind.endpoint_id)
                    addresses = _of_instances(node, bind.address, plan.instances(node.id))
                    self._binds[key] = addresses
                    if _is_open(addresses[0]):
                        open_ones.append((key, bind, len(addresses)))
                    self._taken.update(port for each in addresses if (port := _port(each)))
        for key, bind, count in open_ones:
            self._allotted.append(key)
            self._binds[key] = [self._allot(key, bind.address, number) for number in range(1, count + 1)]

    @staticmethod
    def key(node: str, socket: str, endpoint: str) -> str:
        """Return the name under which a place to bind is known in the programs."""
        return f"{node}.{socket}/{endpoint}"

    def written(self) -> dict[str, list[str]]:
        """Return the addresses by key, one for each instance that binds."""
        return dict(self._binds)

    def allotted(self) -> list[str]:
        """Return the keys whose addresses the drawing left open."""
        return list(self._allotted)

    def _allot(self, key: str, written: str, number: int) -> str:
        if written.startswith("ipc://"):
            return f"ipc://{key.replace('/', '.')}.{number}.ipc"
        port = next(port for port in range(FIRST_PORT, 65_536) if port not in self._taken)
        self._taken.add(port)
        return f"{written.rpartition(':')[0]}:{port}"


def _of_instances(node: NodePlan, address: str, count: int) -> list[str]:
    return [fill(address, {"node": node.id, "replica": number}) for number in range(1, count + 1)]


def _is_open(address: str) -> bool:
    endpoint = _parsed(address)
    return endpoint is not None and endpoint.is_open


def _port(address: str) -> int:
    endpoint = _parsed(address)
    return endpoint.port if endpoint else 0


def _parsed(address: str) -> Endpoint | None:
    try:
        return parse(address)
    except EndpointInvalid:
        return None
