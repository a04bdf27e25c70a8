"""The phases of a run, one a module. Each has

VERSION              raised when its code changes what it writes
settings(recipe)     the parts of the recipe it reads, by name: with the phase before it, its key
run(context, engine) computes all shards that lack a marker; writes through ShardOutput
"""
