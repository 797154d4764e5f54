import csv

from data.alerts.log import AlertLog
from tests.support.alerts import alert, rule


def lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_alert_is_a_line_and_is_there_again_at_the_next_start(tmp_path):
    path = tmp_path / "alerts.csv"
    log = AlertLog(path)
    log.add(alert(rule(threshold=-3.5), value=-4.25))
    log.add(alert(number=2, source="live"))
    (first, second) = lines(path)
    assert (first["value"], first["threshold"]) == ("-4.25", "-3.5")
    assert (first["source"], second["source"]) == ("simulated", "live")
    assert first["known_utc"] == "2023-11-14 22:13:00"
    assert [each["id"] for each in AlertLog(path).newest()] == [second["id"], first["id"]]
    assert AlertLog(path).newest(1) == log.newest(1)


def test_words_are_never_formulas_and_stay_on_one_line(tmp_path):
    path = tmp_path / "alerts.csv"
    AlertLog(path).add(alert(rule(name="=1+1"), text='@cmd\nsecond, "line"'))
    (line,) = lines(path)
    assert line["name"] == "'=1+1"
    assert line["text"] == '\'@cmd second, "line"'


def test_it_is_only_added_to(tmp_path):
    path = tmp_path / "alerts.csv"
    AlertLog(path).add(alert())
    before = path.read_bytes()
    AlertLog(path).add(alert(number=2))
    assert path.read_bytes().startswith(before)
    assert path.read_text().count("told_utc") == 1


def test_a_line_that_the_disk_does_not_take_is_shown_and_said(tmp_path):
    (tmp_path / "taken").write_text("")
    log = AlertLog(tmp_path / "taken" / "alerts.csv")
    log.add(alert())
    assert len(log.newest()) == 1
    assert "cannot be written" in log.problem


def test_a_torn_file_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "alerts.csv"
    AlertLog(path).add(alert())
    path.write_bytes(path.read_bytes() + b"20231114T221300-ab-9,\xff\xfe")
    assert len(AlertLog(path).newest()) == 2
