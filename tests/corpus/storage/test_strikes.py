from corpus.storage.store import Store


def test_strikes_are_counted_by_item_and_outlive_the_process(tmp_path):
    strikes = Store.open(tmp_path).strikes
    assert strikes.count("a") == 0
    strikes.add("a")
    strikes.add("a")
    strikes.add("b")
    assert [strikes.count(item) for item in "abc"] == [2, 1, 0]
    assert Store.open(tmp_path).strikes.count("a") == 2
