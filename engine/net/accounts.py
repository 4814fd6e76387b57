"""What the system's database of accounts says of users and groups."""

import grp
import pwd


def is_member(user: int, group: int) -> bool:
    """Tell whether a group names a user among its members; both by number, and unknown ones are not.

    The database may be asked over a network, while everything waits: ask only where it decides something.
    """
    try:
        return pwd.getpwuid(user).pw_name in grp.getgrgid(group).gr_mem
    except KeyError:
        return False
