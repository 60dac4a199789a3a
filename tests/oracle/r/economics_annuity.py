"""Reference numbers for constant-rate discounting: numpy-financial.

Run in an environment that has it; writes ../reference/economics_annuity.json.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy_financial

STREAM = [-100000.0, 20000.0, 35000.0, 41000.0, 12000.0, 9000.0]
cases = [(rate, years) for rate in (0.015, 0.035, 0.06) for years in (1, 5, 20, 30)]
result = {
    "made_by": f"numpy-financial {version('numpy-financial')}",
    "stream": STREAM,
    "net_present_value": {str(rate): numpy_financial.npv(rate, STREAM) for rate in (0.015, 0.035)},
    "payment_of_1000": [
        {"rate": rate, "years": years, "value": float(-numpy_financial.pmt(rate, years, 1000))}
        for rate, years in cases
    ],
}
target = Path(__file__).parents[1] / "reference" / "economics_annuity.json"
target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
