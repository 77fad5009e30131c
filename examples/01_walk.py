"""Walks for five seconds and says how it went."""

import longmen

result = longmen.run_scenario({"robot": "qinglong", "duration_s": 5, "command": [[1, 0.6, 0, 0]]}, seed=1)
print(f"fell: {result['fell']}, distance {result['distance_m']:.2f} m, "
      f"{result['real_time_factor']:.1f} times real time")
