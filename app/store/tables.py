"""The tables, and the number of their layout."""

from typing import Final

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, MetaData, String, Table, Text

VERSION: Final = 1
"""Layout written into the file; raised when a table changes."""

metadata: Final = MetaData()

topologies: Final = Table(
    "topologies",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("deleted_at", Float),
    Index("topologies_by_change", "changed_at", "id"),
)

# One row a revision. `edits` lead here from the revision before (null: it was replaced whole, or what
# was before is gone); `document` is the whole text where one is kept, the others follow by their edits.
revisions: Final = Table(
    "revisions",
    metadata,
    Column("topology", String, ForeignKey("topologies.id", ondelete="CASCADE"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("label", Text, nullable=False),
    Column("name", Text),
    Column("edits", Text),
    Column("document", Text),
)

# What a creating request with this key made, so that asking again makes nothing new.
creations: Final = Table(
    "creations",
    metadata,
    Column("key", String, primary_key=True),
    Column("digest", String, nullable=False),
    Column("topology", String, nullable=False),
    Column("at", Float, nullable=False),
)

key_metadata: Final = MetaData()

# In a file of its own, so that the topologies' file can be copied and shared: it holds no secret.
# `creation` is the idempotency key of the request that made the row.
keys: Final = Table(
    "keys",
    key_metadata,
    Column("name", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("public", String),
    Column("secret", String, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("creation", String),
)
