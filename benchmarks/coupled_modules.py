"""A model of any size, written by a program: receptor and transit modules in a ring, to time how kernels are built."""

from __future__ import annotations

STATES_A_MODULE = 10
_MODULE = """
  binding_{k} = {binding:g}; unbinding_{k} = 2; turnover_{k} = 0.1; signal_{k} = {signal:g}; feedback_{k} = 0.2;
  transit_{k} = 0.05; clearance_{k} = 0.1; half_{k} = 0.7; steepness_{k} = 1.5;
  net_{k} := binding_{k}*ligand_{k}*receptor_{k} - unbinding_{k}*bound_{k};
  effect_{k} := bound_{k}^steepness_{k}/(half_{k}^steepness_{k} + bound_{k}^steepness_{k});
  rate_{k} := transit_{k}*(1 + signal_{k}*effect_{k});
  ligand_{k} = 1; receptor_{k} = 1; bound_{k} = 0.5; inside_{k} = 0.1; source_{k} = 2; mature_{k} = 1;
  step_1_{k} = 2; step_2_{k} = 2; step_3_{k} = 2; step_4_{k} = 2;
  ligand_{k}' = turnover_{k}*(mature_{before} - ligand_{k}) - net_{k};
  receptor_{k}' = turnover_{k}*(1 - receptor_{k}) - net_{k} + 0.5*inside_{k};
  bound_{k}' = net_{k} - 0.3*bound_{k};
  inside_{k}' = 0.3*bound_{k} - 0.6*inside_{k};
  source_{k}' = transit_{k}*source_{k}*(1/mature_{k})^feedback_{k} - rate_{k}*source_{k};
  step_1_{k}' = rate_{k}*(source_{k} - step_1_{k});
  step_2_{k}' = rate_{k}*(step_1_{k} - step_2_{k});
  step_3_{k}' = rate_{k}*(step_2_{k} - step_3_{k});
  step_4_{k}' = rate_{k}*(step_3_{k} - step_4_{k});
  mature_{k}' = rate_{k}*step_4_{k} - clearance_{k}*mature_{k};
"""


def text(modules: int) -> str:
    """Antimony text of model modules_<states>; each module is driven by what the one before it makes."""
    parts = [
        _MODULE.format(k=k, before=(k - 1) % modules, binding=0.5 + k % 7, signal=0.5 + 0.1 * (k % 5))
        for k in range(modules)
    ]
    return f"model modules_{STATES_A_MODULE * modules}()\n{''.join(parts)}\nend\n"
