"""What `curate plan` says must be what the sample took, times the size."""

import shutil

import pytest

from curate.cli.main import main
from curate.errors import UserError
from pipelines.calibration import calibrate, finished
from pipelines.estimate import estimate
from pipelines.progress import Silent

PRICE = ["--price-per-core-hour", "2"]


@pytest.fixture
def context(request):
    made = request.getfixturevalue("finished")
    return finished(made.recipe, str(made.folder))


def test_at_its_own_size_a_run_costs_what_it_cost(context):
    own = int(context.read_marker(0, "shards").stats["bytes"])
    found = estimate(context, own)
    for phase in found.phases:
        assert phase.core_hours * 3600 == pytest.approx(context.manifest(phase.phase).facts["cpu_seconds"])
    assert found.documents == sum(context.read_marker(n, "mix").counts.documents_kept for n in markers(context))
    assert found.worker_bytes > 50_000_000


def test_ten_times_the_input_costs_ten_times_as_much(context):
    own = int(context.read_marker(0, "shards").stats["bytes"])
    one, ten = estimate(context, own), estimate(context, 10 * own)
    assert ten.core_hours == pytest.approx(10 * one.core_hours)
    assert ten.scratch_bytes == pytest.approx(10 * one.scratch_bytes, rel=1e-6, abs=50)
    assert ten.tokens == pytest.approx(10 * one.tokens, abs=10)


def test_near_duplicates_and_lines_shuffle_bytes_and_filters_without_hosts_do_not(context):
    moved = {phase.phase: phase.shuffle_bytes for phase in estimate(context, 10**9).phases}
    assert moved["near_duplicates"] > 0 and moved["frequent_lines"] > 0
    assert moved["extract"] == moved["measure"] == 0


def test_a_folder_that_is_no_finished_run_is_named(tmp_path, context):
    with pytest.raises(UserError, match=r"no facts\.json"):
        finished(context.recipe, str(tmp_path))


def test_a_run_that_lost_its_work_cannot_be_scaled(copy_of_run, context):
    shutil.rmtree(copy_of_run / "work")
    with pytest.raises(UserError, match="curate clean"):
        finished(context.recipe, str(copy_of_run))


def test_a_calibration_runs_a_share_of_the_input_when_there_is_more(source, tmp_path, context):
    whole = int(context.read_marker(0, "shards").stats["bytes"])
    made = calibrate(context.recipe, str(tmp_path / "sample"), whole // 2, Silent())
    records = made.read_marker(0, "shards").stats["bytes"]
    assert 0 < records <= whole


def test_the_command_prints_phases_time_and_price(source, context, capsys):
    with pytest.raises(SystemExit) as ended:
        main(
            [
                "plan",
                str(source),
                "--input",
                "10TB",
                "--from",
                context.root,
                "--cores",
                "10",
                "--price-per-core-hour",
                "2",
            ]
        )
    said = capsys.readouterr().out
    assert ended.value.code in (0, None)
    assert "near_duplicates" in said and "time on 10 cores" in said and "price of computing" in said


def markers(context) -> list[int]:
    from pipelines.tables import shard_numbers

    return shard_numbers(context)
