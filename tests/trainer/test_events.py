"""events.jsonl is read whatever a crash left in it."""

from trainer import events


def test_what_is_no_event_is_passed_over(tmp_path):
    events.append(tmp_path, "session", node=0)
    with open(tmp_path / events.FILE, "ab") as file:
        file.write(b'\xff\xfe\n[1, 2]\n3\nnull\n{"time": 1}\n\0\0\n{"kind": "cut\n')
    events.append(tmp_path, "finished", step=3)
    assert [event["kind"] for event in events.read(tmp_path)] == ["session", "finished"]
    assert events.read(tmp_path / "elsewhere") == []
