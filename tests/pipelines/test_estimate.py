"""What `curate plan` says must be what the sample took, times the size."""

import re
import shutil
from dataclasses import replace

import pytest

from curate.cli import plan
from curate.cli.main import main
from curate.errors import UserError
from curate.storage import list_files
from pipelines.calibration import calibrate, finished
from pipelines.estimate import Estimate, PhaseCost, estimate
from pipelines.estimated_objects import _of_shuffle, objects
from pipelines.progress import Silent
from pipelines.shuffle import partitions

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
    assert found.shuffle_bytes == sum(phase.shuffle_bytes for phase in found.phases)


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


def test_memory_of_a_worker_is_told_by_phase_and_not_scaled(context):
    small, large = estimate(context, 10**6), estimate(context, 10**12)
    of = {phase.phase: phase.worker_bytes for phase in small.phases}
    assert of == {phase.phase: phase.worker_bytes for phase in large.phases}
    assert of["measure"] == context.manifest("measure").facts["peak_bytes_of_a_worker"] > 50_000_000
    assert of["shards"] == 0 and small.worker_bytes == max(of.values())


def test_at_its_own_size_a_run_leaves_the_objects_that_it_left_or_few_less(context):
    shards = len(markers(context))
    # a shard without removals has no ledger, one without pairs no key in the two shuffles that lead to shards
    may_lack = {"near_duplicates": 1 + 2 * 2, "pack": 0}
    for name, _ in context.keys:
        left = len(list_files(context.folder(name)))
        assert left <= objects(context, name, 1.0, shards) <= left + shards * may_lack.get(name, 1), name


def test_objects_of_measure_at_a_terabyte_are_a_marker_and_three_files_a_shard(context):
    target = context.recipe.shards.target
    assert target == 24_000
    of = {phase.phase: phase.objects for phase in estimate(context, 24_000 * 1_000).phases}
    assert of["measure"] == 1_000 * (1 + 3) + 1  # done, lines, signals, sketches; the phase's manifest
    assert of["mix"] == 1_000 * (1 + 2) + 2  # done, mix, ledger; the manifest and the plan of the mix
    assert estimate(context, 24_000 * 1_000).shards == 1_000


def test_files_of_shuffles_are_objects_two_a_partition_of_32_mb_or_two_a_shard():
    assert partitions(0) == partitions(32 << 20) == 1 and partitions(33 << 20) == 2
    assert _of_shuffle("pairs", [], 100 << 20, shards=10) == 3 + 2 * 4  # 100 MB: four partitions
    assert _of_shuffle("pairs", [], 10**15, shards=10) == 3 + 2 * 16_384  # there are no more
    assert _of_shuffle("counts", [], 300 << 20, shards=10, buckets=3) == 3 + 2 * 3 * 4  # 100 MB a bucket
    assert _of_shuffle("shingles", [], 100 << 20, shards=10) == 3 + 2 * 10
    assert _of_shuffle("references", ["references/reduce/00000.bin", "done/00000.json"], 10**15, shards=10) == 1


def test_the_page_has_prices_by_phase_that_add_up_by_hand():
    one = PhaseCost("extract", 100.0, 3 * 10**12, 0, 7, 250_000_000)
    two = PhaseCost("measure", 300.0, 10**12, 5 * 10**11, 8, 300_000_000)
    made = Estimate(10**13, 10**8, 5, 6, (one, two), 9, 156_250, 64_000_000, 2)
    said = plan.page(made, 100, 0.02, 20).splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in said if line}
    assert rows["phase"] == ["core", "hours", "scratch", "shuffled", "objects", "worker", "computing", "a", "month"]
    assert rows["extract"] == [
        "100.0",
        "3.0",
        "TB",
        "0",
        "B",
        "7",
        "250.0",
        "MB",
        "2.00",
        "60.00",
    ]  # 100 h x 0.02; 3 TB x 20
    assert rows["measure"] == ["300.0", "1.0", "TB", "500.0", "GB", "8", "300.0", "MB", "6.00", "20.00"]
    assert rows["together"] == ["400.0", "4.0", "TB", "500.0", "GB", "15", "300.0", "MB", "8.00", "80.00"]
    assert rows["time"] == ["on", "100", "cores", "4.0000", "hours,", "were", "no", "core", "ever", "idle"]
    assert all(len(line) <= 100 for line in said)
    assert "computing" not in plan.page(made, 100, None, None)


def test_the_page_warns_of_too_many_shards_and_says_what_larger_ones_save():
    phase = PhaseCost("extract", 1.0, 1, 0, 1_000_000, 1)
    many = Estimate(64 * 10**12, 10**8, 5, 6, (phase,), 9, 1_000_000, 64_000_000, 2)
    needed = "Above 100,000 shards a run needs shards: {target: 1G}: about 64,000 objects"
    assert needed in plan.page(many, 1, None, None)
    first = plan.page(replace(many, shards=10_000_000), 1, None, None).split("\n")[0]
    assert "at most 8,388,608 shards" in first and len(first) <= 120
    assert "will need more memory" in plan.page(replace(many, sample_shards=4), 1, None, None)


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
    assert "near_duplicates" in said and "time on 10 cores" in said and "computing" in said


def markers(context) -> list[int]:
    from pipelines.tables import shard_numbers

    return shard_numbers(context)


def test_columns_of_the_page_stay_two_spaces_apart_at_any_size():
    phase = PhaseCost("near_duplicates", 12_345_678.9, 99_500_000_000_000, 999_900_000_000_000, 2_812_046_831, 10**9)
    made = Estimate(10**17, 10**8, 5, 6, (phase,), 9, 1_562_500, 64_000_000, 2)
    (row,) = [line for line in plan.page(made, 100, 0.02, 20).splitlines() if line.startswith("near_duplicates")]
    cells = ["near_duplicates", "12,345,678.9", "99.5 TB", "999.9 TB", "2,812,046,831", "1.0 GB"]
    assert re.split(" {2,}", row)[:6] == cells
