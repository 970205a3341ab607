import numpy as np

from unmoor.trial.adam.measurements import adlb, adpc, concentrations


def test_concentrations_stand_apart(bag, bag_result):
    assert concentrations(bag) == ["plerixafor_concentration"]
    drug = adpc(bag, bag_result)
    assert set(drug["AVALU"]) == {"ng/mL"}
    kept = bag_result.curves["plerixafor_concentration"].sel(arm="drug", patient=101).values
    mine = drug[drug["USUBJID"] == "bag.drug.101"]
    np.testing.assert_array_equal(mine["AVAL"], kept.astype(float))
    np.testing.assert_array_equal(mine["AFRLT"], bag_result.times)
    assert (mine["ADY"].min(), mine["ADY"].iloc[-1]) == (1, np.floor(bag_result.times[-1] / 24) + 1)
    assert "bag.drug.105" not in set(drug["USUBJID"])  # could not be integrated


def test_baseline_and_change(bag, bag_result):
    laboratory = adlb(bag, bag_result, "v5")
    assert "plerixafor_concentration" not in set(laboratory["PARAM"])
    one = laboratory[(laboratory["USUBJID"] == "bag.drug.100")]
    for _, rows in one.groupby("PARAMCD"):
        assert (rows["ABLFL"] == "Y").sum() == 1
        np.testing.assert_allclose(rows["AVAL"] - rows["BASE"], rows["CHG"])
        assert rows["CHG"].iloc[0] == 0


def test_grades_of_counts(dipersio, bag_result):
    # the study's neutrophils are graded where they are low; its CD34+ counts have no grade
    import dataclasses

    import xarray as xr

    arms = [arm.name for arm in dipersio.arms]
    curve = xr.DataArray(
        np.array([[[2.0, 1.2, 0.4]]] * len(arms), dtype=np.float32),
        dims=("arm", "patient", "time"), coords={"arm": arms, "patient": [1], "time": [0.0, 24, 48]},
        attrs={"units": "10^9 cells/L", "long_name": "absolute neutrophil count"},
    )  # fmt: skip
    study = dataclasses.replace(dipersio, outputs={"anc": dipersio.outputs["anc"]})
    result = dataclasses.replace(
        bag_result, curves=curve.to_dataset(name="anc"), patients=bag_result.patients.iloc[:1].set_axis([1]),
        status=xr.zeros_like(curve.isel(time=0, drop=True)).astype(int),
    )  # fmt: skip
    for version, grades in (("v5", ["0", "2", "4"]), ("v6", ["0", "1", "3"])):
        assert adlb(study, result, version)["ATOXGRL"].tolist() == grades * len(arms)
    # a low platelet count has another name and another grade 4 in version 6
    study = dataclasses.replace(study, outputs={"platelets": dipersio.outputs["anc"]})
    result = dataclasses.replace(result, curves=(20 * curve).to_dataset(name="platelets"))
    for version, grades in (("v5", ["3", "4", "4"]), ("v6", ["3", "3", "4"])):
        assert adlb(study, result, version)["ATOXGRL"].tolist() == grades * len(arms)
