from trainer.recipe import of
from trainer.supervisor.elastic import fits

STAGE = {"tokens": 64_000, "length": 64, "batch": 64 * 24}


FEWER = {"faults": {"fewer_nodes": True}}


def allowed(**changed):
    made = {"corpus": "c", "model": "proxy-1m", "stages": [STAGE], **FEWER}
    return fits(of({**made, **changed}))


def test_only_data_parallelism_shrinks_and_only_to_what_divides_the_batch():
    fit = allowed()
    assert [world for world in range(1, 30) if fit(world)] == [1, 2, 3, 4, 6, 8, 12, 24]
    fit = allowed(parallel={"tensor": 2})
    assert [world for world in range(1, 30) if fit(world)] == [2, 4, 6, 8, 12, 16, 24]


def test_a_recipe_that_says_how_many_there_are_waits_for_all_of_them():
    fit = allowed(parallel={"data": 8})
    assert [world for world in range(1, 30) if fit(world)] == [8]


def test_stages_after_the_end_that_is_asked_for_may_be_for_another_mesh():
    made = of({"corpus": "c", "model": "proxy-1m", "stages": [STAGE, {**STAGE, "batch": 64}]} | FEWER)
    whole, part = fits(made), fits(made, made.stages[0].steps)
    assert whole and part and part(4) and not whole(4)


def test_without_leave_all_nodes_are_waited_for():
    assert allowed(faults={}) is None
