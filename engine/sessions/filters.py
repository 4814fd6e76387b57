"""Who may connect at all: addresses for tcp, processes for ipc, asked before a word is exchanged."""

from ipaddress import ip_address, ip_network

from engine.net.accounts import is_member
from engine.net.interface import ByteStream
from engine.options import SocketOptions


def why_kept_out(stream: ByteStream, options: SocketOptions) -> str:
    """Say which filter keeps a peer out; empty when none does.

    A group lets in the processes that run under it, and those of users who are its members.

    Source: ZMQ_TCP_ACCEPT_FILTER and ZMQ_IPC_FILTER_* in libzmq's manual: one match is enough.
    """
    credentials = stream.peer_credentials()
    if credentials is not None:
        user, group, process = credentials
        wanted = options.ipc_filters
        if not wanted or {("uid", user), ("gid", group), ("pid", process)} & wanted:
            return ""
        if any(what == "gid" and is_member(user, number) for what, number in wanted):
            return ""
        return f"user {user}, group {group}, process {process} passes no ipc_filter"
    host = stream.peer.partition("://")[2].rpartition(":")[0].strip("[]")
    if not options.accept_filters or stream.peer.startswith("ipc://"):
        return ""
    if any(_is_in(host.partition("%")[0], text) for text in options.accept_filters):
        return ""
    return f"{host} passes no tcp_accept_filter"


def _is_in(host: str, network: str) -> bool:
    """Tell whether an address is in a network; a simulated host goes by its name, which is in none."""
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
