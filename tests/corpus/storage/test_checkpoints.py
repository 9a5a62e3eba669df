from corpus.storage.checkpoints import Checkpoint
from corpus.storage.store import Store


def test_a_checkpoint_is_kept_for_each_file_until_it_is_dropped(tmp_path):
    kept = Store.open(tmp_path).checkpoints
    first, other = Checkpoint("/a.csv", "x", 3, 1, 40, 2), Checkpoint("/b.csv", "y", done=True)
    assert kept.find("/a.csv") is None
    kept.keep([Checkpoint("/a.csv", "w"), other])
    kept.keep([first])
    again = Store.open(tmp_path).checkpoints
    assert [again.find(name) for name in ("/a.csv", "/b.csv")] == [first, other]
    again.drop(["/a.csv", "/c.csv"])
    assert [kept.find(name) for name in ("/a.csv", "/b.csv")] == [None, other]
