from hypothesis import given
from hypothesis import strategies as st

from trainer.supervisor.verdict import PAUSES, WITHOUT_A_STEP, Budget, Outcome, judge


@given(st.lists(st.integers(-1, 12), min_size=1, max_size=20), st.integers(0, 12))
def test_a_run_goes_on_while_restarts_are_left_and_steps_are_won(steps, restarts):
    budget, restarted, vain, best = Budget(restarts), 0, 0, -1
    for step in steps:
        verdict = budget.fault(step, Outcome("fault", why="it fell"))
        vain, best = (0, step) if step > best else (vain, best)
        if restarted == restarts or vain == WITHOUT_A_STEP:
            assert verdict.code == 3 and verdict.why.startswith("it fell; ")
            return
        assert verdict.code is None and verdict.pause == PAUSES[vain]
        restarted, vain = restarted + 1, vain + 1


def test_the_gravest_outcome_of_all_nodes_decides():
    done, drained, stopped = Outcome("done"), Outcome("drained"), Outcome("stopped")
    fault, final, killed = Outcome("fault", why="hung"), Outcome("final", 2, "refused"), Outcome("killed")
    assert judge([done, done], Budget(1)).code == 0
    assert judge([done, drained], Budget(1)).code == 75
    assert judge([drained, fault], Budget(1)).code == 75, "a rank that fell while all were leaving"
    assert judge([stopped, fault, done], Budget(1)).why == "hung"
    assert judge([stopped, fault, final], Budget(1)).code == 2
    assert judge([killed, final], Budget(1)).code == 130


def test_progress_is_that_of_the_furthest_rank_of_any_node():
    budget = Budget(100)
    for step in range(9):  # another node stands at step 0 each time
        assert judge([Outcome("fault", step=0), Outcome("stopped", step=step)], budget).code is None
