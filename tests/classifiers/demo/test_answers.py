"""The truth that the demonstration's judge tells."""

import pytest

from classifiers import task as tasks
from classifiers.demo import answers


@pytest.mark.parametrize("name", answers._TASKS)
def test_every_answer_is_one_that_the_shipped_task_allows(name):
    task, at = tasks.load(name), answers._TASKS.index(name)
    said = {str(of_kind[at]) for of_kind in answers._ANSWERS.values()}
    assert said <= set(task.allowed)
    assert len({task.class_of(one) for one in said}) > 1


def test_a_document_is_what_its_address_and_group_say():
    of_url = {
        "https://docs.example.org/smtplib": "article",
        "http://www.docs.example.org/smtplib": "article",
        "https://docs.example.org/smtplib/2": "garbled",
        "https://docs.example.org/pydoc/smtplib.html": "listing",
        "https://adult1.example.com/3": "adult",
        "https://zh.example.org/3": "foreign",
        "https://maths.example.org/3": "mathematics",
        "https://copies.example.org/3": "article",
    }
    assert {url: answers.kind(url, "web") for url in of_url} == of_url
    assert answers.kind(None, "books") == "book"
    assert answers.kind("https://code.example.org/a.py", "code") == "code"


def test_a_shuffled_version_is_the_same_page_and_a_number_alone_is_none():
    assert answers.page("https://docs.example.org/smtplib.SMTP/2") == "https://docs.example.org/smtplib.SMTP"
    for url in ("https://maths.example.org/3", "https://docs.example.org/pydoc/smtplib.html"):
        assert answers.page(url) == url
