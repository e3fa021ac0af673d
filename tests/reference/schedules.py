"""Learning rates by step: those of PyTorch or Optax for the update after k completed ones."""

from schedule_sources import Schedule
from schedules_composed import composed_schedules
from schedules_periodic import periodic_schedules
from schedules_smooth import smooth_schedules

TOLERANCE = 1e-12


def all_schedules() -> list[Schedule]:
    return [*smooth_schedules(), *periodic_schedules(), *composed_schedules()]


def sampled(boundaries: list[int]) -> list[int]:
    """The first few updates, those around each boundary, and some past the end."""
    last = max(boundaries, default=20)
    around = {k + offset for k in boundaries for offset in (-1, 0, 1)}
    return sorted(k for k in {0, 1, 2, 5, *around, last + 2, last + 50} if k >= 0)


def check(schedule: Schedule, steps: list[int]) -> None:
    """Fail if the second library differs by more than rounding."""
    if schedule.second is None:
        return
    for k in (k for k in steps if k <= schedule.agree_until):
        value, other = schedule.value(k), schedule.second(k)
        if abs(value - other) > TOLERANCE * max(abs(schedule.value(0)), abs(value)):
            raise AssertionError(f"{schedule.name} at {k}: {value} is not {other}")


def make_schedules() -> list[dict]:
    result = []
    for schedule in all_schedules():
        steps = schedule.boundaries if schedule.metrics else sampled(schedule.boundaries)
        check(schedule, steps)
        entry = {
            "schedule": schedule.name,
            "options": schedule.options,
            "source": schedule.source,
        }
        if schedule.metrics:
            entry["metrics"] = schedule.metrics
        result.append({**entry, "values": {str(k): schedule.value(k) for k in steps}})
    return result
