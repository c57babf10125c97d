"""Parameters of several operations."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from services.protocol.identifiers import AnyCollection

ImageId = Annotated[UUID, Path(description="An image's id.")]
LabelId = Annotated[str, Path(max_length=16, description="WordNet 3.0 id.", examples=["n02084071"])]
OperationId = Annotated[UUID, Path(description="An operation's id.")]
CollectionId = Annotated[AnyCollection, Path(description="A collection's id, or `favorites`, which everyone has.")]
