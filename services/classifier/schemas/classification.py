"""What POST /v1/classify answers."""

from pydantic import BaseModel, Field


class ClassifiedLabel(BaseModel):
    """One label of the image."""

    id: str = Field(examples=["n02093428"], description="WordNet id: stable, whatever the name is.")
    name: str = Field(description="What people call it.", examples=["American Staffordshire terrier"])
    score: float = Field(
        ge=0, le=1, examples=[0.91], description="Probability; over all labels of the model they sum to 1."
    )
    rank: int = Field(ge=1, description="1 is the best.", examples=[1])
    synonyms: list[str] = Field(
        description="Other words for it.",
        examples=[["Staffordshire terrier", "American pit bull terrier", "pit bull terrier"]],
    )


class ClassifierModel(BaseModel):
    """The model that gave the labels."""

    name: str = Field(description="What it is called.", examples=["efficientnet_lite2"])
    version: str = Field(examples=["0123456789ab"], description="The first 12 digits of the digest of its weights.")
    space: str = Field(examples=["efficientnet_lite2-0123456789ab"], description="The vector space of its embeddings.")
    trained: bool = Field(description="False: seeded random weights, for trials; the labels mean nothing.")
    engine: str = Field(description="What runs it.", examples=["openvino"])
    precision: str = Field(description="In which numbers it computes.", examples=["bf16"])


class Classification(BaseModel):
    """The most probable labels of an image, best first."""

    labels: list[ClassifiedLabel] = Field(description="Best first.")
    model: ClassifierModel = Field(description="The model that gave them.")
