"""Who may do what: the table as the office would read it aloud."""

import pytest

from app.domain.appeal import AGAINST_THEIR_WILL
from app.domain.requerimiento import Action
from app.domain.roles import NEEDED, Permission, Role, may, may_act

# What a citizen files, opens and decides, and what the mail gives back, is nobody's of the office.
OFFICE_ACTIONS = set(Action) - {
    *(Action.FILE, Action.RETURN_MAIL),
    *(Action.OPEN, Action.ACCEPT_NOTICES, Action.REFUSE_NOTICES),
}

OF_THE_WORK = {
    Action.START,
    Action.MESSAGE,
    Action.NOTE,
    Action.ANSWER,
    Action.ASK_TO_COMPLETE,
    Action.ASK_TO_CLARIFY,
    Action.EXTEND,
    Action.REFER,
    Action.PRIORITISE,
    Action.NOTIFY,
    Action.HAND_OVER,
    Action.RELEASE,
    Action.SUBMIT,
    Action.UNDO,
    Action.LINK,
    Action.UNLINK,
}
OF_THE_COUNTER = {
    Action.NOTE,
    Action.NOTIFY,
    Action.COMPLETE,
    Action.CLARIFY,
    Action.ASK_MORE_TIME,
    Action.WITHDRAW,
    Action.CONTRIBUTE,
}

CAN = {
    Role.OFFICIAL: OF_THE_WORK,
    Role.COUNTER: OF_THE_COUNTER,
    Role.COORDINATOR: OFFICE_ACTIONS - {Action.MOVE, Action.ERASE},
    Role.ADMINISTRATOR: OFFICE_ACTIONS,
    Role.OBSERVER: set(),
}


@pytest.mark.parametrize("action", sorted([*AGAINST_THEIR_WILL, Action.RULE]))
def test_a_reasoned_act_that_ends_a_case_or_decides_an_appeal_is_not_for_officials(action):
    assert not may_act(Role.OFFICIAL, action)
    assert may_act(Role.COORDINATOR, action)


@pytest.mark.parametrize("role", Role)
def test_each_role_takes_its_own_actions_and_no_other(role: Role):
    assert {action for action in Action if may_act(role, action)} == CAN[role]


@pytest.mark.parametrize("permission", Permission)
def test_a_citizen_has_no_permission_of_the_staff(permission: Permission):
    assert not may(None, permission)


def test_an_observer_sees_no_case():
    assert not any(may(Role.OBSERVER, permission) for permission in Permission)


def test_only_administrators_administer():
    assert [role for role in Role if may(role, Permission.ADMINISTER)] == [Role.ADMINISTRATOR]


def test_the_counter_is_not_for_officials():
    attend = {role for role in Role if may(role, Permission.COUNTER)}

    assert attend == {Role.COUNTER, Role.COORDINATOR, Role.ADMINISTRATOR}


def test_every_action_of_the_office_needs_a_permission():
    assert set(NEEDED) == OFFICE_ACTIONS


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_word_that_people_read(role: Role):
    assert role.label[0].isupper()
