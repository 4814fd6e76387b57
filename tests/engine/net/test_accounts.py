"""Who is a member of a group, as the system's own database has it."""

import grp
import pwd

from engine.net.accounts import is_member


def test_the_members_of_each_group_of_this_machine_are_members_and_nobody_else() -> None:
    users = {user.pw_uid: user.pw_name for user in pwd.getpwall()}
    for group in grp.getgrall():
        found = {name for number, name in users.items() if is_member(number, group.gr_gid)}
        assert found == set(group.gr_mem) & set(users.values())


def test_who_is_unknown_is_no_member() -> None:
    assert not is_member(4_000_000, grp.getgrall()[0].gr_gid)
    assert not is_member(pwd.getpwall()[0].pw_uid, 4_000_000)
