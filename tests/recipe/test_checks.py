from pathlib import Path

import pytest

RULES = "rules:\n  - {signal: %s, min: 50}\n"


def test_a_signal_that_no_family_declares_is_told_with_the_nearest(refused):
    assert refused(RULES % "gopher.wrods") == [
        "recipe.yaml:2: rules[0].signal: 'gopher.wrods' is no signal; did you mean 'gopher.words'?"
    ]


def test_a_signal_without_its_family_is_understood(refused):
    assert refused(RULES % "stop_words")[0].endswith("did you mean 'gopher.stop_words'?")


def test_signals_are_checked_wherever_they_are_named(refused):
    said = refused(
        "rules: [{signal: chars, min: 1, unless: {signal: code.scor, min: 1}}]\n"
        "hosts: [{signal: pii.densty, drop_top_fraction: 0.1}]\n"
        "select: [{signal: date_, max: 5}]\n"
        "categories: [{category: math, signal: math.scor, min: 0.5}]\n"
        "frequent_lines: {unless: {signal: code.scor, min: 1}}\n"
        "divergence: {unless: [{signal: code.score, min: 1}, {signal: code.scor, min: 1}]}\n"
    )
    assert [line.split(" ")[1] for line in said] == [
        "rules[0].unless[0].signal:",
        "hosts[0].signal:",
        "select[0].signal:",
        "categories[0].signal:",
        "frequent_lines.unless[0].signal:",
        "divergence.unless[1].signal:",
    ]


@pytest.mark.parametrize("section", ["hosts: [{signal: pii.density, drop_top_fraction: 0.1, %s}]", "divergence: {%s}"])
def test_sections_for_prose_concern_groups_or_all_and_spare_marked_pages_or_none(write, refused, section):
    from curate.recipe import load

    name = section.split(":")[0]

    def part(settings):
        made = load(write(section % settings))
        again = load(write(made.to_yaml(), name="again.yaml"))
        assert getattr(again, name) == getattr(made, name)
        return getattr(made, name)[0] if name == "hosts" else getattr(made, name)

    usual, all_of_it = part("groups: [web]"), part("groups: all, unless: []")
    assert [one.signal for one in usual.unless] == ["code.score", "math.score"]
    assert [usual.concerns(group) for group in ("web", "code")] == [True, False]
    assert all_of_it.concerns("code") and all_of_it.unless == []
    assert "is empty, so it concerns no document" in refused(section % "groups: []")[0]


def test_a_signal_that_is_no_number_has_no_threshold(refused):
    assert refused(RULES % "mine.label") == [
        "recipe.yaml:2: rules[0].signal: 'mine.label' is string, not a number, so it has no threshold"
    ]


KNOWN = "trust, newest, oldest, longest, nor a signal such as gopher.words"  # what a policy may name


def test_a_signal_that_says_who_stays_is_checked_as_those_of_rules_are(refused):
    policy = "near_duplicates:\n  keep:\n    - trust\n    - %s\n"
    assert refused(policy % "gopher.wrods") == [
        "recipe.yaml:4: near_duplicates.keep[1]: 'gopher.wrods' is no signal; did you mean 'gopher.words'?"
    ]
    assert refused(policy % "{signal: pii.densty, prefer: lowest}")[0].endswith("did you mean 'pii.density'?")
    assert refused(policy % "mine.label")[0].endswith("is string, not a number, so it has no order")
    assert "name them in a section contamination" in refused(policy % "contamination.share")[0]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ("newst", f"keep[1]: 'newst' is none of {KNOWN}; did you mean 'newest'?"),
        ("chars", "keep[1].signal: 'chars' is no signal; write longest"),
        ("{signal: chars}", "keep[1].signal: 'chars' is no signal; write longest"),
        (
            "{signal: pii.density, prefer: least}",
            "keep[1].prefer: 'least' is none of highest, lowest; did you mean 'lowest'?",
        ),
        (
            "{signal: pii.density, prefers: lowest}",
            "keep[1].prefers: there is no key 'prefers'; did you mean 'prefer'?",
        ),
        ("{prefer: lowest}", "keep[1].signal: is missing"),
        ("7", f"keep[1]: 7 is none of {KNOWN}"),
    ],
)
def test_what_is_no_part_of_a_policy_is_told_at_its_line(refused, part, reason):
    said = refused(f"near_duplicates:\n  keep:\n    - trust\n    - {part}\n")
    assert said == [f"recipe.yaml:4: near_duplicates.{reason}"]


