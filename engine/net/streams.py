"""TCP and Unix byte streams on our own sockets, so that what the kernel took is known exactly."""

import asyncio
import errno
import fcntl
import socket
from collections.abc import Callable, Sequence
from struct import calcsize, unpack
from typing import Final

from engine.endpoints import Endpoint
from engine.net.interface import Accepted, ByteStream, StreamOwner

SMALLEST_READ: Final = 1 << 16
LARGEST_READ: Final = 1 << 18
MOST_CHUNKS: Final = 512
"""Buffers given to one ``sendmsg``; Linux takes 1024."""
ACCEPTS_A_ROUND: Final = 64
READS_A_ROUND: Final = 16
"""Reads of a stream whose owner asks for long bodies piece by piece, before others have their turn."""

SIOCINQ: Final = 0x541B
SIOCOUTQ: Final = 0x5411
"""Source: tcp(7). On Unix sockets SIOCOUTQ also counts what the peer already has, so it is not asked."""

NOT_NOW: Final = (BlockingIOError, InterruptedError)


class SocketStream:
    """A connected stream socket; see ``ByteStream``."""

    def __init__(self, sock: socket.socket, loop: asyncio.AbstractEventLoop, local: str, peer: str) -> None:
        self._sock = sock
        self._loop = loop
        self._owner: StreamOwner | None = None
        self._read_size = SMALLEST_READ
        self._reads = False
        self._writes = False
        self._over = False
        self._is_tcp = sock.family != socket.AF_UNIX
        self.local = local
        self.peer = peer

    def start(self, owner: StreamOwner) -> None:
        """Begin to read for ``owner``."""
        self._owner = owner
        self.resume_reading()

    def resume_reading(self) -> None:
        """Call the owner's ``on_data`` again."""
        if not self._reads and not self._over:
            self._reads = True
            self._loop.add_reader(self._sock.fileno(), self._read)

    def pause_reading(self) -> None:
        """Leave what arrives in the kernel."""
        if self._reads:
            self._reads = False
            self._loop.remove_reader(self._sock.fileno())

    def write(self, chunks: Sequence[bytes | memoryview]) -> int:
        """Hand octets to the kernel and return how many it took."""
        if self._over:
            return 0
        try:
            if len(chunks) == 1:
                sent = self._sock.send(chunks[0])
                wanted = len(chunks[0])
            else:
                part = chunks if len(chunks) <= MOST_CHUNKS else chunks[:MOST_CHUNKS]
                sent = self._sock.sendmsg(part)
                wanted = sum(map(len, chunks))
        except NOT_NOW:
            sent, wanted = 0, 1
        except OSError as error:
            self._loop.call_soon(self._lose, error)
            return 0
        if sent < wanted and not self._writes:
            self._writes = True
            self._loop.add_writer(self._sock.fileno(), self._can_write)
        return sent

    def unsent_octets(self) -> int | None:
        """Ask the kernel what the peer's machine has not acknowledged; tcp only."""
        return self._kernel_octets(SIOCOUTQ) if self._is_tcp else None

    def unread_octets(self) -> int | None:
        """Ask the kernel what has arrived and was not read."""
        return self._kernel_octets(SIOCINQ)

    def peer_credentials(self) -> tuple[int, int, int] | None:
        """Ask the kernel for the user, group and process at the other end; Unix sockets only."""
        if self._is_tcp or self._over:
            return None
        try:
            octets = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, calcsize("3i"))
        except OSError:
            return None
        process, user, group = unpack("3i", octets)
        return user, group, process

    def close(self) -> None:
        """End the stream; the kernel goes on sending what it has.

        Unread octets would make the kernel answer the peer with a reset, which destroys what is
        still on its way there; so they are read and thrown away first.
        """
        if self._over:
            return
        self._stop()
        try:
            for _ in range(ACCEPTS_A_ROUND):
                if not self._sock.recv(LARGEST_READ):
                    break
        except OSError:
            pass
        self._sock.close()

    def _read(self) -> None:
        size = self._read_size
        for _ in range(READS_A_ROUND):
            try:
                data = self._sock.recv(size)
            except NOT_NOW:
                return
            except OSError as error:
                self._lose(error)
                return
            if not data:
                self._lose(None)
                return
            if len(data) == self._read_size and self._read_size < LARGEST_READ:
                self._read_size *= 2
            if self._owner is None:
                return
            size = self._owner.on_data(data)
            if not size or not self._reads:
                return

    def _can_write(self) -> None:
        self._writes = False
        self._loop.remove_writer(self._sock.fileno())
        if self._owner is not None:
            self._owner.on_writable()

    def _lose(self, error: OSError | None) -> None:
        if self._over:
            return
        self._stop()
        self._sock.close()
        if self._owner is not None:
            self._owner.on_lost(error)

    def _stop(self) -> None:
        self._over = True
        if self._reads:
            self._reads = False
            self._loop.remove_reader(self._sock.fileno())
        if self._writes:
            self._writes = False
            self._loop.remove_writer(self._sock.fileno())

    def _kernel_octets(self, request: int) -> int | None:
        if self._over:
            return None
        try:
            (octets,) = unpack("i", fcntl.ioctl(self._sock.fileno(), request, bytes(4)))
        except OSError:
            return None
        return int(octets)


class SocketListener:
    """A listening stream socket; see ``StreamListener``.

    Args:
        adopt: makes a stream of an accepted socket.
        on_closed: gives the address back (a Unix socket's file).
    """

    def __init__(
        self,
        sock: socket.socket,
        loop: asyncio.AbstractEventLoop,
        endpoint: Endpoint,
        *,
        adopt: Callable[[socket.socket], ByteStream],
        on_accepted: Accepted,
        on_failed: Callable[[OSError], None],
        on_closed: Callable[[], None],
    ) -> None:
        self.endpoint = endpoint
        self._sock = sock
        self._loop = loop
        self._adopt = adopt
        self._on_accepted = on_accepted
        self._on_failed = on_failed
        self._on_closed = on_closed
        loop.add_reader(sock.fileno(), self._accept)

    def close(self) -> None:
        """Stop accepting, and give the address back at once."""
        if self._sock.fileno() < 0:
            return
        self._loop.remove_reader(self._sock.fileno())
        self._sock.close()
        self._on_closed()

    def _accept(self) -> None:
        for _ in range(ACCEPTS_A_ROUND):
            try:
                sock, _ = self._sock.accept()
            except NOT_NOW:
                return
            except OSError as error:
                if error.errno in (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM):
                    self._rest()
                if error.errno != errno.ECONNABORTED:
                    self._on_failed(error)
                return
            sock.setblocking(False)
            try:
                stream = self._adopt(sock)
            except OSError as error:  # an option that this socket cannot have, or the peer is gone already
                sock.close()
                self._on_failed(error)
                continue
            self._on_accepted(stream)

    def _rest(self) -> None:
        """Out of descriptors: the socket stays readable, so stop looking for a tenth of a second."""
        self._loop.remove_reader(self._sock.fileno())
        self._loop.call_later(0.1, self._look_again)

    def _look_again(self) -> None:
        if self._sock.fileno() >= 0:
            self._loop.add_reader(self._sock.fileno(), self._accept)
