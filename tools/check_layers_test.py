#!/usr/bin/env python3
"""Each rule of check_layers.py, broken once in a small tree of its own."""
import pathlib
import tempfile
import unittest

import check_layers


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("robots/toy/robot.yaml", "name: toy\n")
        self.write("robots/toy/model.xml", '<mujoco><joint name="toy_knee"/></mujoco>')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def includes(self, name, text):
        self.write(name, text)
        return list(check_layers.check_includes(self.root / "src"))

    def test_a_layer_may_include_what_lies_below(self):
        self.assertEqual(self.includes("src/planning/a.h", '#include "model/m.h"\n'), [])
        self.assertEqual(self.includes("src/io/sim/a.h", "#include <mujoco/mujoco.h>\n"), [])

    def test_the_printed_table_is_the_one_that_holds(self):
        rows = check_layers.layer_rows()
        page = self.write("docs/architecture.md", "\n".join(rows))
        self.assertEqual(list(check_layers.check_printed_layers(page)), [])
        page.write_text("\n".join(rows[:-1]))
        self.assertIn("| server |", list(check_layers.check_printed_layers(page))[0])

    def test_planning_and_control_never_include_each_other(self):
        self.assertIn("planning may not include control",
                      self.includes("src/planning/a.cpp", '#include "control/c.h"\n')[0])

    def test_the_motion_gate_includes_neither_planning_nor_control(self):
        self.assertEqual(
            len(self.includes("src/gate/motion/a.cpp",
                              '#include "planning/p.h"\n# include "control/c.h"\n')), 2)

    def test_a_module_that_is_not_in_the_table_is_named(self):
        self.assertIn("no module of the table", self.includes("src/extra/a.h", "")[0])

    def test_includes_start_at_src(self):
        self.assertIn("is in no module", self.includes("src/core/a.h", '#include "a.h"\n')[0])

    def test_a_test_of_skills_may_ask_the_plan_gate(self):
        text = '#include "gate/plan/g.h"\n'
        self.assertEqual(self.includes("src/skills/a_test.cpp", text), [])
        self.assertEqual(len(self.includes("src/skills/a.cpp", text)), 1)

    def test_mujoco_and_dds_stay_in_their_rooms(self):
        found = self.includes("src/control/a.h", "#include <mujoco/mujoco.h>\n#include <dds/dds.h>\n")
        self.assertEqual(len(found), 2)

    def test_a_name_of_a_robot_or_joint_is_found_in_code_and_comment(self):
        self.write("src/core/a.cpp", 'auto j = "toy_knee";\n// the Toy\nint toy_kneecap, toys;\n')
        found = list(check_layers.check_robot_names(self.root / "src", self.root / "robots"))
        self.assertEqual([line.split(":")[1] for line in found], ["1", "2"])

    def test_no_robots_at_all_is_a_breach(self):
        self.assertTrue(list(check_layers.check_robot_names(self.root, self.root / "nothing")))

    def test_paths_of_one_machine_and_large_files_are_found(self):
        home = self.write("a.md", "see /" + "root/x and ./" + "work/x\n")
        large = self.write("b.bin", "x" * (check_layers.SIZE_MAX_BYTES + 1))
        found = list(check_layers.check_files([home, large]))
        self.assertEqual(len(found), 2)

    def test_the_table_has_no_cycle(self):
        done = set()
        for module, below in check_layers.MAY_INCLUDE.items():
            self.assertLessEqual(set(below.split()), done, f"{module} includes what stands above it")
            done.add(module)


if __name__ == "__main__":
    unittest.main()
