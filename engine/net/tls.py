"""TLS around a byte stream, record by record, so that what has really left stays known."""

import contextlib
import ssl
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from engine.net.interface import ByteStream, StreamOwner
from engine.net.tls_contexts import explain

RECORD_OCTETS: Final = 1 << 14
"""Octets of the longest record's content. Source: RFC 8446, section 5.1."""
RECORDS_AT_ONCE: Final = 8
"""Records that are sealed before the stream below is asked to take them."""
READ_OCTETS: Final = 1 << 18


class TlsStream:
    """A byte stream that nobody on the way can read; see ``ByteStream``.

    A record of which the kernel took a part is not given up: its rest leaves before anything else.
    But its content counts as taken only when all of it has left, for the peer can read none of it
    before. So ``write`` tells less than it has sealed, and expects to be given the same octets again
    in the next call, which the contract of ``ByteStream`` makes certain.

    Args:
        inner: the stream below, not started yet.
        context: what TLS is told.
        call_soon: calls back in the loop's next round.
        is_server: which side we are.
        hostname: for a client, the name that the server's certificate has to have.
    """

    def __init__(
        self,
        inner: ByteStream,
        context: ssl.SSLContext,
        call_soon: Callable[[Callable[[], None]], object],
        *,
        is_server: bool,
        hostname: str | None = None,
    ) -> None:
        self.local = inner.local
        self.peer = inner.peer
        self._inner = inner
        self._call_soon = call_soon
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(
            self._incoming, self._outgoing, server_side=is_server, server_hostname=hostname
        )
        self._owner: StreamOwner | None = None
        self._is_open = False
        self._is_over = False
        self._reads = False
        self._owner_waits = False
        self._records: list[tuple[memoryview, int]] = []  # sealed and not taken, with what is inside
        self._gone = 0

    def start(self, owner: StreamOwner) -> None:
        """Begin: the handshake first, then ``owner`` is called."""
        self._owner = owner
        self._reads = True
        self._inner.start(self)
        self._go_on()

    def write(self, chunks: Sequence[bytes | memoryview]) -> int:
        """Seal octets and hand the records to the kernel; return how many octets have wholly left."""
        if not self._is_open or self._is_over:
            self._owner_waits = True
            return 0
        self._push()
        taken, self._gone = self._gone, 0
        if not self._records:
            for piece in _pieces(chunks, taken):
                self._tls.write(piece)
                self._records.append((memoryview(self._outgoing.read()), len(piece)))
                if len(self._records) == RECORDS_AT_ONCE:
                    self._push()
                    if self._records:
                        break
            self._push()
            taken += self._gone
            self._gone = 0
        if self._records:
            self._owner_waits = True
        return taken

    def pause_reading(self) -> None:
        """Leave what arrives in the kernel, but for what is here already."""
        self._reads = False
        self._inner.pause_reading()

    def resume_reading(self) -> None:
        """Call the owner's ``on_data`` again, with what is here first."""
        if not self._reads and not self._is_over:
            self._reads = True
            self._inner.resume_reading()
            self._call_soon(self._go_on)

    def unsent_octets(self) -> int | None:
        """Octets on the wire, sealed, that the peer's machine has not acknowledged."""
        return self._inner.unsent_octets()

    def unread_octets(self) -> int | None:
        """Octets that arrived here, sealed, and were not read yet."""
        below = self._inner.unread_octets()
        return None if below is None else below + self._incoming.pending

    def peer_credentials(self) -> tuple[int, int, int] | None:
        """No kernel vouches for a peer over tcp."""
        return None

    def close(self) -> None:
        """End the stream; the peer is told that nothing was cut off."""
        if self._is_over:
            return
        self._is_over = True
        if self._is_open and not self._records:
            with contextlib.suppress(ssl.SSLError):  # it waits for the peer's word, which we do not
                self._tls.unwrap()
            self._gather()
            self._push()
        self._inner.close()

    # -- from the stream below -------------------------------------------------------------------

    def on_data(self, data: bytes) -> int:
        """Sealed octets arrived."""
        self._incoming.write(data)
        self._go_on()
        return 0

    def on_writable(self) -> None:
        """The stream below takes octets again."""
        self._push()
        if self._owner_waits and self._is_open and self._owner is not None:
            self._owner_waits = False
            self._owner.on_writable()

    def on_lost(self, error: OSError | None) -> None:
        """The stream below is over."""
        self._lose(error)

    def _go_on(self) -> None:
        """Do what the octets that are here allow: the handshake, then reading."""
        if self._is_over:
            return
        try:
            if not self._is_open and not self._shake():
                return
            self._read()
        except ssl.SSLZeroReturnError:
            self._part()
        except ssl.SSLError as error:
            self._gather()
            self._push()  # the alert, which tells the peer why
            self._inner.close()
            self._lose(explain(error))

    def _shake(self) -> bool:
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            self._gather()
            self._push()
            return False
        self._is_open = True
        self._gather()
        self._push()
        if self._owner_waits and self._owner is not None:
            self._owner_waits = False
            self._owner.on_writable()
        return True

    def _read(self) -> None:
        while self._reads and not self._is_over and self._owner is not None:
            try:
                data = self._tls.read(READ_OCTETS)
            except ssl.SSLWantReadError:
                break
            if not data:  # the peer's goodbye, which Python reads again as often as it is asked
                self._part()
                return
            self._owner.on_data(data)
        self._gather()
        self._push()

    def _gather(self) -> None:
        """Have what TLS itself says leave next."""
        if self._outgoing.pending:
            self._records.append((memoryview(self._outgoing.read()), 0))

    def _push(self) -> None:
        """Hand sealed records to the stream below, as many as it takes."""
        records = self._records
        if not records:
            return
        sent = self._inner.write([octets for octets, _ in records])
        whole = 0
        for octets, content in records:
            if sent < len(octets):
                break
            sent -= len(octets)
            self._gone += content
            whole += 1
        del records[:whole]
        if records and sent:
            octets, content = records[0]
            records[0] = (octets[sent:], content)

    def _part(self) -> None:
        """The peer has said that nothing follows, and may leave the stream below open."""
        self._inner.close()
        self._lose(None)

    def _lose(self, error: OSError | None) -> None:
        if self._is_over:
            return
        self._is_over = True
        if self._owner is not None:
            self._owner.on_lost(error)


def _pieces(chunks: Sequence[bytes | memoryview], skip: int) -> Iterator[memoryview]:
    """Return the octets of ``chunks`` after the first ``skip``, in pieces that fit a record."""
    small: list[memoryview] = []
    gathered = 0
    for chunk in chunks:
        view = memoryview(chunk)
        if skip >= len(view):
            skip -= len(view)
            continue
        view, skip = view[skip:], 0
        while view:
            part = view[: RECORD_OCTETS - gathered]
            view = view[len(part) :]
            small.append(part)
            gathered += len(part)
            if gathered == RECORD_OCTETS:
                yield small[0] if len(small) == 1 else memoryview(b"".join(small))
                small = []
                gathered = 0
    if small:
        yield small[0] if len(small) == 1 else memoryview(b"".join(small))
