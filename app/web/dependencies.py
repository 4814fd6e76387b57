"""What routes are given: the workspace and the settings."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from app.settings import Settings
from app.workspace.workspace import Workspace


def workspace_of(connection: HTTPConnection) -> Workspace:
    """The workspace that this application was made with."""
    workspace: Workspace = connection.app.state.workspace
    return workspace


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings that this application was made with."""
    settings: Settings = connection.app.state.settings
    return settings


Hall = Annotated[Workspace, Depends(workspace_of)]
"""The workspace, in a route's arguments."""

Configured = Annotated[Settings, Depends(settings_of)]
"""The settings, in a route's arguments."""