@pytest.mark.parametrize(
    "keep", ["[gopher.words, gopher.words]", "[gopher.words, {signal: gopher.words, prefer: lowest}]"]
)
def test_a_policy_names_a_signal_once(refused, keep):
    assert "says the same twice" in refused(f"near_duplicates: {{keep: {keep}}}")[0]


def test_a_signal_alone_and_in_full_are_one_recipe(write):
    from curate.recipe import load

    short, full = (
        load(write(f"near_duplicates: {{keep: [trust, {part}]}}", name="one.yaml"))
        for part in ("gopher.words", "{signal: gopher.words, prefer: highest}")
    )
    assert short == full and short.section_json("near_duplicates") == full.section_json("near_duplicates")
    assert load(write(short.to_yaml(), name="two.yaml")) == short


def test_missing_files_are_told_with_their_neighbours(refused):
    said = refused(
        "plugins: [mine.py]\nsources: [{paths: [in/*.gz]}]\nurls: {blocklists: [lists/hots.txt]}\n"
        "adult: {lists: [words.txt]}\ntokenizer: {file: models/x.tiktoken}\n",
        "lists/hosts.txt",
    )
    assert [line.split(": ")[1] for line in said] == [
        "plugins[0]",
        "sources[0].paths[0]",
        "urls.blocklists[0]",
        "adult.lists[0]",
        "tokenizer.file",
    ]
    assert said[2].endswith("did you mean 'hosts.txt'?")


def test_a_plugin_that_cannot_be_read_is_a_message_not_a_traceback(write):
    from curate.recipe import RecipeError, load

    path = write("plugins: [mine.py]", "mine.py")
    (Path(path).parent / "mine.py").write_text("raise")
    with pytest.raises(RecipeError, match=r"plugins: cannot be read: RuntimeError: no such module"):
        load(path)


@pytest.mark.parametrize("names", ["[a/mine.py, b/mine.py]", "[a/mine.txt]", "[a/My-Signals.py]"])
def test_a_plugin_has_a_name_that_can_be_a_prefix(refused, names):
    assert len(refused(f"plugins: {names}", "a/mine.py", "b/mine.py", "a/mine.txt", "a/My-Signals.py")) == 1


def test_a_share_for_no_category_is_refused(refused):
    assert (
        "no rule of categories gives 'maths'; did you mean 'math'?"
        in refused("mix: {shares: {general: 0.9, maths: 0.1}}")[0]
    )


def test_two_sources_of_one_label_are_refused(refused):
    said = refused("sources:\n  - {paths: [a], label: x}\n  - {paths: [b], label: x}\n", "a", "b")
    assert said == ["recipe.yaml:3: sources[1]: has the label 'x' of sources[0]; give each its own label"]
    said = refused("sources:\n  - {paths: [in/*.txt]}\n  - {paths: [in/*.md]}\n", "in/x.txt", "in/x.md")
    assert "sources[1]" in said[0] and "give each its own label" in said[0]


def test_an_older_corpus_that_is_not_there_or_named_twice_is_told_with_its_line(refused):
    said = refused("against:\n  - older\n  - ./older/\n  - gone\n", "older/manifest.json")
    assert said == [
        "recipe.yaml:3: against[1]: is the corpus of against[0] again; name it once",
        f"recipe.yaml:4: against[2]: there is no {said[1].split(' ')[-1]}",
    ]


def test_more_older_corpora_than_ids_can_name_are_refused(refused):
    assert "at most 127" in refused("against: [" + ", ".join(f"s3://bucket/{n}" for n in range(128)) + "]\n")[0]
