"""What a chart of an image's labels shows."""

from services.catalog.domain import ImageRecord, LabelStatus
from services.vision.charts import Bar
from services.vision.labels import Taxonomy


def label_bars(image: ImageRecord, taxonomy: Taxonomy, top: int) -> list[Bar]:
    """Give the best `top` labels that nobody rejected, best first."""
    held = [label for label in image.labels if label.status is not LabelStatus.REJECTED]
    best = sorted(held, key=lambda label: (-label.score, label.rank))[:top]
    return [Bar(taxonomy.get(label.label_id).name, label.score) for label in best]
