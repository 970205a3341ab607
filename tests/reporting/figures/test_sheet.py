from __future__ import annotations

import pytest

from unmoor.reporting.figures.sheet import fitting, legend, legend_height, sheet


def test_panels_stand_where_the_margins_say() -> None:
    figure, panels = sheet(10.0, [2.0, 1.0], 2, left=0.5, right=0.5, top=0.4, bottom=0.6, across=1.0, between=0.5)
    tall = 0.4 + 2.0 + 0.5 + 1.0 + 0.6
    assert tuple(figure.get_size_inches()) == pytest.approx((10.0, tall))
    inches = [
        (p.x0 * 10.0, p.y0 * tall, p.width * 10.0, p.height * tall) for p in (axes.get_position() for axes in panels)
    ]
    assert inches == [
        pytest.approx((0.5, 2.1, 4.0, 2.0)),
        pytest.approx((5.5, 2.1, 4.0, 2.0)),
        pytest.approx((0.5, 0.6, 4.0, 1.0)),
        pytest.approx((5.5, 0.6, 4.0, 1.0)),
    ]


@pytest.mark.parametrize("right", [False, True])
def test_a_legend_stays_above_the_first_panel(right: bool) -> None:
    from matplotlib.lines import Line2D

    names = [f"an arm with a name of some length, number {k}" for k in range(4)]
    figure, (axes,) = sheet(4.3, [2.0], left=0.5, top=legend_height(4))
    legend(figure, [Line2D([], [], label=name) for name in names], 1, right=right)
    figure.canvas.draw()
    box = figure.legends[0].get_window_extent().transformed(figure.transFigure.inverted())
    assert axes.get_position().y1 < box.y0
    assert 0 <= box.x0 < box.x1 <= 1
    assert box.y1 <= 1


def test_a_legend_has_as_many_columns_as_fit() -> None:
    from matplotlib.lines import Line2D

    short = [Line2D([], [], label="CR")] * 9
    long = [*short[:2], Line2D([], [], label="Sorafenib 800 mg twice daily + plerixafor + G-CSF")]
    assert fitting(9.4, short) == 6
    assert fitting(9.4, short[:2]) == 2
    assert fitting(9.4, long) == 2
    assert fitting(4.3, long) == 1
