"""What a user can mend, in one sentence that names what was wrong, where, and the next thing to do."""


class TrainingError(Exception):
    """Wrong recipe, shard, checkpoint or mesh: nothing was begun."""

    exit_code = 2


class TrainingStopped(TrainingError):
    """Training that could not go on; the same command continues from the last checkpoint."""

    exit_code = 3
