"""What the options of a socket ask of the kernel, set on its sockets."""

import socket
from typing import Final

from engine.options import SocketOptions

SO_BUSY_POLL: Final = 46
"""Source: socket(7) and asm-generic/socket.h; Python has no name for it."""


def prepare(sock: socket.socket, options: SocketOptions) -> None:
    """Set on a socket what the options ask of the kernel."""
    sock.setblocking(False)
    if options.sndbuf >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, options.sndbuf)
    if options.rcvbuf >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, options.rcvbuf)
    if sock.family == socket.AF_UNIX:
        return
    if options.tos:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_TOS, options.tos)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_TCLASS, options.tos)
    for value, number in ((options.priority, socket.SO_PRIORITY), (options.busy_poll, SO_BUSY_POLL)):
        if value > 0:
            sock.setsockopt(socket.SOL_SOCKET, number, value)
    if sock.type == socket.SOCK_STREAM:
        _prepare_tcp(sock, options)


def _prepare_tcp(sock: socket.socket, options: SocketOptions) -> None:
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if options.tcp_keepalive >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, options.tcp_keepalive)
    for value, number in (
        (options.tcp_keepalive_cnt, socket.TCP_KEEPCNT),
        (options.tcp_keepalive_idle, socket.TCP_KEEPIDLE),
        (options.tcp_keepalive_intvl, socket.TCP_KEEPINTVL),
        (options.tcp_maxrt, socket.TCP_USER_TIMEOUT),
    ):
        if value > 0:
            sock.setsockopt(socket.IPPROTO_TCP, number, value)


def keep_to_device(sock: socket.socket, options: SocketOptions) -> None:
    """Let a tcp or udp socket use one network interface only; those it accepts follow it.

    Raises:
        OSError: there is no such interface, or the process may not choose one.
    """
    if options.bindtodevice and sock.family != socket.AF_UNIX:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, options.bindtodevice.encode())
