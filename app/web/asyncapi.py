"""The websocket, described by AsyncAPI 3 from the same models that check its messages."""

from typing import Any

from pydantic import BaseModel

from app.web.live_messages import FROM_BROWSER, TO_BROWSER, schemas
from app.workspace.version import VERSION

Json = Any


def asyncapi() -> dict[str, Json]:
    """The AsyncAPI document."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "GlassMQ live",
            "version": VERSION,
            "description": "One websocket a page, subprotocol glassmq.v1; binary messages are telemetry.",
        },
        "servers": {"local": {"host": "127.0.0.1:8765", "protocol": "ws"}},
        "channels": {
            "live": {
                "address": "/api/v1/live",
                "messages": {
                    model.__name__: {"$ref": f"#/components/messages/{model.__name__}"}
                    for model in (*FROM_BROWSER, *TO_BROWSER)
                },
            }
        },
        "operations": {
            "listen": _operation("receive", FROM_BROWSER),
            "tell": _operation("send", TO_BROWSER),
        },
        "components": {
            "messages": {
                model.__name__: {
                    "summary": (model.__doc__ or "").strip(),
                    "payload": {"$ref": f"#/components/schemas/{model.__name__}"},
                }
                for model in (*FROM_BROWSER, *TO_BROWSER)
            },
            "schemas": schemas(),
        },
    }


def _operation(action: str, models: tuple[type[BaseModel], ...]) -> dict[str, Json]:
    return {
        "action": action,
        "channel": {"$ref": "#/channels/live"},
        "messages": [{"$ref": f"#/channels/live/messages/{model.__name__}"} for model in models],
    }
