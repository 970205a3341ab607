from unmoor.trial.adam.subjects import adsl


def test_one_record_a_subject_and_arm(bag, bag_result):
    table, labels = adsl(bag, bag_result)
    assert len(table) == len(bag.arms) * bag_result.n
    assert table["USUBJID"].is_unique
    failed = table[table["SAFFL"] == "N"]
    assert failed["SUBJID"].tolist() == ["105"] * len(bag.arms)
    assert set(failed["DCSREAS"]) == {"COULD NOT BE SIMULATED"}
    weight = next(column for column, label in labels.items() if label == "weight")
    assert table[weight].tolist() == [70.0] * len(table)
