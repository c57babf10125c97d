"""What is read when /metrics is scraped: the model's state, and its queue with what was refused or late."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector

from services.classifier.services.model_watch import ModelWatch
from services.vision.model_report import ModelState


class QueueCollector(Collector):
    """Reads the queue when it is scraped. Without a model there is no queue, and only the state is told."""

    def __init__(self, models: ModelWatch) -> None:
        self._models = models

    def collect(self) -> Iterable[GaugeMetricFamily | CounterMetricFamily]:
        state = GaugeMetricFamily("pictor_model_state", "1 for the state that the model is in.", labels=["state"])
        for possible in ModelState:
            state.add_metric([possible], float(possible is self._models.state))
        yield state
        if self._models.model is None:
            return
        stats = self._models.model.queue.stats()
        yield GaugeMetricFamily("pictor_inference_queue_images", "Images that wait.", value=stats.depth)
        yield GaugeMetricFamily("pictor_inference_running_images", "Images in the engine now.", value=stats.running)
        outcomes = CounterMetricFamily(
            "pictor_inference_images",
            "Images by how they ended: refused and shed for want of room, expired past their deadline.",
            labels=["outcome"],
        )
        for outcome, count in stats.outcomes.items():
            outcomes.add_metric([outcome], count)
        yield outcomes
